"""Searches folders for film: every file once, and a word about whatever is passed over."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shotlog.media.discovery.names import Kind, is_film, junk_kind, kind_of
from shotlog.media.discovery.sniff import sniffed
from shotlog.schema import BUNDLED, FOLDERS, MediaError, MediaMissing, MediaUnreadable, Problem


@dataclass(frozen=True)
class Candidate:
    """A file that is to be looked at.

    Attributes:
        path: Absolute.
        named: Whether somebody named it; else it was met in a folder.
    """

    path: Path
    named: bool


@dataclass
class Search:
    """What a search found.

    Attributes:
        films: In the order in which they were named and, in folders, of their names.
        passed: What was passed over, and as what.
        problems: Folders and files that could not be reached.
    """

    films: list[Candidate] = field(default_factory=list)
    passed: list[tuple[Kind, Path]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def search(paths: Sequence[Path], seen: Callable[[int], None] = lambda count: None) -> Search:
    """Gathers the film among files and in folders, with all that lies in those.

    A file that is named is always taken. In a folder film is what its suffix or, where that tells
    nothing, the head of the file says; :mod:`shotlog.media.discovery.names` lists what is passed over. Links
    are followed, save those to a folder that holds the one that is searched; what comes again,
    through a link, is taken once.

    Args:
        paths: Files and folders.
        seen: Told how many entries were seen so far, again and again.

    Raises:
        MediaMissing: a path does not exist.
    """
    walk = _Walk(seen)
    for path in paths:
        walk.start(path.absolute())
    walk.search.problems = list(dict.fromkeys(walk.search.problems))  # of what is named and met
    return walk.search


class _Walk:
    def __init__(self, seen: Callable[[int], None]) -> None:
        self.search = Search()
        self._seen, self._count = seen, 0
        self._taken: set[object] = set()
        self._above: set[object] = set()
        self._waiting: list[tuple[os.DirEntry[str], frozenset[str]]] = []

    def start(self, path: Path) -> None:
        """Takes a path that was named, and all that lies in it."""
        try:
            status = path.stat()
        except OSError as error:
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                self.search.problems.append(_unreachable(path, error))
                return
            raise MediaMissing(
                str(path), "there is no such file or folder", "Check the path."
            ) from error
        if not stat.S_ISDIR(status.st_mode) or path.suffix.lower() in FOLDERS:
            self._take(path, status, named=True)
            return
        real = path.resolve()
        self._above = {_identity(parent, parent.stat()) for parent in (real, *real.parents)}
        self._enter(path, status)
        while self._waiting:
            self._visit(*self._waiting.pop())

    def _take(self, path: Path, status: os.stat_result, *, named: bool) -> None:
        if self._again(path, status):
            self.search.passed.append((Kind.AGAIN, path))
        else:
            self.search.films.append(Candidate(path, named))

    def _again(self, path: Path, status: os.stat_result) -> bool:
        """Whether a file or folder was met before."""
        identity = _identity(path, status)
        known = identity in self._taken
        self._taken.add(identity)
        return known

    def _enter(self, path: Path, status: os.stat_result) -> None:
        if self._again(path, status):
            self.search.passed.append((Kind.AGAIN, path))
            return
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            self.search.problems.append(_unreachable(path, error))
            return
        self._count += len(entries)
        self._seen(self._count)
        beside = frozenset(entry.name.lower() for entry in entries)
        if BUNDLED in beside:
            self.search.passed.append((Kind.TIMELINE, path))
        else:
            self._waiting += [(entry, beside) for entry in entries]

    def _visit(self, entry: os.DirEntry[str], beside: frozenset[str]) -> None:
        """Takes, enters or passes over what was met in a folder."""
        path = Path(entry.path)
        try:
            kind = junk_kind(path, beside) or self._kind(entry)
            if kind:
                self.search.passed.append((kind, path))
            elif entry.is_dir():
                self._enter_met(path)
            else:
                self._take(path, path.stat(), named=False)
        except OSError as error:
            self.search.problems.append(_unreachable(path, error))
        except MediaError as error:
            self.search.problems.append(error.problem)

    def _enter_met(self, path: Path) -> None:
        """Enters a folder, unless it is a link to one that holds the folder which was named."""
        status = path.stat()
        if _identity(path, status) in self._above:
            self.search.passed.append((Kind.ABOVE, path))
        else:
            self._enter(path, status)

    def _kind(self, entry: os.DirEntry[str]) -> Kind | None:
        """What an entry is passed over as; what its name tells costs no look at the file."""
        known = kind_of(entry.name)
        if entry.is_dir():
            return Kind.TIMELINE if Path(entry.name).suffix.lower() in FOLDERS else None
        if known:
            return known
        status = Path(entry.path).stat()
        if not stat.S_ISREG(status.st_mode):
            return Kind.SPECIAL
        if is_film(entry.name):
            return None
        return sniffed(entry.path) if status.st_size else Kind.OTHER


def _identity(path: Path, status: os.stat_result) -> object:
    """Which file this is, by whatever path; where a file system has no inodes, the path itself."""
    return (status.st_dev, status.st_ino) if status.st_ino else path.resolve()


def _unreachable(path: Path, error: OSError) -> Problem:
    if not isinstance(error, PermissionError) and path.is_symlink():
        return MediaMissing(
            str(path),
            f"this link leads nowhere ({_reason(error)})",
            "Mend the link, or put the file in its place.",
        ).problem
    return MediaUnreadable(
        str(path), f"this cannot be looked into: {_reason(error)}", "Check its permissions."
    ).problem


def _reason(error: OSError) -> str:
    return (error.strerror or os.strerror(error.errno or 0)).lower()
