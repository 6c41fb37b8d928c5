"""Selects as a file, with our markers in it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions, markers_of
from shotlog.selects.picks import Selects
from shotlog_otio import WriteResult, check_output, write_markers


def write_selects(
    path: Path,
    selects: Selects,
    options: MarkerOptions = DEFAULT_OPTIONS,
    *,
    on: Literal["timeline", "clips"] = "timeline",
) -> WriteResult:
    """Write selects as an .otio file with markers; a reader sees the old file or the whole new one.

    Args:
        path: The file; one that is there is replaced.
        selects: The selects.
        options: Which markers, their length and colours.
        on: The objects that hold the markers.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.check_output`.
        DiskFull: There is no room for the file.
    """
    check_output(None, path)
    markers = markers_of(selects.log, on=on, options=options)
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        plain = Path(folder) / "selects.otio"
        plain.write_bytes(selects.timeline)
        return write_markers(plain, path, markers, selects.log.edit, on=on, options=options)
