"""Lines in, lines out, and nothing else on stdout.

Imports little, so that stdout can be claimed before a library is imported that may print.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

LINE_BYTES = 8 * 1024**2
"""The longest line that is taken."""

_CHUNK = 64 * 1024


def claim() -> tuple[int, BinaryIO]:
    """Takes stdin and stdout for the bridge: whatever prints goes to stderr from now on.

    Returns:
        Where lines come from, a file descriptor, and where they go to. Both are binary, on Windows
        too, and no child process inherits them.

    Raises:
        OSError: one of them is closed.
    """
    for descriptor in (0, 1):  # a copy of the one would take the place of the other
        os.fstat(descriptor)
    hear, say = os.dup(0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return hear, say


def lines(hear: int) -> Iterator[bytes]:
    """The lines that come, without their ends, until there are no more.

    Read from the descriptor itself: a thread that waits in Python's own buffer would hold its lock
    for ever, also when the process wants to end. Of a line that is too long the beginning is given,
    one byte longer than :data:`LINE_BYTES`, and the rest is passed over.
    """
    held = bytearray()
    while chunk := os.read(hear, _CHUNK):
        first, *more = chunk.split(b"\n")
        held += first[: LINE_BYTES + 1 - len(held)]
        for part in more:
            yield bytes(held)
            held = bytearray(part)
    if held:
        yield bytes(held)
