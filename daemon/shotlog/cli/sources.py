"""What a user may hand to ``analyze``: a timeline, or media files and folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.schema.errors import (
    MediaMissing,
    NoPicture,
    Problem,
    ShotlogError,
    TimelineEmpty,
    TimelineError,
)
from shotlog.schema.media import Media
from shotlog.schema.ranges import MediaReference
from shotlog_otio import footage_clock, make_timeline

if TYPE_CHECKING:
    from shotlog.engine import MediaShelf

TIMELINES = frozenset({".otio", ".otioz"})
PICTURES = frozenset(
    f".{name}"
    for name in (
        *("3gp", "avi", "dv", "flv", "gif", "m2ts", "m2v", "m4v", "mkv", "mov", "mp4", "mpeg"),
        *("mpg", "mts", "mxf", "ogv", "ts", "vob", "webm", "wmv", "y4m", "264", "265", "hevc"),
    )
)
"""Suffixes that are taken for film when a folder is searched; a named file is always taken."""


@dataclass(frozen=True)
class Footage:
    """Media files, made into a timeline.

    Attributes:
        timeline: The bytes of an OTIO file with one clip per file.
        problems: Files that were left out, and why.
        warnings: What was assumed about the timeline, in words.
    """

    timeline: bytes
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def is_timeline(path: Path) -> bool:
    """Whether a path names a timeline."""
    return path.suffix.lower() in TIMELINES


def gather_footage(paths: Sequence[Path], name: str, shelf: MediaShelf) -> Footage:
    """Makes a timeline of media files and of the film in folders.

    Args:
        paths: Files and folders.
        name: Of the timeline.
        shelf: Where the files that were probed are put.

    Raises:
        TimelineEmpty: where not one file can be used.
        MediaMissing: where a path does not exist.
    """
    files = [file for path in paths for file in _files(path)]
    media: list[Media] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found = shelf.get(MediaReference(path=str(file)))
            if found.video is None:
                raise NoPicture(str(file))
            media.append(found)
        except ShotlogError as error:
            problems.append(error.problem)
    if not media:
        if len(problems) == 1:
            raise TimelineEmpty(problems[0].subject, problems[0].message, problems[0].hint)
        raise TimelineEmpty(", ".join(map(str, paths)), "there is no film here")
    return Footage(make_timeline(media, name), tuple(problems), footage_clock(media).warnings)


def _files(path: Path) -> list[Path]:
    path = path.absolute()
    if path.is_dir():
        return sorted(f for f in path.rglob("*") if f.suffix.lower() in PICTURES and f.is_file())
    if not path.exists():
        raise MediaMissing(str(path), "there is no such file or folder", "Check the path.")
    if is_timeline(path):
        raise TimelineError(
            str(path), "a timeline is analysed alone", "Give one timeline, or media files."
        )
    return [path]
