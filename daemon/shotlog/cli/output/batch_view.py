"""The screen of a batch: a line per worker, the whole, failures as they come, the summary."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from shotlog.cli.output.consoles import SafeLine, print_json_text, progress_bar
from shotlog.cli.output.tables import titled_table

if TYPE_CHECKING:
    from shotlog.batch import BatchEvent, BatchStatus, FailedItem

_PLAIN_SECONDS = 30.0
"""Interval between two lines of progress where no terminal shows them."""
_SHOWN = 20
"""Failures, and files that were passed over, that the summary lists."""


class BatchScreen(AbstractContextManager["BatchScreen"]):
    """Shows the events of a batch; a context manager. Events may come from any thread.

    Args:
        console: The terminal, or a file.
        cost: Cost of the items that are to be done.
        items: Their number.
    """

    def __init__(self, console: Console, cost: float, items: int) -> None:
        self._console, self._items, self._done = console, items, 0
        self._lock = threading.Lock()
        self._workers: dict[str, str] = {}
        self._said_at = time.monotonic()
        # The remaining time comes of the rate at which cost was worked off so far.
        self._progress: Progress = progress_bar(
            console,
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %", markup=False),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        self._task = self._progress.add_task(self._words(), total=max(cost, 1e-9))
        self._live = Live(console=console, get_renderable=self._shown, refresh_per_second=4)

    def __enter__(self) -> BatchScreen:
        if self._console.is_terminal and not self._console.quiet:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def tell(self, event: BatchEvent) -> None:
        """Show an event."""
        from shotlog.batch import ItemAdvanced, ItemEnded, ItemStarted, Noted, WorkerLost

        with self._lock:
            match event:
                case ItemStarted():
                    self._workers[event.worker] = event.name
                case ItemAdvanced():
                    share = f" {event.done / event.total:.0%}" if event.total > 0 else ""
                    self._workers[event.worker] = f"{event.name}: {event.stage}{share}"
                case ItemEnded():
                    self._end(event)
                case WorkerLost():
                    self._workers.pop(event.worker, None)
                    self._say(("lost: ", "yellow"), (event.worker, "bold"), f": {event.message}")
                case Noted():
                    self._say(("note: ", "yellow"), event.message)
                case _:
                    self._workers.pop(event.worker, None)

    def _end(self, event: object) -> None:
        from shotlog.batch import ItemEnded, ItemState

        assert isinstance(event, ItemEnded)  # noqa: S101
        self._done += 1
        self._progress.update(self._task, advance=event.cost, description=self._words())
        if event.state is not ItemState.DONE:
            word = f"{event.state.value}: "
            self._say((word, "red"), (event.name, "bold"), f": {event.message}. {event.hint}")
        elif event.message:
            self._say(("problem: ", "yellow"), (event.name, "bold"), f": {event.message}")
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said_at >= _PLAIN_SECONDS:
            self._said_at = now
            share = self._progress.tasks[0].percentage
            self._say(f"{self._words()}, {share:.0f} %")

    def _say(self, *parts: str | tuple[str, str]) -> None:
        self._console.print(SafeLine.assemble(*parts), soft_wrap=True)

    def _words(self) -> str:
        return f"{self._done:,} of {self._items:,}"

    def _shown(self) -> Group:
        with self._lock:
            workers = [
                SafeLine.assemble(
                    (f"{worker:<10} ", "dim"), words, no_wrap=True, overflow="ellipsis"
                )
                for worker, words in sorted(self._workers.items())
            ]
        return Group(*workers, self._progress)


class BatchLines(AbstractContextManager["BatchLines"]):
    """Prints the events of a batch as JSON, one object a line."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __exit__(self, *_: object) -> None:
        return None

    def tell(self, event: BatchEvent) -> None:
        """Print an event."""
        with self._lock:
            print_json_text(event.model_dump_json())


@contextmanager
def show_stages(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show the stages of a plan or a merge while a block runs, on a terminal only.

    Yields:
        A function that takes a stage, what is done, and the whole.
    """
    with console.status("") as line:
        yield lambda stage, done, total: line.update(f"{stage.lower()}: {done:,} of {total:,}")


def batch_table(status: BatchStatus) -> Table:
    """Return the summary of a batch."""
    table = titled_table("Batch")
    table.add_column("state")
    table.add_column("items", justify="right")
    rows = [
        ("done", status.done, "green"),
        ("failed", status.failed, "red"),
        ("parked", status.parked, "red"),
        ("waiting", status.waiting, "yellow"),
    ]
    for name, count, style in rows:
        if count or name == "done":
            table.add_row(SafeLine(name, style), f"{count:,}")
    if status.fallbacks:
        fallen = f"{len(status.fallbacks):,}"
        table.add_row(SafeLine("of these by another tier", "yellow"), fallen)
    if status.copies:
        table.add_row("further copies of these", f"{status.copies:,}")
    if status.passed_over:
        table.add_row(SafeLine("cannot be read", "red"), f"{len(status.passed_over):,}")
    hours = float(status.seconds) / 3600
    table.caption = f"{status.items:,} items, {hours:.2f} h of film, {status.shards:,} shards"
    return table


def show_failures(console: Console, status: BatchStatus) -> None:
    """Print what failed and what was passed over, and how to go on."""
    for failed in status.failures[:_SHOWN]:
        for problem in failed.problems:
            line = SafeLine.assemble(
                (f"{failed.state.value}: ", "red"), (failed.name, "bold"), f": {problem.message}"
            )
            console.print(line, soft_wrap=True)
            console.print(SafeLine(f"         {problem.hint}", style="dim"), soft_wrap=True)
    _tell_more(console, len(status.failures))
    for each in status.passed_over[:_SHOWN]:
        line = SafeLine.assemble(("passed over: ", "red"), (each.path, "bold"), f": {each.message}")
        console.print(line, soft_wrap=True)
        console.print(SafeLine(f"         {each.hint}", style="dim"), soft_wrap=True)
    _tell_more(console, len(status.passed_over))
    if status.fallbacks:
        _show_fallbacks(console, status.fallbacks)
    for warning in status.warnings:
        console.print(SafeLine.assemble(("note: ", "yellow"), warning), soft_wrap=True)


def _show_fallbacks(console: Console, fallbacks: Sequence[FailedItem]) -> None:
    reason = fallbacks[0].problems[0]
    words = f"{len(fallbacks):,} items were made by the next tier: {reason.subject}: "
    line = SafeLine.assemble(("note: ", "yellow"), f"{words}{reason.message}. {reason.hint}")
    console.print(line, soft_wrap=True)
    again = "try the provider again with: shotlog batch retry"
    console.print(SafeLine(f"      {again}", style="dim"), soft_wrap=True)


def _tell_more(console: Console, count: int) -> None:
    if count > _SHOWN:
        console.print(SafeLine(f"... and {count - _SHOWN:,} more; see index.html", style="dim"))
