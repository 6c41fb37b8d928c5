"""Progress of the engine in this process, as bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from shotlog.cli.output.consoles import progress, waiting
from shotlog.engine import Bar, Silent


class _RichBar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, amount: float) -> None:
        self._progress.advance(self._task, amount)


class Bars:
    """Progress of the engine: a bar per stage with an estimate of the time that is left."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def stage(self, name: str, total: float, unit: str, *, saved: bool = False) -> Iterator[Bar]:
        """One stage, one bar; a stage with nothing to do is not shown."""
        if total <= 0:
            with Silent().stage(name, total, unit, saved=saved) as nobody:
                yield nobody
            return
        whole = max(1, round(total))
        with progress(
            self._console,
            TextColumn("{task.description:<9}", markup=False),
            BarColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}", markup=False),
        ) as shown:
            task = shown.add_task(name, total=whole, unit=unit)
            yield _RichBar(shown, task)
            shown.update(task, completed=whole)


@contextmanager
def searching(console: Console) -> Iterator[Callable[[int], None]]:
    """A line that counts what a search has seen, for as long as it lasts; none without a terminal.

    Yields:
        What is to be told the count.
    """
    with waiting(console, "searching") as line:
        yield lambda count: line.update(f"searching: {count:,} files and folders")
