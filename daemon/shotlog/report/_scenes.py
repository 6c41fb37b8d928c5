"""Coverage of every scene of an edit, and the lengths of shots in the course of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._coverage import (
    CoverageTable,
    SameSizeCut,
    ShotLengths,
    find_same_size_cuts,
    list_ordinary,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._reverses import ReverseAngles, find_reverses
from shotlog.report._words import format_length, format_timecode
from shotlog.schema import Family, Finding, Log, TimeRange

_AROUND = 2
"""Shots before and after a shot that its average is made of, as well: five in all."""


@dataclass(frozen=True)
class SceneCoverage:
    """Coverage of one scene.

    Attributes:
        scene: The finding that tells of it.
        timecode: Timecode of its first frame.
        length: Its length, for people.
        first: Number of its first shot, from 1; None without any.
        last: Number of its last shot; None without any.
        shots: Number of its shots, without black, title cards and bars.
        sizes: Coverage by size.
        moves: Coverage by move.
        lengths: Lengths of its shots; None without any.
        cuts: Cuts between two of its shots of one size.
        reverses: Its reverse angles.
    """

    scene: Finding
    timecode: str
    length: str
    first: int | None
    last: int | None
    shots: int
    sizes: CoverageTable
    moves: CoverageTable
    lengths: ShotLengths | None
    cuts: tuple[SameSizeCut, ...]
    reverses: ReverseAngles

    @property
    def risks(self) -> int:
        """Number of the cuts that keep the framing as well, and are likely to look like jumps."""
        return sum(cut.same_framing is True for cut in self.cuts)


@dataclass(frozen=True)
class Pace:
    """Lengths of shots in the course of an edit.

    Attributes:
        steps: For each shot the time from its start to the next one, and the average length in
            seconds of the five shots around it.
    """

    steps: tuple[tuple[TimeRange, Fraction], ...]

    @property
    def shortest(self) -> Fraction:
        """The least of the averages."""
        return min(average for _, average in self.steps)

    @property
    def longest(self) -> Fraction:
        """The largest of the averages."""
        return max(average for _, average in self.steps)

    def sample(self, count: int) -> list[Fraction]:
        """Return the averages at moments that divide the time from the first step to the last."""
        start, end = self.steps[0][0].start, self.steps[-1][0].end
        moments = [start + (end - start) * Fraction(2 * n + 1, 2 * count) for n in range(count)]
        return [
            next(average for span, average in self.steps if moment < span.end) for moment in moments
        ]

    @property
    def text(self) -> str:
        """Shortest and longest average, for people."""
        return f"{format_length(self.shortest)} to {format_length(self.longest)}"

    @property
    def path(self) -> str:
        """The area under the averages, as an SVG path over 1000 x 100."""
        start, end = self.steps[0][0].start, self.steps[-1][0].end
        highest = self.longest
        parts = ["M0 100"]
        for span, average in self.steps:
            left, right = (
                1000 * float((moment - start) / (end - start)) for moment in (span.start, span.end)
            )
            top = 100 - 100 * float(average / highest)
            parts.append(f"L{left:.2f} {top:.1f}H{right:.2f}")
        return "".join(parts) + "V100Z"


def cover_scenes(log: Log) -> tuple[SceneCoverage, ...]:
    """Return the coverage of every scene; a shot belongs to the scene in which it starts."""
    starts = [scene.timeline.start for scene in log.scenes]
    of_scene: list[list[int]] = [[] for _ in starts]
    place: dict[int, int] = {}
    for number, logged in enumerate(log.shots, start=1):
        moment = logged.shot.timeline.start
        before = bisect_right(starts, moment) - 1
        if before >= 0 and log.scenes[before].timeline.contains(moment):
            of_scene[before].append(number)
            place[number] = before
    inside: list[list[SameSizeCut]] = [[] for _ in starts]
    for cut in find_same_size_cuts(log):
        if (scene := place.get(cut.first)) is not None and scene == place.get(cut.second):
            inside[scene].append(cut)
    return tuple(
        _cover(log, scene, numbers, cuts)
        for scene, numbers, cuts in zip(log.scenes, of_scene, inside, strict=True)
    )


def describe_scenes(log: Log) -> str:
    """Return how the scenes of a log are known, in a sentence; "" without any."""
    if not log.scenes:
        return ""
    if log.edit.scene_starts:
        return "The scenes are those of your markers named scene."
    return (
        "The scenes are guessed from the colours of the shots and the fades between them. Markers"
        " named scene, such as 'Scene 12' or 'SCENE: kitchen', take their place."
    )


def trace_pace(log: Log) -> Pace | None:
    """Return the lengths of shots in the course of an edit; None without shots.

    The average of a few shots around each is the moving average of Cinemetrics
    (http://www.cinemetrics.lv, Tsivian 2005). Black, title cards and bars do not count.
    """
    spans = [logged.shot.timeline for logged in list_ordinary(log.shots)]
    if not spans:
        return None
    ends = [*(span.start for span in spans[1:]), max(span.end for span in spans)]
    steps = []
    for number, (span, end) in enumerate(zip(spans, ends, strict=True)):
        near = spans[max(0, number - _AROUND) : number + _AROUND + 1]
        average = sum((one.duration for one in near), Fraction(0)) / len(near)
        if span.start < end:  # of shots on several tracks that start together the last one counts
            steps.append((TimeRange.between(span.start, end), average))
    return Pace(tuple(steps))


def _cover(
    log: Log, scene: Finding, numbers: Sequence[int], cuts: Sequence[SameSizeCut]
) -> SceneCoverage:
    shots = [log.shots[number - 1] for number in numbers]
    return SceneCoverage(
        scene=scene,
        timecode=format_timecode(log.edit, scene.timeline.start),
        length=format_length(scene.timeline.duration),
        first=min(numbers, default=None),
        last=max(numbers, default=None),
        shots=len(list_ordinary(shots)),
        sizes=make_coverage_table(Family.SIZE, shots),
        moves=make_coverage_table(Family.MOVE, shots),
        lengths=summarize_lengths(shots),
        cuts=tuple(cuts),
        reverses=find_reverses(
            [
                (number, shot)
                for number, shot in zip(numbers, shots, strict=True)
                if shot.kind is None
            ]
        ),
    )
