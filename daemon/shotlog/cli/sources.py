"""Footage on the command line: media files and folders, made into a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from shotlog.cli.output import Bars, searching
from shotlog.engine.sources import probe_footage
from shotlog.media.discovery import search_media
from shotlog.schema import Problem, TimelineError
from shotlog_otio import footage_clock, is_timeline, make_timeline

if TYPE_CHECKING:
    from shotlog.engine import ProbeCache


@dataclass(frozen=True)
class Footage:
    """Media files, made into a timeline.

    Attributes:
        timeline: The bytes of an OTIO file with one clip per file.
        problems: Files that were left out, and why.
        warnings: What was passed over in folders, and what was assumed about the timeline.
    """

    timeline: bytes
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def gather_footage(
    paths: Sequence[Path], name: str, shelf: ProbeCache, console: Console
) -> Footage:
    """Makes a timeline of media files and of the film in folders.

    Args:
        paths: Files and folders.
        name: Of the timeline.
        shelf: Where the files that were probed are put.
        console: Where progress is shown.

    Raises:
        TimelineEmpty: where not one file can be used.
        TimelineError: a timeline is among the paths, or is of a format that is not read.
        MediaMissing: where a path does not exist.
    """
    for path in filter(is_timeline, paths):
        raise TimelineError(
            str(path), "a timeline is analysed alone", "Give one timeline, or media files."
        )
    with searching(console) as seen:
        found = search_media(paths, seen)
    footage = probe_footage(found, shelf, ", ".join(map(str, paths)), Bars(console))
    warnings = (*footage.warnings, *footage_clock(footage.media).warnings)
    return Footage(make_timeline(footage.media, name), footage.problems, warnings)
