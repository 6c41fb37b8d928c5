"""What is understood of AAF files, in the shortest form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shotlog_otio import ReadOptions, inspection_of
from shotlog_otio.aaf import AafFormat

FORMAT = AafFormat()


def inspect(path: Path, options: ReadOptions | None = None) -> Any:
    """The inspection of a file; untyped, as exact fractions are compared with whole numbers."""
    return inspection_of(FORMAT.open(path, options or ReadOptions()))


def rows(path: Path) -> list[Any]:
    """Of each clip: where, its frames on the timeline, and its frames in the media at 24."""
    return [
        (c.id, c.name, (c.record_in, c.record_out), (c.source_in * 24, c.source_out * 24))
        for c in inspect(path).clips
    ]
