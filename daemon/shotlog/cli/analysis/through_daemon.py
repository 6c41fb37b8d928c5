"""Analysis by the daemon, with progress."""

from __future__ import annotations

from contextlib import suppress

from rich.console import Console

from shotlog._version import __version__
from shotlog.cli.output import show_watched
from shotlog.schema import (
    DAEMON_UNUSABLE,
    DaemonError,
    DaemonRefused,
    Edit,
    HomeMissing,
    Log,
    ShotlogError,
    Stopped,
    spell_commands,
)
from shotlog.service.client import Client
from shotlog.service.protocol import AnalysisOptions, JobState, Priority, new_id


def analyze_in_daemon(
    edit: Edit, asks: AnalysisOptions, keep_alive: int | None, context: str, console: Console
) -> Log:
    """Return the log of an edit from the daemon, which is started if needed.

    Args:
        edit: The edit to analyse.
        asks: Models, device and other options.
        keep_alive: Seconds that models stay loaded after the job; None takes the daemon's option,
            -1 means without limit.
        context: Name of the daemon.
        console: Shows the progress.

    Raises:
        DaemonError: The daemon cannot be used, or the job failed.
        Stopped: On Ctrl-C; the job is cancelled, what was measured is in the cache.
    """
    try:
        with Client(context=context, name="shotlog analyze") as client:
            log = _analyze(client, edit, asks, keep_alive, console)
            return log.model_copy(update={"warnings": (*_versions(client), *log.warnings)})
    # Of these --in-process is a way out; other refusals would be the same without the daemon.
    except DAEMON_UNUSABLE as error:
        problem = error.problem
        if "--in-process" in problem.hint:
            raise
        hint = f"{problem.hint} Or work without the daemon: {_without(error)}."
        raise type(error)(problem.subject, problem.message, hint) from error


def _without(error: ShotlogError) -> str:
    """Return the options to work without the daemon, and without a cache if there is no home."""
    return "--in-process --no-cache" if isinstance(error, HomeMissing) else "--in-process"


def _analyze(
    client: Client, edit: Edit, asks: AnalysisOptions, keep_alive: int | None, console: Console
) -> Log:
    job = new_id()  # chosen here, so that Ctrl-C can cancel it before the reply to submit arrives
    try:
        client.submit(
            edit, asks, name=edit.name, priority=Priority.INTERACTIVE, durable=False, job=job,
            keep_alive=keep_alive,
        )  # fmt: skip
        if client.status().paused:
            note = spell_commands("the daemon is paused; resume with: shotlog daemon resume")
            console.print(note, style="yellow", soft_wrap=True)
        end = show_watched(console, client.watch(job))
    except KeyboardInterrupt:
        # If the daemon does not reply, the lease ends the job: it is not durable.
        with suppress(DaemonError):
            client.cancel(job)
        raise Stopped(edit.name) from None
    if end is None or end.state is not JobState.DONE:
        failure = end.failure if end else None
        raise DaemonRefused(
            edit.name,
            failure.message if failure else "the job was cancelled",
            failure.hint if failure else "Run the command again.",
        )
    return client.result(job)


def _versions(client: Client) -> tuple[str, ...]:
    """Return a warning if the daemon is another version, whose findings may differ."""
    theirs = client.welcome.version
    if theirs == __version__:
        return ()
    versions = f"the daemon is Shotlog {theirs}, this is Shotlog {__version__}; start it anew with:"
    return (spell_commands(f"{versions} shotlog daemon restart"),)
