"""The speed of story elements: rate conforming and time maps.

A time in an element's own time counts on its local timeline, on which its ``start``, its markers
and the offsets of its anchored items lie. A time map leads from there to the original time of its
content. Source: Apple's FCPXML reference, "timeMap" and "conform-rate".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.dialects import KeyFrame, Retiming, curve_points
from shotlog_otio.exact import LONGEST
from shotlog_otio.fcpxml.resources import source_rate
from shotlog_otio.fcpxml.times import parse_time
from shotlog_otio.xml_text import Element

_MOST_CONFORMED = Fraction(1, 20)
"""Greatest change of speed by rate conforming; 23.98 to 25 is 4.3 %. Rates that are further apart,
as 29.97 to 24, keep their speed (the chart in Apple's reference)."""

_MOST_SPREAD = Fraction(1, 500)
"""Greatest change of speed where a frame of the media lasts several frames of the timeline: that
between 29.97 and 30. 24 frames per second in 50 are not played as 25."""

_FILM = Fraction(24000, 1001)
_WHOLE_FILM = Fraction(1001, 1000)
"""Speed of media at 23.98 in timelines of other rates than 23.98 to 25: they run as at 24. The rule
was made to fit what DAWFileKit's tests give, "as seen in FCP", for markers in projects at 30, 50,
59.94 and 60; Apple's chart says otherwise."""

Point = tuple[Fraction, Fraction]
"""A time of the local timeline, and the time of the content that is shown then."""


class Course(NamedTuple):
    """The way of an element through its content.

    Attributes:
        points: Two or more, by time; the way goes on straight beyond them.
        warnings: A sentence for each assumption.
    """

    points: tuple[Point, ...]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of_freeze(cls, moment: Fraction) -> Course:
        """Return the course that shows one moment all the time."""
        return cls(((Fraction(0), moment), (Fraction(1), moment)))

    def at(self, time: Fraction) -> Fraction:
        """Return the time of the content that is shown at a local time."""
        (a, b), (c, d) = self._around(time)
        return b + (time - a) * (d - b) / (c - a)

    def retiming(self, local: TimeRange, shift: Fraction) -> Retiming:
        """Return the retiming of a part of the local timeline, which is as long as that part.

        Args:
            local: The part.
            shift: What is added to a time of the content for its own clock.
        """
        moments = [local.start, *self._bends(local), local.end]
        shown = [(time - local.start, self.at(time) + shift) for time in moments]
        slopes = {_slope(a, b) for a, b in pairwise(shown) if a[0] < b[0]}
        if len(slopes) <= 1:
            speed = next(iter(slopes), Fraction(1))
            low, high = sorted((shown[0][1], shown[-1][1]))
            return Retiming(TimeRange.between(low, high), local.duration, speed)
        return Retiming.of_ramp(TimeMap.through(shown), local.duration)

    def _bends(self, local: TimeRange) -> list[Fraction]:
        return [time for time, _ in self.points[1:-1] if local.start < time < local.end]

    def _around(self, time: Fraction) -> tuple[Point, Point]:
        for pair in pairwise(self.points):
            if time < pair[1][0]:
                return pair
        return self.points[-2], self.points[-1]


def pace_of(element: Element, rate: Fraction | None) -> Fraction:
    """Return the seconds of an element's local timeline in a second of its parent's.

    Rate conforming plays a frame of the media for a frame of the parent where the rates are near:
    media of 25 frames per second at 24.

    Args:
        element: The element.
        rate: Frames per second of its parent's timeline.
    """
    conform = element.child("conform-rate")
    if conform is None or conform.get("scaleEnabled") == "0" or rate is None:
        return Fraction(1)
    source = source_rate(conform.get("srcFrameRate"))
    if source is None:
        return Fraction(1)
    ratio = source / rate
    # Media of 50 frames per second in a timeline of 24 run at 48.
    multiple = Fraction(round(ratio)) if ratio >= 1 else 1 / Fraction(round(1 / ratio))
    pace = multiple / ratio
    if abs(pace - 1) <= (_MOST_CONFORMED if multiple >= 1 else _MOST_SPREAD):
        return pace
    return _WHOLE_FILM if source == _FILM else Fraction(1)


def course_of(element: Element) -> Course | None:
    """Return the course of an element's time map; None where it has none.

    Raises:
        ValueError: A time in it is none.
    """
    map_ = element.child("timeMap")
    keys = [] if map_ is None else sorted(map(_key_of, map_.all("timept")))
    keys = [key for n, key in enumerate(keys) if not n or key.time > keys[n - 1].time]
    if not keys:
        return None
    if len(keys) == 1:
        return Course.of_freeze(keys[0].value)
    outdated = any(key.interpolation == "smooth" for key in keys[1:-1])
    warning = "its speed ramp is of an outdated kind (smooth); its curve was taken for smooth2"
    try:
        points = curve_points(_way(keys))
    except ValueError as error:
        raise ValueError(f"its speed ramp {error}") from error
    return Course(tuple(points), (warning,) if outdated else ())


class _Key(NamedTuple):
    """A ``timept``: its time, the content's, and the reach of its smooth transition."""

    time: Fraction
    value: Fraction
    interpolation: str
    before: Fraction
    after: Fraction


def _key_of(element: Element) -> _Key:
    # inTime and outTime have no meaning at linear points.
    interpolation = element.get("interp") or "smooth2"
    names = ("time", "value", "inTime", "outTime")
    times = [parse_time(element.get(name) or "0s") for name in names]
    if max(map(abs, times)) > LONGEST:
        raise ValueError("a time of its speed ramp is out of all bounds")
    time, value, before, after = times
    reach = (
        (before, after)
        if interpolation != "linear" and min(before, after) >= 0
        else (Fraction(0), Fraction(0))
    )
    return _Key(time, value, interpolation, *reach)


def _way(keys: Sequence[_Key]) -> list[KeyFrame]:
    """Return the key frames of the curve.

    A smooth transition is a cubic Bezier curve from the straight way before its point to that
    after it; both control points are the point itself. Apple does not document it; frames that
    Final Cut Pro shows were measured so (87.5, 62.5, 37.5 and 12.5 % with transitions of a second
    to each side of the points), by others.
    """
    way = [KeyFrame(keys[0].time, keys[0].value)]
    for previous, key, following in zip(keys, keys[1:], keys[2:], strict=False):
        # A transition does not reach beyond that of the neighbour.
        before = min(key.before, key.time - max(previous.time, way[-1].at))
        after = min(key.after, following.time - key.time)
        if before > 0 and after > 0:
            come = (before, before * _slope(previous, key))
            go = (after, after * _slope(key, following))
            _append(way, KeyFrame(key.time - come[0], key.value - come[1], leave=come))
            arrive = (-go[0], -go[1])
            way.append(KeyFrame(key.time + go[0], key.value + go[1], arrive=arrive))
        else:
            _append(way, KeyFrame(key.time, key.value))
    _append(way, KeyFrame(keys[-1].time, keys[-1].value))
    return way


def _append(way: list[KeyFrame], key: KeyFrame) -> None:
    """Append a key frame; where the last one is at its time, that becomes the same one."""
    if key.at == way[-1].at:
        way[-1] = replace(way[-1], leave=key.leave)
    else:
        way.append(key)


def _slope(a: Point | _Key, b: Point | _Key) -> Fraction:
    return (b[1] - a[1]) / (b[0] - a[0])
