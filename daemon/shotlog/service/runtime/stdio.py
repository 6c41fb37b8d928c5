"""Standard input and output as a private channel, for processes that are controlled over them.

This module imports little, so that stdout can be claimed before a library is imported that may
print.
"""

from __future__ import annotations

import os
from typing import BinaryIO


def claim_stdio() -> tuple[int, BinaryIO]:
    """Take over stdin and stdout; all that the process prints goes to stderr from then on.

    Returns:
        The descriptor to read from, and the stream to write to. Both are binary on every system,
        and no child process inherits them.

    Raises:
        OSError: stdin or stdout is closed.
    """
    for descriptor in (0, 1):  # if one were closed, the copy of the other would get its number
        os.fstat(descriptor)
    source, sink = os.dup(0), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return source, sink
