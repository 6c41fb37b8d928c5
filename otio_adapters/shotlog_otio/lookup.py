"""Finds files under the names that timelines give them, as far as people see no difference.

A Mac writes accents as a letter and a mark (Unicode normal form D), Linux and Windows as one
letter (form C); Windows and most Macs take no notice of letter case. A timeline that went from one
to the other names files that are there, and yet no file has that name.
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
    """Whether there is a file at a path; False where the system cannot even ask."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


class Hit(NamedTuple):
    """Where a file lies, and a warning where its name is not the one that was asked for."""

    path: str
    warning: str | None = None


class Finder:
    """Finds files relative to some folders; every folder is listed once at the most.

    Args:
        folders: Where relative paths may start, the likeliest first.
        exists: Whether there is a file at a path.
    """

    def __init__(self, folders: Sequence[Path], exists: Callable[[str], bool] = is_file) -> None:
        self._exists = exists
        self._folders = tuple(dict.fromkeys(folders))
        self._names = cache(_names)
        self._hit = cache(self._found)

    def find(self, name: str, paths: Iterable[str]) -> Hit | None:
        """The file that one of several paths names.

        The first path that is there is taken; else the first that is there under a name of other
        Unicode normal form, or of other letter case; else the first, which is offline.

        Args:
            name: Of the clip, for the error.
            paths: The ways to read what the timeline says, from :func:`shotlog_otio.urls.readings`.

        Returns:
            None where there is no path at all.

        Raises:
            MediaMissing: several files differ from the path in letter case alone.
        """
        hit = self._hit(tuple(paths))
        if isinstance(hit, list):
            raise MediaMissing(
                name,
                "no file has the name that the timeline gives, and several differ from it in letter"
                f" case alone: {', '.join(map(readable, hit))}",
                "Rename the one that is meant, or relink the clip.",
            )
        return hit

    def places(self, paths: Iterable[str]) -> list[str]:
        """The absolute paths that some paths may stand for, the likeliest first."""
        return [
            path if is_absolute(path) else str(folder / path)
            for given in paths
            for path in possible_paths(given)
            for folder in ((Path(),) if is_absolute(path) else self._folders)
        ]

    def _found(self, paths: tuple[str, ...]) -> Hit | list[str] | None:
        absolute = self.places(paths)
        exact = next(filter(self._exists, absolute), None)
        if exact is not None:
            return Hit(exact)
        for path in absolute:
            others = self._alike(path)
            if len(others) == 1:
                return Hit(others[0], differs(path, others[0]))
            if others:
                return sorted(others)
        return Hit(absolute[0]) if absolute else None

    def entries(self, path: str) -> list[Path]:
        """What lies at an absolute path; else what differs from it as :func:`alike` lets pass."""
        if not Path(path).is_absolute():  # a Windows path on another system
            return []
        anchor, *parts = Path(path).parts
        here = [Path(anchor)]
        for part in parts:
            here = [folder / name for folder in here for name in self._matching(folder, part)]
        return here

    def names(self, folder: Path) -> tuple[str, ...]:
        """What lies in a folder; nothing where that cannot be told."""
        return self._names(folder)

    def _alike(self, path: str) -> list[str]:
        """Files whose paths differ from one in what :func:`alike` lets pass."""
        return [str(file) for file in self.entries(path) if self._exists(str(file))]

    def _matching(self, folder: Path, part: str) -> list[str]:
        try:
            if os.path.lexists(folder / part):
                return [part]
        except (OSError, ValueError):
            return []
        return alike(part, self._names(folder))


def _names(folder: Path) -> tuple[str, ...]:
    """What lies in a folder; nothing where that cannot be told."""
    try:
        return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 (names are wanted, not paths)
    except (OSError, ValueError):
        return ()


def alike(name: str, names: Iterable[str]) -> list[str]:
    """The names that equal one but for their normal form; where none does, but for letter case."""
    everything = list(names)
    composed = [other for other in everything if _composed(other) == _composed(name)]
    return composed or [other for other in everything if _folded(other) == _folded(name)]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())


def differs(path: str, found: str) -> str:
    """A warning that a file was found under a name that is not quite the one asked for."""
    kind = "Unicode form" if _composed(path) == _composed(found) else "letter case"
    return f"its media was found as {readable(found)}, which differs in {kind} alone"
