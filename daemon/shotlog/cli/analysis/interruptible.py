"""Engine progress that raises ``KeyboardInterrupt`` after Ctrl-C, at the next advance.

Python raises it between any two instructions, also inside the code of a lock. The lock would then
never be released, and the engine's threads would wait for it without end. At an advance no lock is
held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shotlog.cli._interrupt import CtrlC
from shotlog.engine import RunProgress, StageProgress


class InterruptibleProgress:
    """Engine progress that passes everything on, and interrupts the engine after Ctrl-C.

    Args:
        shown: The progress to pass everything on to.
        ctrl_c: Its ``pressed`` is checked at every stage and every advance.
    """

    def __init__(self, shown: RunProgress, ctrl_c: CtrlC) -> None:
        self._shown, self._ctrl_c = shown, ctrl_c

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Run a stage, unless Ctrl-C was pressed before it."""
        self._ctrl_c.raise_if_pressed()
        with self._shown.stage(name, total, unit, saved=saved) as bar:
            yield _InterruptibleBar(bar, self._ctrl_c)


class _InterruptibleBar:
    def __init__(self, shown: StageProgress, ctrl_c: CtrlC) -> None:
        self._shown, self._ctrl_c = shown, ctrl_c

    def advance(self, amount: float) -> None:
        self._shown.advance(amount)
        self._ctrl_c.raise_if_pressed()
