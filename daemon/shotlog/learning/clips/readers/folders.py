"""Folders named like classes, with the clips of each class in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from shotlog.learning.clips.labelled import DataSet, DataSetReader, Part
from shotlog.learning.clips.readers.collecting import ClipCollector
from shotlog.media.discovery import VIDEO_SUFFIXES, FileKind, kind_by_suffix
from shotlog.schema import DataSetUnreadable, Family

_OWN_FILMS = (
    "clips that lie directly in the folder of a class count as films of their own: put those of one"
    " film into a folder of its name, in each class"
)


class _Found(NamedTuple):
    """A file with its place: part, name of the class, path below the folder of the class."""

    file: Path
    part: Part | None
    label: str
    below: Path


class FoldersReader(DataSetReader):
    """Reader of class folders: ``CLASS/clip.mov``, ``CLASS/FILM/clip.mov``, or those by part.

    The first folder below a class is the film; a clip without one is a film of its own. Several
    moves that hold together are joined by ``+``: ``pan_left+tilt_up``.
    """

    name = "folders"
    title = "a folder for each class: CLASS/FILM/clip.mov; also below train, val and test"

    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read the files of all folders whose name is a class."""
        clips, loose = ClipCollector(families), False
        for found in _files(path):
            loose = loose or len(found.below.parts) == 1
            film = found.below.parts[0] if len(found.below.parts) > 1 else _own(path, found)
            texts = {family: found.label.split("+") for family in families}
            clips.add(
                str(found.file.relative_to(path)), found.file, texts, film=film, part=found.part
            )
        warnings = [_OWN_FILMS] if loose else []
        return clips.finish(f"folders, {path.resolve().name}", str(path), warnings=warnings)


def _files(root: Path) -> Iterator[_Found]:
    """Yield films and pictures, in the order of their paths.

    Raises:
        DataSetUnreadable: The folder cannot be read.
    """
    try:
        names = sorted(folder.name for folder in root.iterdir() if folder.is_dir())
        divided = bool(names) and set(names) <= set(Part)
        for top in names:
            part = Part(top) if divided else None
            classes = sorted((root / top).iterdir()) if divided else [root / top]
            for label in classes:
                for file in sorted(label.rglob("*")):
                    if _is_clip(file):
                        yield _Found(file, part, label.name, file.relative_to(label))
    except OSError as error:
        raise DataSetUnreadable(str(root), f"it cannot be read: {error.strerror}") from error


def _is_clip(file: Path) -> bool:
    suffix = file.suffix.lower()
    known = suffix in VIDEO_SUFFIXES or kind_by_suffix(file.name) is FileKind.PICTURE
    return known and not file.name.startswith(".") and file.is_file()


def _own(root: Path, found: _Found) -> str:
    """Return the film of a clip without a folder of its film: the same wherever the data lie."""
    return f"{root.resolve().name}/{found.file.relative_to(root)}"
