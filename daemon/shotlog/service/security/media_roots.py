"""Media roots: the folders whose media the daemon may read for its clients."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from shotlog.schema import Edit, MediaReference


def paths_outside(roots: Sequence[Path], edit: Edit) -> tuple[str, ...]:
    """Return the media paths of an edit that are outside all media roots.

    Args:
        roots: Absolute paths of folders, or of single files; empty allows every path.
        edit: The edit; clips without media have no path.

    Returns:
        The paths as they are in the edit, without repetitions, in the edit's order.
    """
    if not roots:
        return ()
    real_roots = [_real_path(str(root)) for root in roots]
    clips = (*edit.clips, *edit.sound)
    media = (clip.media for clip in clips if clip.media is not None)
    paths = dict.fromkeys(path for reference in media for path in _paths_of(reference))
    return tuple(path for path in paths if not _is_inside(path, real_roots))


def _paths_of(media: MediaReference) -> Iterator[str]:
    yield media.path
    if media.sequence is not None:
        yield media.sequence.pattern


def _is_inside(path: str, real_roots: list[str]) -> bool:
    # A relative path would start from the daemon's working folder, which the client does not know.
    if "\0" in path or not Path(path).is_absolute():
        return False
    real_path = Path(_real_path(path))
    return any(real_path.is_relative_to(root) for root in real_roots)


def _real_path(path: str) -> str:
    # Links are resolved in paths and roots alike: a link inside a root may lead out of it, and a
    # path may climb out by "..".
    return os.path.normcase(os.path.realpath(path))
