"""Description of the files and folders that a search skipped, for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import MappingProxyType

from shotlog.media.discovery.names import FileKind
from shotlog.media.discovery.numbered_runs import find_runs
from shotlog.schema import readable

_MAX_EXAMPLES = 5
"""Names or suffixes that are listed for a kind, at most."""

SINGULAR = MappingProxyType(
    {
        FileKind.SOUND: "sound file",
        FileKind.PICTURE: "picture",
        FileKind.DOCUMENT: "document",
        FileKind.SUBTITLE: "subtitle file",
        FileKind.SIDECAR: "sidecar file",
        FileKind.TIMELINE: "timeline or project",
        FileKind.PLAYLIST: "playlist",
        FileKind.ARCHIVE: "archive",
        FileKind.UNFINISHED: "unfinished file",
        FileKind.SPECIAL: "pipe or device",
        FileKind.OTHER: "other file",
        FileKind.AGAIN: "file or folder that comes twice",
        FileKind.ABOVE: "link to a folder above",
        FileKind.PROXY: "proxy or cache",
        FileKind.SYSTEM: "system file or folder",
    }
)
"""Singular of the name of each kind."""

_BY_NAME = frozenset(
    {FileKind.ABOVE, FileKind.AGAIN, FileKind.PROXY, FileKind.SYSTEM, FileKind.TIMELINE}
)
"""Kinds that are described by file names; for all others suffixes are enough."""

SEQUENCE_HINT = (
    "Numbered pictures are looked at where a timeline (.otio) holds them as an image sequence;"
    " or make a movie of them."
)
"""Hint for folders with numbered pictures."""


def describe_skipped(skipped: Sequence[tuple[FileKind, Path]]) -> str:
    """Describe what was skipped, in one line; empty where nothing was.

    Examples: ``12 sound files (.wav), 2 documents (.txt, .xml)``;
    ``100 numbered pictures (a.1001-1100.exr)``.
    """
    runs, lone = _split_runs(_pictures(skipped))
    by_kind: dict[FileKind, list[Path]] = defaultdict(list)
    for kind, path in skipped:
        by_kind[kind].append(path)
    by_kind[FileKind.PICTURE] = lone
    frames = [f"{sum(runs.values())} numbered pictures ({_shortened(runs)})"] if runs else []
    return ", ".join(
        [*frames, *(_describe_kind(kind, by_kind[kind]) for kind in FileKind if by_kind[kind])]
    )


def contains_sequence(skipped: Sequence[tuple[FileKind, Path]]) -> bool:
    """Return true where numbered pictures were skipped."""
    return bool(_split_runs(_pictures(skipped))[0])


def _pictures(skipped: Sequence[tuple[FileKind, Path]]) -> list[Path]:
    return [path for kind, path in skipped if kind is FileKind.PICTURE]


def _split_runs(pictures: Sequence[Path]) -> tuple[dict[str, int], list[Path]]:
    """Return the runs of numbered pictures, by name with their counts, and all other pictures."""
    runs = find_runs(pictures)
    taken = {path for run in runs for path in run.paths}
    return {run.name: len(run.members) for run in runs}, [
        path for path in pictures if path not in taken
    ]


def _describe_kind(kind: FileKind, paths: Sequence[Path]) -> str:
    names = [path.name if kind in _BY_NAME else path.suffix.lower() for path in paths]
    listed = _shortened(sorted(set(filter(None, names))))
    words = SINGULAR[kind] if len(paths) == 1 else kind.value
    return f"{len(paths)} {words} ({listed})" if listed else f"{len(paths)} {words}"


def _shortened(names: Iterable[str]) -> str:
    listed = list(names)
    more = ", ..." if len(listed) > _MAX_EXAMPLES else ""
    return ", ".join(map(readable, listed[:_MAX_EXAMPLES])) + more
