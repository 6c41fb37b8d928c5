"""The timeline as a strip: shots as blocks, highlights as columns, motion as a curve.

Positions are percentages of the timeline, so that the page can draw it at any width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._tones import UNKNOWN_TONE, tone_class
from shotlog.report._words import format_timecode, main_size
from shotlog.schema import Curve, Family, Finding, Log, LoggedShot

DYNAMICS = "motion.dynamics"
"""Score of a move (0 to 3) that the motion curve shows: the speed of the motion in the picture."""

_MOST_DYNAMIC = 3.0
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Possible seconds between ticks; the smallest with at most ``_MOST_TICKS`` ticks is used."""
_MOST_TICKS = 8
_LAST_TEXT, _LAST_NARROW_TEXT = Fraction(91, 100), Fraction(3, 4)
"""Positions from which on a timecode runs over the edge of a wide and of a narrow page."""


@dataclass(frozen=True)
class Block:
    """One shot; ``lane`` 0 is the lowest."""

    number: int
    x: str
    width: str
    lane: int
    tone: str


@dataclass(frozen=True)
class Column:
    """One highlight; its height is its score, in percent."""

    label: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Tick:
    """A timecode under the strip.

    Attributes:
        x: Position.
        text: The timecode; empty near the end, where it would not fit.
        edge: True where it would not fit on a narrow page.
    """

    x: str
    text: str
    edge: bool


@dataclass(frozen=True)
class TimelineStrip:
    """The whole timeline.

    Attributes:
        blocks: The shots.
        lanes: Largest number of shots that overlap.
        columns: The highlights.
        curve: SVG path over 1000 x 100: the area under the excitement curve, its maximum at the
            top; empty where no analyzer gives a curve.
        motion: SVG path over 1000 x 100: the area under the motion; empty where no move has it.
        ticks: The timecodes below.
    """

    blocks: tuple[Block, ...]
    lanes: int
    columns: tuple[Column, ...]
    curve: str
    motion: str
    ticks: tuple[Tick, ...]


def make_strip(log: Log) -> TimelineStrip | None:
    """Make the strip of a timeline; None where it has no length."""
    whole = max((log.edit.duration, *(s.shot.timeline.end for s in log.shots)))
    if whole <= 0:
        return None
    lanes = _lanes(log.shots)
    return TimelineStrip(
        blocks=tuple(
            Block(
                number=number,
                x=_percent(logged.shot.timeline.start, whole),
                width=_percent(logged.shot.timeline.duration, whole),
                lane=lane,
                tone=_tone(logged),
            )
            for number, (logged, lane) in enumerate(zip(log.shots, lanes, strict=True), start=1)
        ),
        lanes=max(lanes, default=0) + 1,
        columns=tuple(_column(finding, whole) for finding in log.highlights),
        curve=_curve(log.excitement, whole),
        motion=_motion(log.shots, whole),
        ticks=tuple(_ticks(log, whole)),
    )


def _lanes(shots: Sequence[LoggedShot]) -> list[int]:
    """Return for every shot the lowest lane that is free at its start."""
    ends: list[Fraction] = []
    lanes = []
    for logged in shots:
        span = logged.shot.timeline
        lane = next((n for n, end in enumerate(ends) if end <= span.start), len(ends))
        # Past the last lane this slice appends a new one.
        ends[lane : lane + 1] = [span.end]
        lanes.append(lane)
    return lanes


def _tone(logged: LoggedShot) -> str:
    if logged.kind is not None:
        return tone_class(Family.KIND, logged.kind)
    size = main_size(logged)
    return UNKNOWN_TONE if size is None else tone_class(Family.SIZE, size)


def _column(finding: Finding, whole: Fraction) -> Column:
    score = min(100.0, max(0.0, finding.scores.get("score", 100.0)))
    return Column(
        label=finding.label,
        x=_percent(finding.timeline.start, whole),
        width=_percent(finding.timeline.duration, whole),
        y=f"{100 - score:.1f}%",
        height=f"{score:.1f}%",
    )


def _curve(curve: Curve | None, whole: Fraction) -> str:
    values = [v for v in curve.values if v is not None] if curve else []
    if curve is None or not values or max(values) <= 0:
        return ""
    lowest, highest = min(values), max(values)
    # The curve of a plugin may be constant; it is then drawn at full height.
    spread = highest - lowest or 1.0
    parts, drawing = [], False
    for number, value in enumerate(curve.values):
        # A value stands for its whole step, so it is drawn in the middle.
        x = 1000 * float((number + Fraction(1, 2)) * curve.step / whole)
        if value is None:
            # Each known stretch is an area of its own, closed along the base line.
            parts.append("V100Z" if drawing else "")
        else:
            y = 100 * (highest - value) / spread
            parts.append(f"{'L' if drawing else f'M{x:.2f} 100L'}{x:.2f} {y:.1f}")
        drawing = value is not None
    return "".join(parts) + ("V100Z" if drawing else "")


def _motion(shots: Sequence[LoggedShot], whole: Fraction) -> str:
    parts = []
    for finding in (f for logged in shots for f in logged.of(Family.MOVE)):
        if DYNAMICS in finding.scores:
            left, right = (
                1000 * float(moment / whole)
                for moment in (finding.timeline.start, finding.timeline.end)
            )
            top = 100 - 100 * min(1.0, finding.scores[DYNAMICS] / _MOST_DYNAMIC)
            parts.append(f"M{left:.2f} 100V{top:.1f}H{right:.2f}V100Z")
    return "".join(parts)


def _ticks(log: Log, whole: Fraction) -> Iterator[Tick]:
    step = next((s for s in _STEPS if whole / s <= _MOST_TICKS), None)
    step = step or math.ceil(whole / _MOST_TICKS / 3600) * 3600
    for number in range(math.ceil(whole / step)):
        moment = Fraction(number * step)
        position = moment / whole
        text = format_timecode(log.edit, moment) if position <= _LAST_TEXT else ""
        yield Tick(_percent(moment, whole), text, position > _LAST_NARROW_TEXT)


def _percent(part: Fraction, whole: Fraction) -> str:
    return f"{100 * float(part / whole):.3f}%"
