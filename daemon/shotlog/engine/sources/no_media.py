"""Errors for clips whose media is a project, a timeline, a document or another file, not media."""

from __future__ import annotations

import os
import re
from pathlib import Path

from shotlog.media.discovery import SINGULAR, FileKind, is_text, kind_by_suffix, read_head
from shotlog.schema import (
    OTIO,
    MediaError,
    MediaMissing,
    MediaUnreadable,
    MediaUnsupported,
    ShotlogError,
    detect_timeline_format,
    is_otio,
)

NEVER_MEDIA = frozenset(
    {
        FileKind.ARCHIVE,
        FileKind.DOCUMENT,
        FileKind.PLAYLIST,
        FileKind.SIDECAR,
        FileKind.SUBTITLE,
        FileKind.UNFINISHED,
    }
)
"""Kinds that no player plays; the user is not told to try one."""

_MAY_BE_NUMBERED = re.compile(r"[#@*?$%{<`]|\[\d")
"""Characters that stand for a frame number in some program, and are rare in names of films."""

_SPELLINGS = (
    "Numbered pictures are found where their number is spelled %04d, ####, @@@@, {:04d}, $F4,"
    " <frame> or [1001-1100], and where the timeline holds an image sequence."
)

_RELINK = "Relink the clip to the film itself."
_NESTED = "Relink the clip to the film itself, or nest that timeline in this one and export again."


def explain(path: Path, error: ShotlogError) -> ShotlogError:
    """Return the error for a clip's media that names the kind of the file.

    Args:
        path: Path of the media.
        error: The error of its probe; it is returned where the file may be media, or is missing.
    """
    if not isinstance(error, MediaError):
        return error
    # Path.exists() raises for names with a null character (before Python 3.12) and too long names.
    if not os.path.exists(path):  # noqa: PTH110
        return _missing(path, error)
    head = read_head_safely(path)
    if is_otio(head) or (path.suffix.lower() in OTIO and path.is_dir()):
        return _not_media(path, "an OpenTimelineIO timeline", _NESTED)
    if other := detect_timeline_format(head, path.name):
        return _not_media(path, other.name, _NESTED)
    kind = kind_by_suffix(path.name)
    if kind in NEVER_MEDIA:
        return MediaUnreadable(
            str(path), f"by its name this is no media ({SINGULAR[kind]})", _RELINK
        )
    # A picture may be text (SVG): FFmpeg knows such a format, and its own words are better.
    if is_text(head) and not isinstance(error, MediaUnsupported):
        message = "it holds text, no media"
        return MediaUnreadable(str(path), message, "Download or copy it again, or relink the clip.")
    return error


def _missing(path: Path, error: MediaError) -> MediaError:
    """Return the error for missing media; for a numbered name with the spellings that are read."""
    if not _MAY_BE_NUMBERED.search(path.name):
        return error
    hint = f"{error.problem.hint} {_SPELLINGS}"
    return MediaMissing(error.problem.subject, error.problem.message, hint)


def _not_media(path: Path, name: str, remedy: str) -> MediaUnreadable:
    return MediaUnreadable(str(path), f"this is {name}, not media", remedy)


def read_head_safely(path: Path) -> bytes:
    """Return the first bytes of a file; none where it is no file or cannot be read."""
    try:
        return read_head(str(path)) if path.is_file() else b""
    except (MediaError, OSError, ValueError):
        return b""
