"""Search for files by the names in timelines, which may differ in Unicode form or letter case.

A Mac writes accents as a letter and a mark (Unicode normal form D), Linux and Windows as one
letter (form C); Windows and most Macs ignore letter case. In a timeline that was moved from one
system to another, the names of existing files may therefore be spelled otherwise than on the disk.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import MediaMissing, possible_paths, readable
from shotlog_otio.urls import is_absolute


def is_file(path: str) -> bool:
    """Return whether a path is a file; False where the system cannot tell."""
    try:
        # Paths of timelines may be too long for the system, or hold a null character.
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


class FileMatch(NamedTuple):
    """The path of a file, and a warning where its name differs from the one in the timeline."""

    path: str
    warning: str | None = None


class FileFinder:
    """Finder of files relative to some folders; every folder is listed once at most.

    Args:
        folders: The folders at which relative paths may start, the likeliest first.
        exists: Returns whether a path is a file.
    """

    def __init__(self, folders: Sequence[Path], exists: Callable[[str], bool] = is_file) -> None:
        self._exists = exists
        self._folders = tuple(dict.fromkeys(folders))
        # A timeline names the same files and folders in thousands of clips.
        self._names = cache(_names)
        self._search = cache(self._search_uncached)

    def find(self, name: str, paths: Iterable[str]) -> FileMatch | None:
        """Return the file that one of several paths names.

        The first path that exists is taken; else the first that exists under a name of another
        Unicode normal form, or of another letter case; else the first, which is offline.

        Args:
            name: Name of the clip, for the error.
            paths: The possible paths, from :func:`shotlog_otio.urls.candidate_paths`.

        Returns:
            None where no path was given.

        Raises:
            MediaMissing: Several files differ from the path in letter case alone.
        """
        match = self._search(tuple(paths))
        if isinstance(match, list):
            raise MediaMissing(
                name,
                "no file has the name that the timeline gives, and several differ from it in letter"
                f" case alone: {', '.join(map(readable, match))}",
                "Rename the one that is meant, or relink the clip.",
            )
        return match

    def absolute_paths(self, paths: Iterable[str]) -> list[str]:
        """Return the absolute paths that some paths may stand for, the likeliest first."""
        return [
            path if is_absolute(path) else str(folder / path)
            for given in paths
            for path in possible_paths(given)
            for folder in ((Path(),) if is_absolute(path) else self._folders)
        ]

    def _search_uncached(self, paths: tuple[str, ...]) -> FileMatch | list[str] | None:
        absolute = self.absolute_paths(paths)
        exact = next(filter(self._exists, absolute), None)
        if exact is not None:
            return FileMatch(exact)
        for path in absolute:
            others = self._similar_files(path)
            if len(others) == 1:
                return FileMatch(others[0], name_warning(path, others[0]))
            if others:
                return sorted(others)
        return FileMatch(absolute[0]) if absolute else None

    def entries(self, path: str) -> list[Path]:
        """Return the entries at an absolute path: it, else those of a similar name.

        Each part of the path may differ as :func:`similar_names` allows.
        """
        if not Path(path).is_absolute():  # a Windows path on another system
            return []
        anchor, *parts = Path(path).parts
        entries = [Path(anchor)]
        for part in parts:
            entries = [folder / name for folder in entries for name in self._matching(folder, part)]
        return entries

    def names(self, folder: Path) -> tuple[str, ...]:
        """Return the names in a folder; none where it cannot be read."""
        return self._names(folder)

    def _similar_files(self, path: str) -> list[str]:
        return [str(file) for file in self.entries(path) if self._exists(str(file))]

    def _matching(self, folder: Path, part: str) -> list[str]:
        try:
            if os.path.lexists(folder / part):
                return [part]
        except (OSError, ValueError):
            return []
        return similar_names(part, self._names(folder))


def _names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 (names are wanted, not paths)
    except (OSError, ValueError):
        return ()


def similar_names(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that differ from one in normal form alone; else in letter case as well."""
    candidates = list(names)
    composed = [other for other in candidates if _composed(other) == _composed(name)]
    return composed or [other for other in candidates if _folded(other) == _folded(name)]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())  # case folding may leave a letter decomposed


def name_warning(asked: str, actual: str) -> str:
    """Return a warning that the path of a file differs from the one in the timeline."""
    kind = "Unicode form" if _composed(asked) == _composed(actual) else "letter case"
    return f"its media was found as {readable(actual)}, which differs in {kind} alone"
