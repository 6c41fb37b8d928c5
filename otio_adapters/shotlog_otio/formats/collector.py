"""A pause of Python's garbage collector while a timeline is read or written.

Reading makes objects by the million, none of them in a ring. The collector would look through all
of them again and again, which takes a third of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Pauses:
    """The pauses of all threads: the first stops the collector, the end of the last starts it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if not self._count:
                self._was_on = gc.isenabled()
                gc.disable()
            self._count += 1

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if not self._count and self._was_on:
                gc.enable()


_pauses = _Pauses()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop the garbage collector for a block or, as a decorator, for a function."""
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()
