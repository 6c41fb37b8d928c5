"""Garbage collection while a timeline is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from running; used as a decorator too.

    A long timeline is hundreds of thousands of objects that all stay. The collector looks at them
    again and again while they are made, finds nothing, and takes as long as the reading itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
