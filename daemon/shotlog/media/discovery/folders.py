"""Search of files and folders for films, with a record of everything that is skipped."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shotlog.media.discovery.names import FileKind, ignored_kind, is_video_name, kind_by_suffix
from shotlog.media.discovery.sniff import sniff_kind
from shotlog.paths import BATCH_FOLDER
from shotlog.schema import BUNDLED, FOLDERS, MediaError, MediaMissing, MediaUnreadable, Problem


@dataclass(frozen=True)
class Candidate:
    """A file that may be film.

    Attributes:
        path: Absolute path.
        named: True where the user named it; false where it was found in a folder.
    """

    path: Path
    named: bool


@dataclass
class SearchResult:
    """The result of a search.

    Attributes:
        films: Files that may be film, in the order in which they were named and, in folders, of
            their names.
        skipped: Files and folders that were skipped, with their kinds.
        problems: Folders and files that could not be read.
    """

    films: list[Candidate] = field(default_factory=list)
    skipped: list[tuple[FileKind, Path]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def search_media(
    paths: Sequence[Path], on_count: Callable[[int], None] = lambda count: None
) -> SearchResult:
    """Collect the films among files and in folders, with all their subfolders.

    A file that is named is always a candidate. In a folder the suffix decides or, where it is
    unknown, the head of the file; :mod:`shotlog.media.discovery.names` lists what is skipped.
    Links are followed, except those to a folder that contains the searched one. A file that is
    reached again through a link is taken once. A folder that a batch writes to is skipped, unless
    it is named.

    Args:
        paths: Files and folders.
        on_count: Called with the number of entries so far, after each folder.

    Raises:
        MediaMissing: a path does not exist.
    """
    walk = _Walk(on_count)
    for path in paths:
        walk.start(path.absolute())
    # A file may be named and also lie in a folder that is named.
    walk.result.problems = list(dict.fromkeys(walk.result.problems))
    return walk.result


class _Walk:
    """One search, with its state."""

    def __init__(self, on_count: Callable[[int], None]) -> None:
        self.result = SearchResult()
        self._on_count, self._count = on_count, 0
        self._visited: set[object] = set()
        self._above: set[object] = set()
        # A stack instead of recursion, as folders may be nested deeply.
        self._pending: list[tuple[os.DirEntry[str], frozenset[str]]] = []

    def start(self, path: Path) -> None:
        """Search a path that the user named."""
        try:
            status = path.stat()
        except OSError as error:
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                self.result.problems.append(_unreachable(path, error))
                return
            raise MediaMissing(
                str(path), "there is no such file or folder", "Check the path."
            ) from error
        if not stat.S_ISDIR(status.st_mode) or path.suffix.lower() in FOLDERS:
            self._take(path, status, named=True)
            return
        real = path.resolve()
        self._above = {_identity(parent, parent.stat()) for parent in (real, *real.parents)}
        self._enter(path, status, named=True)
        while self._pending:
            self._visit(*self._pending.pop())

    def _take(self, path: Path, status: os.stat_result, *, named: bool) -> None:
        """Add a file to the films, unless it is one of them."""
        if self._was_visited(path, status):
            self.result.skipped.append((FileKind.AGAIN, path))
        else:
            self.result.films.append(Candidate(path, named))

    def _was_visited(self, path: Path, status: os.stat_result) -> bool:
        """Return true where a file or folder was visited before, and note it as visited."""
        identity = _identity(path, status)
        known = identity in self._visited
        self._visited.add(identity)
        return known

    def _enter(self, path: Path, status: os.stat_result, *, named: bool = False) -> None:
        """List a folder, and schedule its entries."""
        if self._was_visited(path, status):
            self.result.skipped.append((FileKind.AGAIN, path))
            return
        try:
            with os.scandir(path) as listing:
                # Reversed, as entries are taken from the end of the list.
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            self.result.problems.append(_unreachable(path, error))
            return
        self._count += len(entries)
        self._on_count(self._count)
        beside = frozenset(entry.name.lower() for entry in entries)
        if BUNDLED in beside:  # an unpacked .otiod bundle: its media belong to its timeline
            self.result.skipped.append((FileKind.TIMELINE, path))
        elif BATCH_FOLDER in beside and not named:  # the output of a batch
            self.result.skipped.append((FileKind.SYSTEM, path))
        else:
            self._pending += [(entry, beside) for entry in entries]

    def _visit(self, entry: os.DirEntry[str], beside: frozenset[str]) -> None:
        """Take, enter or skip an entry of a folder."""
        path = Path(entry.path)
        try:
            kind = ignored_kind(path, beside) or self._skipped_kind(entry)
            if kind:
                self.result.skipped.append((kind, path))
            elif entry.is_dir():
                self._enter_below(path)
            else:
                self._take(path, path.stat(), named=False)
        except OSError as error:
            self.result.problems.append(_unreachable(path, error))
        except MediaError as error:
            self.result.problems.append(error.problem)

    def _enter_below(self, path: Path) -> None:
        """Enter a folder, unless it is a link to one that contains the named folder."""
        status = path.stat()
        if _identity(path, status) in self._above:
            self.result.skipped.append((FileKind.ABOVE, path))
        else:
            self._enter(path, status)

    def _skipped_kind(self, entry: os.DirEntry[str]) -> FileKind | None:
        """Return the kind as which an entry is skipped; None for folders to enter and films."""
        # By name first: to open every file of a network share is slow.
        known = kind_by_suffix(entry.name)
        if entry.is_dir():
            return FileKind.TIMELINE if Path(entry.name).suffix.lower() in FOLDERS else None
        if known:
            return known
        status = Path(entry.path).stat()
        if not stat.S_ISREG(status.st_mode):
            return FileKind.SPECIAL
        if is_video_name(entry.name):
            return None
        return sniff_kind(entry.path) if status.st_size else FileKind.OTHER


def _identity(path: Path, status: os.stat_result) -> object:
    """Return an identity of a file that is the same by every path to it."""
    # Some file systems have no inodes; there the resolved path must do.
    return (status.st_dev, status.st_ino) if status.st_ino else path.resolve()


def _unreachable(path: Path, error: OSError) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
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
    """Return the operating system's description of an error, in lower case."""
    return (error.strerror or os.strerror(error.errno or 0)).lower()
