"""Standard input and output as a private pipe, for processes that are talked to over them.

Imports little, so that stdout can be claimed before a library is imported that may print.
"""

from __future__ import annotations

import os
from typing import BinaryIO


def claim_stdio() -> tuple[int, BinaryIO]:
    """Take stdin and stdout for the caller: whatever prints goes to stderr from now on.

    Returns:
        The descriptor that input comes from, and the stream that output goes to. Both are binary,
        on Windows too, and no child process inherits them.

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
