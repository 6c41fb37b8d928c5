"""Says in words what a search for film passed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import MappingProxyType

from shotlog.media.discovery.names import Kind
from shotlog.media.discovery.numbered_runs import runs_of
from shotlog.schema import readable

_EXAMPLES = 5
"""Names or suffixes that stand for all of a kind."""

ONE = MappingProxyType({
    Kind.SOUND: "sound file", Kind.PICTURE: "picture", Kind.DOCUMENT: "document",
    Kind.SUBTITLE: "subtitle file", Kind.SIDECAR: "sidecar file",
    Kind.TIMELINE: "timeline or project", Kind.PLAYLIST: "playlist", Kind.ARCHIVE: "archive",
    Kind.UNFINISHED: "unfinished file", Kind.SPECIAL: "pipe or device", Kind.OTHER: "other file",
    Kind.AGAIN: "file or folder that comes twice", Kind.ABOVE: "link to a folder above",
    Kind.PROXY: "proxy or cache",
    Kind.SYSTEM: "system file or folder",
})  # fmt: skip
"""What one thing of a kind is called."""

_BY_NAME = frozenset({Kind.ABOVE, Kind.AGAIN, Kind.PROXY, Kind.SYSTEM, Kind.TIMELINE})
"""Kinds of which names are told; of the others their suffixes say enough."""

SEQUENCE_HINT = (
    "Numbered pictures are looked at where a timeline (.otio) holds them as an image sequence;"
    " or make a movie of them."
)
"""What to do where a folder holds frames."""


def passed_over(passed: Sequence[tuple[Kind, Path]]) -> str:
    """One line: ``12 sound files (.wav), 2 documents (.txt, .xml)``; empty where there is nothing.

    Numbered pictures of a folder are told as such: ``100 numbered pictures (a.1001-1100.exr)``.
    """
    rows, lone = _rows(_pictures(passed))
    by_kind: dict[Kind, list[Path]] = defaultdict(list)
    for kind, path in passed:
        by_kind[kind].append(path)
    by_kind[Kind.PICTURE] = lone
    frames = [f"{sum(rows.values())} numbered pictures ({_few(rows)})"] if rows else []
    return ", ".join([*frames, *(_counted(kind, by_kind[kind]) for kind in Kind if by_kind[kind])])


def holds_sequence(passed: Sequence[tuple[Kind, Path]]) -> bool:
    """Whether numbered pictures were passed over."""
    return bool(_rows(_pictures(passed))[0])


def _pictures(passed: Sequence[tuple[Kind, Path]]) -> list[Path]:
    return [path for kind, path in passed if kind is Kind.PICTURE]


def _rows(pictures: Sequence[Path]) -> tuple[dict[str, int], list[Path]]:
    """Frames that are numbered through, by a name for all, with their count; and the rest."""
    runs = runs_of(pictures)
    taken = {path for run in runs for path in run.paths}
    rows = {run.name: len(run.members) for run in runs}
    return rows, [path for path in pictures if path not in taken]


def _counted(kind: Kind, paths: Sequence[Path]) -> str:
    names = [path.name if kind in _BY_NAME else path.suffix.lower() for path in paths]
    told = _few(sorted(set(filter(None, names))))
    words = ONE[kind] if len(paths) == 1 else kind.value
    return f"{len(paths)} {words} ({told})" if told else f"{len(paths)} {words}"


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    more = ", ..." if len(listed) > _EXAMPLES else ""
    return ", ".join(map(readable, listed[:_EXAMPLES])) + more
