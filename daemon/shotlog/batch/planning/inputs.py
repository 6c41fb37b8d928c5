"""The inputs of a batch: timelines and film below folders, in lists, or named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from shotlog.batch.manifest import PassedOver
from shotlog.batch.store import OutputFolder
from shotlog.media.discovery import (
    Candidate,
    FileKind,
    SearchResult,
    is_text,
    read_head,
    search_media,
)
from shotlog.schema import (
    BatchEmpty,
    BatchError,
    MediaError,
    Problem,
    detect_timeline_format,
    readable,
)
from shotlog_otio import is_timeline_content

_OURS = re.compile(r"\.(marked|markers(-\d+)?)$", re.IGNORECASE)
"""End of the stem of a file that Shotlog has written."""

_NAMED = 3
"""Names that a sentence about many files lists."""


@dataclass
class Inputs:
    """Result of a search.

    Attributes:
        roots: The folders and files that were named, lists replaced by what they name.
        timelines: Timelines, by their content.
        search: All else: film, pictures, and what was skipped.
        problems: Files that look like timelines and cannot be read, and lines of lists.
        warnings: Sentences on what was passed over.
    """

    roots: list[Path]
    timelines: list[Path] = field(default_factory=list)
    search: SearchResult = field(default_factory=SearchResult)
    problems: list[PassedOver] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def name_of(self, path: Path) -> Path:
        """Return a path within the input: relative to the innermost root that holds it."""
        holding = [root for root in self.roots if root == path or root in path.parents]
        if not holding:
            return Path(path.name)
        root = max(holding, key=lambda each: len(each.parts))
        if root == path:
            return Path(path.name)
        relative = path.relative_to(root)
        several = sum(each.is_dir() for each in self.roots) > 1
        return Path(root.name) / relative if several else relative


def find_inputs(
    paths: Sequence[Path], folder: OutputFolder, on_count: Callable[[int], None]
) -> Inputs:
    """Search folders, and files that list paths, for timelines and film.

    The content of a file decides whether it is a timeline. Files of the output folder, and others
    that Shotlog has written, are passed over.

    Args:
        paths: Folders, timelines, film, and text files with a path a line.
        folder: The output folder.
        on_count: Called with the number of files so far.

    Raises:
        BatchError: An input lies inside of the output folder.
        BatchEmpty: A list names nothing.
        MediaMissing: A path does not exist.
    """
    roots, problems = _expand(paths)
    for root in roots:
        if folder.root in root.parents:
            message = "this lies inside of the output folder"
            raise BatchError(str(root), message, "Give another folder with --out.")
    found = Inputs(roots, search=search_media(roots, on_count), problems=problems)
    _sort_out(found)
    return found


def passed_over(problem: Problem) -> PassedOver:
    """Return a problem as a file that is passed over."""
    return PassedOver(path=problem.subject, message=problem.message, hint=problem.hint)


def _expand(paths: Sequence[Path]) -> tuple[list[Path], list[PassedOver]]:
    """Return absolute paths, each once; those of lists in place of the lists."""
    roots: list[Path] = []
    problems: list[PassedOver] = []
    for path in paths:
        if path.is_file() and path.suffix.lower() in (".txt", ".lst", "") and _is_list(path):
            listed = _read_list(path, problems)
            if not listed:
                raise BatchEmpty(str(path), "this list names no file that is there")
            roots += listed
        else:
            roots.append(path.absolute())
    return list(dict.fromkeys(roots)), problems


def _is_list(path: Path) -> bool:
    head = read_head(str(path))
    return is_text(head) and not is_timeline_content(path, head)


def _read_list(path: Path, problems: list[PassedOver]) -> list[Path]:
    """Return the paths that a text lists, relative to its folder; ``#`` begins a comment."""
    listed: list[Path] = []
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        # Not resolved: a link is named by its own name.
        target = Path(path.absolute().parent, name)
        if target == path.absolute():
            message, hint = "the list names itself", "Remove the line."
        elif target.exists():
            listed.append(target)
            continue
        else:
            message, hint = f"there is no {readable(name)}", "Correct the line, or remove it."
        subject = f"{readable(str(path))}, line {number}"
        problems.append(PassedOver(path=subject, message=message, hint=hint))
    return listed


class _Content(Enum):
    """Kind of a file by its content."""

    TIMELINE = auto()
    EMPTY = auto()
    OTHER = auto()


def _sort_out(found: Inputs) -> None:
    """Divide what the search found by content: timelines, empty files, all else."""
    search, empty, ours = found.search, list[Path](), list[Path]()
    films, skipped = list[Candidate](), list[tuple[FileKind, Path]]()
    for film in search.films:
        match _content_of(film.path):
            case _Content.TIMELINE:
                found.timelines.append(film.path)
            case _Content.EMPTY:
                empty.append(film.path)
            case _:
                films.append(film)
    for kind, path in search.skipped:
        if kind not in (FileKind.TIMELINE, FileKind.DOCUMENT, FileKind.OTHER):
            skipped.append((kind, path))
            continue
        content = _content_of(path)
        if content is _Content.EMPTY:
            empty.append(path)
        elif content is _Content.TIMELINE:
            (ours if _OURS.search(path.stem) else found.timelines).append(path)
        elif kind is FileKind.TIMELINE:
            found.problems.append(_unknown(path))
        else:
            skipped.append((kind, path))
    search.films[:], search.skipped[:] = films, skipped
    found.timelines.sort()
    if empty:
        found.warnings.append(f"{_count(empty)} empty: {_listed(empty)}")
    if ours:
        found.warnings.append(f"{_count(ours)} results of Shotlog: {_listed(ours)}")


def _content_of(path: Path) -> _Content:
    try:
        if path.is_dir():
            return _Content.TIMELINE if is_timeline_content(path, b"") else _Content.OTHER
        head = read_head(str(path))
    except MediaError:  # whoever reads the file tells it
        return _Content.OTHER
    if not head:
        return _Content.EMPTY
    return _Content.TIMELINE if is_timeline_content(path, head) else _Content.OTHER


def _unknown(path: Path) -> PassedOver:
    """Return the problem of a file that is named like a timeline and is none that is read."""
    message, hint = "this is not a timeline that can be read", "Export it again from your editor."
    try:
        other = detect_timeline_format(read_head(str(path)), path.name)
    except MediaError as error:
        other, message, hint = None, error.problem.message, error.problem.hint
    if other is not None:
        message, hint = other.message, other.remedy
    return PassedOver(path=str(path), message=message, hint=hint)


def _count(paths: Sequence[Path]) -> str:
    return "1 file is" if len(paths) == 1 else f"{len(paths):,} files are"


def _listed(paths: Sequence[Path]) -> str:
    names = ", ".join(readable(path.name) for path in paths[:_NAMED])
    return names + (", ..." if len(paths) > _NAMED else "")
