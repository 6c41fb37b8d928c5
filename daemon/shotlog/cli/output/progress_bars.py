"""Bars and counters for the progress of the engine in this process."""

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

from shotlog.cli.output.consoles import progress_bar, show_waiting
from shotlog.engine import SilentProgress, StageProgress


class _RichBar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, amount: float) -> None:
        self._progress.advance(self._task, amount)


class StageBars:
    """Engine progress as a bar per stage, with an estimate of the remaining time."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Show a bar for a stage; none if its total is 0."""
        if total <= 0:
            with SilentProgress().stage(name, total, unit, saved=saved) as hidden:
                yield hidden
            return
        # Totals are floats (seconds of film); a bar of rich counts "0/0" for less than 1.
        whole = max(1, round(total))
        with progress_bar(
            self._console,
            TextColumn("{task.description:<9}", markup=False),
            BarColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}", markup=False),
        ) as shown:
            task = shown.add_task(name, total=whole, unit=unit)
            yield _RichBar(shown, task)
            # Rounded parts may not add up to the whole.
            shown.update(task, completed=whole)


@contextmanager
def show_search(console: Console) -> Iterator[Callable[[int], None]]:
    """Show the number of searched files and folders while the block runs, on a terminal only.

    Yields:
        A function that takes the number.
    """
    with show_waiting(console, "searching") as line:
        yield lambda count: line.update(f"searching: {count:,} files and folders")
