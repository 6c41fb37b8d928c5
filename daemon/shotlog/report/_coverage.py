"""What an edit is made of: how much of each size and move, how long shots are, what is missing."""

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
    leading_moves,
    leading_sizes,
    main_size,
)
from shotlog.schema import UNDEFINED, VOCABULARIES, CutKind, Family, Finding, Log, LoggedShot


@dataclass(frozen=True)
class CoverageLine:
    """One label in the coverage table; ``portion`` is its part of the screen time, in percent."""

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
    """How much there is of each label of a family, and which labels are missing."""

    lines: tuple[CoverageLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class SameSizeCut:
    """Two shots of one size that touch; numbers count from 1.

    Attributes:
        first: Number of the shot before the cut.
        second: Number of the shot after it.
        size: What both are.
        same_media: Both show the same file: there a cut jumps most.
    """

    first: int
    second: int
    size: str
    same_media: bool


@dataclass(frozen=True)
class ShotLengths:
    """How long shots are."""

    average: str
    median: str
    shortest: str
    longest: str


def make_coverage_table(family: Family, shots: Sequence[LoggedShot]) -> CoverageTable:
    """The coverage of sizes or of moves.

    A shot with several moves counts for each of them; screen time goes by the moves' own ranges.
    Where all that is known of a shot is its movement (Push, Pull), it is counted beside the moves.
    """
    said = leading_sizes if family is Family.SIZE else leading_moves
    found = {(f.family, f.label): f for logged in shots for f in said(logged)}
    spoken = family if not found or any(f == family for f, _ in found) else Family.MOVEMENT
    vocabulary = VOCABULARIES[spoken]
    others = [named for named in found if named[0] != spoken or named[1] not in vocabulary]
    whole = sum((logged.shot.timeline.duration for logged in shots), Fraction(0))
    lines = [
        line
        for named in (*((spoken, name) for name in vocabulary.names), *others)
        if (line := _line(*named, shots, said, whole, beside=spoken)) is not None
    ]
    there = {line.name for line in lines}
    return CoverageTable(
        lines=tuple(sorted(lines, key=lambda line: line.name == UNDEFINED)),
        missing=tuple(
            label.display
            for label in vocabulary.labels
            if label.name not in there and label.name != UNDEFINED
        ),
    )


def summarize_lengths(shots: Sequence[LoggedShot]) -> ShotLengths | None:
    """Average, median, shortest and longest shot; None where there is none."""
    found = [logged.shot.timeline.duration for logged in shots]
    if not found:
        return None
    return ShotLengths(
        average=format_length(sum(found, Fraction(0)) / len(found)),
        median=format_length(median(found)),
        shortest=format_length(min(found)),
        longest=format_length(max(found)),
    )


def find_same_size_cuts(log: Log) -> Iterator[SameSizeCut]:
    """Shots of one known size that meet in a hard cut, on one track.

    Dissolves, fades and gaps part shots, so no cut jumps there.
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


def _line(
    family: Family,
    name: str,
    shots: Sequence[LoggedShot],
    said: Callable[[LoggedShot], tuple[Finding, ...]],
    whole: Fraction,
    *,
    beside: Family,
) -> CoverageLine | None:
    """The line of a label; one of another family than those beside it names that."""
    ranges = [
        [f.timeline for f in said(logged) if (f.family, f.label) == (family, name)]
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
    """``V1/3`` lies on ``V1``; what lies in a nest is cut with what lies beside the nest."""
    return clip.partition("/")[0]


def _gradual(log: Log, before: LoggedShot, after: LoggedShot) -> bool:
    """Whether two shots of one clip meet in a dissolve, a fade or a dip."""
    if before.shot.clip != after.shot.clip:
        return False
    border = max(before.shot.source.start, after.shot.source.start)
    return any(
        cut.at == border and cut.kind != CutKind.CUT for cut in log.cuts.get(after.shot.clip, ())
    )
