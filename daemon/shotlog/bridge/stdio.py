"""The lines that come on a descriptor."""

from __future__ import annotations

import os
from collections.abc import Iterator

LINE_BYTES = 8 * 1024**2
"""The longest line that is taken."""

_CHUNK = 64 * 1024


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
