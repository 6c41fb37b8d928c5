"""The file of a clip: written whole or not at all, errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import OutputContainer

from shotlog.files import NO_SPACE_ERRNOS, open_replacement
from shotlog.schema import DiskFull, OutputNotWritable


@contextmanager
def open_mp4(path: Path) -> Iterator[OutputContainer]:
    """Yield a container whose file appears when the block ends without an error.

    Raises:
        OutputNotWritable: The file cannot be written.
        DiskFull: There is no room for it.
    """
    try:
        with (
            open_replacement(path) as stream,
            av.open(stream, "w", format="mp4") as container,
        ):
            yield container
    except OSError as error:
        # FFmpeg hands on what the stream raised, and has errors of its own for the container.
        if error.errno in NO_SPACE_ERRNOS:
            raise DiskFull(str(path)) from error
        hint = "Choose another place, or change the permissions."
        raise OutputNotWritable(str(path), str(error), hint) from error
