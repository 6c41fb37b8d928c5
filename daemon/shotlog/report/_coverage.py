"""Coverage of an edit: shots and screen time by size and move, missing labels, lengths of shots.

What is no shot of anything, such as black or a title card, is listed by its kind and counts in
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

from shotlog.report._tones import tone_class
from shotlog.report._words import (
    format_length,
    format_share,
    leading_kinds,
    leading_moves,
    leading_sizes,
    main_size,
)
from shotlog.schema import (
    KINDS,
    UNDEFINED,
    VOCABULARIES,
    CutKind,
    Family,
    Finding,
    Log,
    LoggedShot,
)


@dataclass(frozen=True)
class CoverageLine:
    """One label in the coverage table; ``portion`` is its share of the screen time in percent."""

    name: str
    display: str
    tone: str
    shots: int
    share: str
    time: str
    portion: str
    width: str


@dataclass(frozen=True)
class CoverageTable:
    """Coverage of the labels of a family, and the labels that no shot has."""

    lines: tuple[CoverageLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class SameSizeCut:
    """A cut between two shots of the same size; shots are numbered from 1.

    Attributes:
        first: Number of the shot before the cut.
        second: Number of the shot after it.
        size: Size of both.
        same_media: True where both show the same file: a jump cut is likeliest there.
    """

    first: int
    second: int
    size: str
    same_media: bool


@dataclass(frozen=True)
class ShotLengths:
    """Statistics of the lengths of shots, for people."""

    average: str
    median: str
    shortest: str
    longest: str


def make_coverage_table(family: Family, shots: Sequence[LoggedShot]) -> CoverageTable:
    """Return the coverage of sizes or of moves.

    A shot with several moves counts for each of them; screen time is that of the moves' own
    ranges. A shot of which only the movement is known (Push, Pull) is counted beside the moves.
    """
    findings_of = leading_sizes if family is Family.SIZE else leading_moves
    shots = _ordinary(shots)
    found = {(f.family, f.label): f for logged in shots for f in findings_of(logged)}
    # Where no shot has a move, only movements, the table shows the vocabulary of movements.
    shown = family if not found or any(f == family for f, _ in found) else Family.MOVEMENT
    vocabulary = VOCABULARIES[shown]
    others = [named for named in found if named[0] != shown or named[1] not in vocabulary]
    whole = sum((logged.shot.timeline.duration for logged in shots), Fraction(0))
    lines = [
        line
        for named in (*((shown, name) for name in vocabulary.names), *others)
        if (line := _line(*named, shots, findings_of, whole, beside=shown)) is not None
    ]
    present = {line.name for line in lines}
    return CoverageTable(
        lines=tuple(sorted(lines, key=lambda line: line.name == UNDEFINED)),
        missing=tuple(
            label.display
            for label in vocabulary.labels
            if label.name not in present and label.name != UNDEFINED
        ),
    )


def list_kinds(shots: Sequence[LoggedShot]) -> tuple[CoverageLine, ...]:
    """Return a line for each kind of what is no shot of anything; shares are those of all shots."""
    whole = sum((logged.shot.timeline.duration for logged in shots), Fraction(0))
    lines = (
        _line(Family.KIND, name, shots, leading_kinds, whole, beside=Family.KIND)
        for name in KINDS.names
    )
    return tuple(line for line in lines if line is not None)


def summarize_lengths(shots: Sequence[LoggedShot]) -> ShotLengths | None:
    """Return average, median, shortest and longest shot; None without shots."""
    found = [logged.shot.timeline.duration for logged in _ordinary(shots)]
    if not found:
        return None
    return ShotLengths(
        average=format_length(sum(found, Fraction(0)) / len(found)),
        median=format_length(median(found)),
        shortest=format_length(min(found)),
        longest=format_length(max(found)),
    )


def find_same_size_cuts(log: Log) -> Iterator[SameSizeCut]:
    """Yield the hard cuts between shots of one known size on one track.

    Dissolves, fades and gaps between shots do not count: they hide a jump.
    """
    by_track: dict[str, list[tuple[int, LoggedShot]]] = {}
    for number, logged in enumerate(log.shots, start=1):
        by_track.setdefault(_track(logged.shot.clip), []).append((number, logged))
    pairs = [pair for track in by_track.values() for pair in pairwise(track)]
    for (first, before), (second, after) in sorted(pairs, key=lambda pair: pair[0][0]):
        size = main_size(before)
        alike = size is not None and size != UNDEFINED and size == main_size(after)
        touch = before.shot.timeline.end == after.shot.timeline.start
        if alike and touch and not _gradual(log, before, after):
            yield SameSizeCut(first, second, str(size), before.content_id == after.content_id)


def _ordinary(shots: Sequence[LoggedShot]) -> list[LoggedShot]:
    return [logged for logged in shots if logged.kind is None]


def _line(
    family: Family,
    name: str,
    shots: Sequence[LoggedShot],
    findings_of: Callable[[LoggedShot], tuple[Finding, ...]],
    whole: Fraction,
    *,
    beside: Family,
) -> CoverageLine | None:
    """Return the line of a label, with its family's name where that is not ``beside``."""
    ranges = [
        [f.timeline for f in findings_of(logged) if (f.family, f.label) == (family, name)]
        for logged in shots
    ]
    count = sum(map(bool, ranges))
    if not count:
        return None
    display = VOCABULARIES[family].display(name)
    time = sum((r.duration for of_shot in ranges for r in of_shot), Fraction(0))
    return CoverageLine(
        name=name,
        display=display if family == beside else f"{display} ({family})",
        tone=tone_class(family, name),
        shots=count,
        share=format_share(count, len(shots)),
        time=format_length(time),
        portion=format_share(time, whole),
        width=f"{100 * float(time / whole) if whole else 0:.2f}%",
    )


def _track(clip: str) -> str:
    """Return the top-level track of a clip id: ``V1`` of ``V1/3``.

    Clips in a nested sequence are on the track of the nest: they are cut with its neighbours.
    """
    return clip.partition("/")[0]


def _gradual(log: Log, before: LoggedShot, after: LoggedShot) -> bool:
    """Return True where two shots of one clip meet in a dissolve, a fade or a dip."""
    if before.shot.clip != after.shot.clip:
        return False
    border = max(before.shot.source.start, after.shot.source.start)
    return any(
        cut.at == border and cut.kind != CutKind.CUT for cut in log.cuts.get(after.shot.clip, ())
    )
