"""Has the daemon analyse an edit, and waits for it."""

from __future__ import annotations

from rich.console import Console

from shotlog.cli._daemon_shown import show_watched
from shotlog.schema.errors import DaemonRefused, Stopped
from shotlog.schema.findings import Log
from shotlog.schema.ranges import Edit
from shotlog.service.client import Client
from shotlog.service.messages import Asks, JobState, Priority


def analyze_in_daemon(edit: Edit, asks: Asks, context: str, console: Console) -> Log:
    """The log of an edit, from the daemon; it is started where none runs.

    Args:
        edit: What to analyse.
        asks: How.
        context: Which of the user's daemons.
        console: Where progress is shown.

    Raises:
        DaemonError: the daemon cannot be used, or the job failed.
        Stopped: on Ctrl-C; the job is cancelled, what was measured is kept.
    """
    with Client(context=context, name="shotlog analyze") as client:
        job = client.submit(
            edit, asks, name=edit.name, priority=Priority.INTERACTIVE, durable=False
        ).job
        try:
            end = show_watched(console, client.watch(job))
        except KeyboardInterrupt:
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
