"""Progress of the engine at which Ctrl-C is answered.

An exception that arises anywhere may arise in the middle of a lock's own code, which then is never
let go, and the engine's threads wait for it for ever. The engine may be left at every advance.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shotlog.cli._interrupt import CtrlC
from shotlog.engine import RunProgress, StageProgress


class Leaving:
    """Shows what another progress does, and leaves the engine once Ctrl-C was pressed.

    Args:
        shown: The other one.
        ctrl_c: Notes that it was pressed.
    """

    def __init__(self, shown: RunProgress, ctrl_c: CtrlC) -> None:
        self._shown, self._ctrl_c = shown, ctrl_c

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """A stage, which is not begun where nobody wants its end."""
        self._ctrl_c.answer()
        with self._shown.stage(name, total, unit, saved=saved) as bar:
            yield _LeavingBar(bar, self._ctrl_c)


class _LeavingBar:
    def __init__(self, shown: StageProgress, ctrl_c: CtrlC) -> None:
        self._shown, self._ctrl_c = shown, ctrl_c

    def advance(self, amount: float) -> None:
        self._shown.advance(amount)
        self._ctrl_c.answer()
