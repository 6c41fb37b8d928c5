"""Files that a tool may replace: outputs of its own that nobody has changed since."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from shotlog.mcp.access import PathRefused
from shotlog.schema import ShotlogError
from shotlog_otio import clear_markers, is_timeline, read_markers

_HINT = "Give another name; no file of others is replaced."


def check_new(named: str, output: Path) -> None:
    """Check that no file is in the place of an output.

    Raises:
        PathRefused: There is one.
    """
    if os.path.lexists(output):
        raise PathRefused(named, "there is a file already", _HINT)


def check_marked(named: str, output: Path, source: Path) -> None:
    """Check that a marked timeline may be written to a place.

    A file in that place must be the source without Shotlog's markers, but for unchanged markers of
    Shotlog: so it is an earlier output, and no work of an editor is lost. The source itself must
    have such markers; it is patched, and markers that an editor has changed stay.

    Args:
        named: The output as it was named.
        output: The output.
        source: The timeline that is marked.

    Raises:
        PathRefused: A file is there that may not be replaced.
    """
    if not os.path.lexists(output):
        return
    if not _holds_markers(output):
        raise PathRefused(named, "there is a file already, which Shotlog did not write", _HINT)
    same = os.path.realpath(output) == os.path.realpath(source)
    if not same and _without_markers(output) != _without_markers(source):
        message = "there is a file already, which is no unchanged output of this timeline"
        raise PathRefused(named, message, _HINT)


def _holds_markers(path: Path) -> bool:
    try:
        return path.is_file() and is_timeline(path) and bool(read_markers(path))
    except (ShotlogError, OSError):
        return False


def _without_markers(path: Path) -> bytes | Path:
    """Return the content of a timeline without markers of ours that nobody has changed.

    Of a timeline that cannot be cleared the path, which equals no content.
    """
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        cleared = Path(folder) / f"cleared{path.suffix}"
        try:
            clear_markers(path, cleared)
            return cleared.read_bytes()
        except (ShotlogError, OSError):
            return path
