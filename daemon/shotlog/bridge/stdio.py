"""Lines from a file descriptor."""

from __future__ import annotations

import os
from collections.abc import Iterator

LINE_BYTES = 8 * 1024**2
"""Maximum length of a line."""

_CHUNK = 64 * 1024


def read_lines(hear: int) -> Iterator[bytes]:
    """Yield the lines of a descriptor, without line feeds, until its end.

    Of a line that is too long, yields the first :data:`LINE_BYTES` + 1 bytes and skips the rest.
    """
    # From the descriptor itself: a thread that waits in Python's buffered reader holds the reader's
    # lock, and the interpreter would wait for it at exit.
    line = bytearray()
    while chunk := os.read(hear, _CHUNK):
        first, *more = chunk.split(b"\n")
        line += first[: LINE_BYTES + 1 - len(line)]
        for part in more:
            yield bytes(line)
            line = bytearray(part)
    if line:
        yield bytes(line)
