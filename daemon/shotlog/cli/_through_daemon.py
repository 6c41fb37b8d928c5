"""Has the daemon analyse an edit, and waits for it."""

from __future__ import annotations

from contextlib import suppress

from rich.console import Console

from shotlog._version import __version__
from shotlog.cli.output import show_watched
from shotlog.schema import (
    DaemonAbsent,
    DaemonError,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    DaemonRefused,
    Edit,
    HomeMissing,
    JournalUnusable,
    Log,
    NotAllowed,
    ShotlogError,
    Stopped,
    spelled,
)
from shotlog.service.client import Client
from shotlog.service.protocol import AnalysisOptions, JobState, Priority, new_id

_UNUSABLE = (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    HomeMissing,
    JournalUnusable,
    NotAllowed,
)


def analyze_in_daemon(
    edit: Edit, asks: AnalysisOptions, keep_alive: int | None, context: str, console: Console
) -> Log:
    """The log of an edit, from the daemon; it is started where none runs.

    Args:
        edit: What to analyse.
        asks: How.
        keep_alive: Seconds that models stay loaded after it; None the daemon's rule, -1 for ever.
        context: Which of the user's daemons.
        console: Where progress is shown.

    Raises:
        DaemonError: the daemon cannot be used, or the job failed.
        Stopped: on Ctrl-C; the job is cancelled, what was measured is kept.
    """
    try:
        with Client(context=context, name="shotlog analyze") as client:
            log = _analyze(client, edit, asks, keep_alive, console)
            return log.model_copy(update={"warnings": (*_versions(client), *log.warnings)})
    except _UNUSABLE as error:
        told = error.problem
        if "--in-process" in told.hint:
            raise
        hint = f"{told.hint} Or work without the daemon: {_without(error)}."
        raise type(error)(told.subject, told.message, hint) from error


def _without(error: ShotlogError) -> str:
    """The options that do without the daemon, and without a home where there is none."""
    return "--in-process --no-cache" if isinstance(error, HomeMissing) else "--in-process"


def _analyze(
    client: Client, edit: Edit, asks: AnalysisOptions, keep_alive: int | None, console: Console
) -> Log:
    job = new_id()  # chosen here, so that a job can be cancelled whose answer has not come yet
    try:
        client.submit(
            edit, asks, name=edit.name, priority=Priority.INTERACTIVE, durable=False, job=job,
            keep_alive=keep_alive,
        )  # fmt: skip
        if client.status().paused:
            told = spelled("the daemon is paused; go on with: shotlog daemon resume")
            console.print(told, style="yellow", soft_wrap=True)
        end = show_watched(console, client.watch(job))
    except KeyboardInterrupt:
        with suppress(DaemonError):  # a job that cannot be cancelled ends with its lease
            client.cancel(job)
        raise Stopped(edit.name) from None
    if end is None or end.state is not JobState.DONE:
        failure = end.failure if end else None
        raise DaemonRefused(
            edit.name,
            failure.message if failure else "somebody cancelled the job",
            failure.hint if failure else "Run the command again.",
        )
    return client.result(job)


def _versions(client: Client) -> tuple[str, ...]:
    """A word where the daemon is of another Shotlog, which may see other things."""
    theirs = client.welcome.version
    if theirs == __version__:
        return ()
    told = f"the daemon is Shotlog {theirs}, this is Shotlog {__version__}; start it anew with:"
    return (spelled(f"{told} shotlog daemon restart"),)
