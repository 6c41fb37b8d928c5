"""Ctrl-C around a command's own work: before it has begun, and once it is over.

Python turns Ctrl-C into an exception that may arise anywhere. A command can answer it; imports, the
parsing of arguments and the interpreter's end cannot, and leave a traceback, another exit code, or
an exception that is swallowed. There nothing is begun that could be left half done, so there the
process just ends, with the exit code that shells have for it.

This is imported before anything else, and imports next to nothing itself: until it has been, Ctrl-C
is answered by Python alone.
"""

from __future__ import annotations

import os
import sys

EXIT_STOPPED = 130
"""128 and the number of SIGINT."""

try:
    import signal
except KeyboardInterrupt:  # for even this takes milliseconds
    os._exit(EXIT_STOPPED)

TYPE_CHECKING = False  # that of typing takes longer than all this
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn


class CtrlC:
    """What Ctrl-C does, for a block: ends the process, raises ``KeyboardInterrupt``, or is noted.

    Pressed twice, it ends the process in any case: so nobody waits for a command that cannot be
    left. Where somebody else has decided what it does (``nohup``, a program that runs the command
    line within itself), that remains.

    Attributes:
        pressed: Whether it was. Libraries make other exceptions of it, such as an ``ImportError``.
    """

    def __init__(self, *, ends: bool = False, raises: bool = False, for_good: bool = False) -> None:
        self.pressed = False
        self._ends, self._raises, self._for_good = ends, raises, for_good
        self._before: signal._HANDLER = None

    def __enter__(self) -> CtrlC:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.default_int_handler or isinstance(before, CtrlC):
            self._before = before
            _answer_with(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None and not self._for_good:
            _answer_with(self._before)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._ends or self.pressed:
            os._exit(EXIT_STOPPED)
        self.pressed = True
        if self._raises:
            raise KeyboardInterrupt

    def answer(self) -> None:
        """Raises ``KeyboardInterrupt`` where it was pressed: now is a good time."""
        if self.pressed:
            raise KeyboardInterrupt


def ends_at_once(*, for_good: bool = False) -> CtrlC:
    """Has Ctrl-C end the process while a block runs, without a word.

    Args:
        for_good: Whether that is so after the block too, as the process ends then.
    """
    return CtrlC(ends=True, for_good=for_good)


def can_be_answered() -> CtrlC:
    """Has Ctrl-C be ``KeyboardInterrupt`` while a block runs."""
    return CtrlC(raises=True)


def is_noted() -> CtrlC:
    """Has Ctrl-C do nothing while a block runs that calls :meth:`CtrlC.answer` now and then."""
    return CtrlC()


def leave() -> NoReturn:
    """Ends a process whose command was stopped and has been cleared away, said and done.

    Without the interpreter's own end: libraries that were stopped in the middle of something may
    abort in it (``terminate called without an active exception``), with another exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # it is gone, and so is whoever would read
            continue
    os._exit(EXIT_STOPPED)


def _answer_with(handler: signal._HANDLER) -> None:
    try:
        signal.signal(signal.SIGINT, handler)
    except ValueError:  # only a main thread may, and only that is interrupted
        return
