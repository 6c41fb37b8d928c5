"""A timeline of the media files and folders on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from shotlog.cli.output import StageBars, show_search
from shotlog.engine.sources import probe_footage
from shotlog.media.discovery import search_media
from shotlog.schema import Problem, TimelineError
from shotlog_otio import footage_clock, is_timeline, make_timeline

if TYPE_CHECKING:
    from shotlog.engine import ProbeCache


@dataclass(frozen=True)
class Footage:
    """A timeline of media files.

    Attributes:
        timeline: Content of an OTIO file with one clip per media file.
        problems: Files that cannot be used.
        warnings: Files that were skipped in folders, and assumptions about the timeline.
    """

    timeline: bytes
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def gather_footage(
    paths: Sequence[Path], name: str, probe_cache: ProbeCache, console: Console
) -> Footage:
    """Make a timeline of media files and of the media in folders, with progress.

    Args:
        paths: Files and folders.
        name: Name of the timeline.
        probe_cache: Keeps the probed files for the analysis.
        console: Shows the progress.

    Raises:
        TimelineEmpty: No file can be used.
        TimelineError: A timeline is among the paths, or a file of a format that is not read.
        MediaMissing: A path does not exist.
    """
    for path in filter(is_timeline, paths):
        raise TimelineError(
            str(path), "a timeline is analysed alone", "Give one timeline, or media files."
        )
    with show_search(console) as count:
        found = search_media(paths, count)
    footage = probe_footage(found, probe_cache, ", ".join(map(str, paths)), StageBars(console))
    warnings = (*footage.warnings, *footage_clock(footage.media).warnings)
    return Footage(make_timeline(footage.media, name), footage.problems, warnings)
