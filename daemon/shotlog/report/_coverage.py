"""Coverage of an edit: shots and screen time by size and move, missing labels, lengths of shots.

What is no shot of anything, such as black or a title card, is listed by its kind and counts in
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from shotlog.report._tones import tone_class
from shotlog.report._words import (
    format_length,
    format_share,
    format_timecode,
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
    find_neighbours,
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
    """Coverage of the labels of a family.

    A shot that is undefined, or undefined in part, may have any label. So labels are missing only
    where every shot is known. Where most are, the labels that none of them has are still worth
    knowing, with the number of shots that this rests on; where half of the shots or more are not
    known, a list of them would tell of the analysis and not of the edit, and there is none.

    Attributes:
        lines: The labels that some shot has, ``undefined`` last.
        unseen: Display names of the labels that no known shot has; empty where half of the shots
            or more are not known.
        unseen_labels: The same labels by their names in data.
        known: Number of shots whose labels are known from end to end.
        shots: Number of all shots.
    """

    lines: tuple[CoverageLine, ...]
    unseen: tuple[str, ...]
    unseen_labels: tuple[str, ...]
    known: int
    shots: int

    @property
    def all_known(self) -> bool:
        """True where there are shots, and the labels of each are known."""
        return 0 < self.known == self.shots

    @property
    def gaps(self) -> tuple[str, str] | None:
        """The gaps, as a heading and a text; None where there is nothing to tell."""
        if not self.lines:
            return None
        if 2 * self.known <= self.shots:
            return "Not known", f"{self.shots - self.known} of {self.shots} shots"
        if not self.unseen:
            return None
        among = f"Not among the {self.known} of {self.shots} known shots"
        return "Missing" if self.all_known else among, ", ".join(self.unseen)


@dataclass(frozen=True)
class SameSizeCut:
    """A cut between two shots of the same size; shots are numbered from 1.

    Attributes:
        first: Number of the shot before the cut.
        second: Number of the shot after it.
        timecode: Timecode of the cut.
        size: Size of both.
        same_framing: True where the pictures before and after the cut show the same subject from
            the same place, so that it is likely to look like a jump; None where they were not
            compared. The 30-degree rule of continuity editing asks for a camera that moves by 30
            degrees or more between two shots of one subject, lest the cut look like a mistake.
    """

    first: int
    second: int
    timecode: str
    size: str
    same_framing: bool | None


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
    shots = list_ordinary(shots)
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
    present = {line.name for line in lines} | {UNDEFINED}
    known = sum(_is_known(findings_of(logged), shown) for logged in shots)
    unseen = [label for label in vocabulary.labels if label.name not in present]
    unseen = unseen if 2 * known > len(shots) else []
    return CoverageTable(
        lines=tuple(sorted(lines, key=lambda line: line.name == UNDEFINED)),
        unseen=tuple(label.display for label in unseen),
        unseen_labels=tuple(label.name for label in unseen),
        known=known,
        shots=len(shots),
    )


def list_kinds(shots: Sequence[LoggedShot]) -> tuple[CoverageLine, ...]:
    """Return a line for each kind of what is no shot of anything; shares are those of all shots."""
    whole = sum((logged.shot.timeline.duration for logged in shots), Fraction(0))
    lines = (
        _line(Family.KIND, name, shots, leading_kinds, whole, beside=Family.KIND)
        for name in KINDS.names
    )
    return tuple(line for line in lines if line is not None)


def list_ordinary(shots: Sequence[LoggedShot]) -> list[LoggedShot]:
    """Return the shots of something: without black, title cards and bars."""
    return [logged for logged in shots if logged.kind is None]


def summarize_lengths(shots: Sequence[LoggedShot]) -> ShotLengths | None:
    """Return average, median, shortest and longest shot; None without shots."""
    found = [logged.shot.timeline.duration for logged in list_ordinary(shots)]
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
    # The clips that begin in a transition of the timeline.
    faded = {clip.id for clip in log.edit.clips if clip.head > 0}
    for first, second in find_neighbours(log.shots):
        before, after = log.shots[first], log.shots[second]
        size = main_size(before)
        alike = size is not None and size != UNDEFINED and size == main_size(after)
        if alike and not _gradual(log, before, after, faded):
            timecode = format_timecode(log.edit, after.shot.timeline.start)
            yield SameSizeCut(first + 1, second + 1, timecode, str(size), after.same_framing)


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


def _is_known(labels: Sequence[Finding], family: Family) -> bool:
    """Return True where a shot's leading labels are of a family and leave no part undefined."""
    return bool(labels) and all(f.family == family and f.label != UNDEFINED for f in labels)


def _gradual(log: Log, before: LoggedShot, after: LoggedShot, faded: set[str]) -> bool:
    """Return True where two shots meet in a dissolve, a fade or a dip, of the file or the edit."""
    if before.shot.clip != after.shot.clip:
        return after.shot.clip in faded
    border = max(before.shot.source.start, after.shot.source.start)
    return any(
        cut.at == border and cut.kind != CutKind.CUT for cut in log.cuts.get(after.shot.clip, ())
    )
