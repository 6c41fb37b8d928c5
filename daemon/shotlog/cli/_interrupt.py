"""Handling of Ctrl-C before, during and after a command's own work.

Python turns Ctrl-C into an exception that may be raised anywhere. A command can handle it. Imports,
the parsing of arguments and the exit of the interpreter cannot: they leave a traceback, another
exit code, or swallow the exception. No work is in progress there, so the process simply ends, with
the exit code that shells use for it.

This module is imported first and imports almost nothing itself, because Ctrl-C has Python's default
effect until then.
"""

from __future__ import annotations

import os
import sys

EXIT_STOPPED = 130
"""128 and the number of SIGINT."""

try:
    import signal
except KeyboardInterrupt:  # the import of signal takes milliseconds
    os._exit(EXIT_STOPPED)

TYPE_CHECKING = False  # to import typing takes longer than the rest of this module
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn


class CtrlC:
    """A SIGINT handler for a block: ends the process, raises ``KeyboardInterrupt``, or sets a flag.

    A second Ctrl-C always ends the process, so that a command that does not react can be stopped.
    A handler that was set by others (``nohup``, a program that embeds the command line) stays.

    Attributes:
        pressed: True after Ctrl-C. Libraries may turn the exception into one of their own, such as
            an ``ImportError``.
    """

    def __init__(self, *, ends: bool = False, raises: bool = False, for_good: bool = False) -> None:
        self.pressed = False
        self._ends, self._raises, self._for_good = ends, raises, for_good
        self._before: signal._HANDLER = None

    def __enter__(self) -> CtrlC:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.default_int_handler or isinstance(before, CtrlC):
            self._before = before
            _set_handler(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None and not self._for_good:
            _set_handler(self._before)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._ends or self.pressed:
            os._exit(EXIT_STOPPED)
        self.pressed = True
        if self._raises:
            raise KeyboardInterrupt

    def raise_if_pressed(self) -> None:
        """Raise ``KeyboardInterrupt`` if Ctrl-C was pressed."""
        if self.pressed:
            raise KeyboardInterrupt


def ends_at_once(*, for_good: bool = False) -> CtrlC:
    """Return a handler that ends the process without a message while a block runs.

    Args:
        for_good: Keep the handler after the block, because the process ends then.
    """
    return CtrlC(ends=True, for_good=for_good)


def raises_interrupt() -> CtrlC:
    """Return a handler that raises ``KeyboardInterrupt`` while a block runs."""
    return CtrlC(raises=True)


def sets_flag() -> CtrlC:
    """Return a handler that only sets a flag while a block calls :meth:`CtrlC.raise_if_pressed`."""
    return CtrlC()


def leave() -> NoReturn:
    """End the process of a stopped command, after its clean-up and its message."""
    # Not by sys.exit: C++ libraries whose threads were interrupted may abort during the exit of
    # the interpreter ("terminate called without an active exception"), with another exit code.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # the stream is closed, or there is none
            continue
    os._exit(EXIT_STOPPED)


def _set_handler(handler: signal._HANDLER) -> None:
    try:
        signal.signal(signal.SIGINT, handler)
    except ValueError:  # only the main thread may set handlers, and only it is interrupted
        return
