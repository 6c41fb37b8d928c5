"""Which media a client may have read: the files below the allowed roots."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from shotlog.schema import Edit, MediaReference


def paths_outside(roots: Sequence[Path], edit: Edit) -> tuple[str, ...]:
    """Finds the media of an edit that lie outside the allowed roots.

    Links are followed on both sides first, so a link inside a root that leads out of it is
    outside, and so is a path that climbs out with ``..``. A relative path is outside: whose folder
    it starts from is not the client's to choose.

    Args:
        roots: Absolute folders (a file allows itself alone); empty: everything is allowed.
        edit: Clips without media have nothing to be read.

    Returns:
        Their paths as the edit has them, each once, in the edit's order.
    """
    if not roots:
        return ()
    real = [_real(str(root)) for root in roots]
    media = (clip.media for clip in edit.clips if clip.media is not None)
    paths = dict.fromkeys(path for one in media for path in _paths(one))
    return tuple(path for path in paths if not _inside(path, real))


def _paths(media: MediaReference) -> Iterator[str]:
    yield media.path
    if media.sequence is not None:
        yield media.sequence.pattern


def _inside(path: str, roots: list[str]) -> bool:
    if "\0" in path or not Path(path).is_absolute():
        return False
    found = Path(_real(path))
    return any(found.is_relative_to(root) for root in roots)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
