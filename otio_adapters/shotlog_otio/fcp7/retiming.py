"""The content that a clip shows, on its source clock, with its speed change."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcp7.time_remap import Remap

_SMOOTH = "its speed changes smoothly between the key frames of its ramp; here it is even there"


@dataclass(frozen=True)
class Edges:
    """The written edges of a clip.

    Attributes:
        first: Its in-point in frames.
        last: Its out-point in frames; None where it is not written.
        rate: Frames per second of both.
        length: Its length on the timeline, in seconds.
        origin: Frame 0 on its source clock, in seconds.
        whole: Length of what it shows from, in frames at ``rate``; None where it is not known.
        retimed: Length of the same as it is retimed, in frames; None where it is not written.
    """

    first: Fraction
    last: Fraction | None
    rate: Fraction
    length: Fraction
    origin: Fraction = Fraction(0)
    whole: Fraction | None = None
    retimed: Fraction | None = None


@dataclass(frozen=True)
class Shown:
    """The content of a clip, and what was assumed about it."""

    retiming: Retiming
    warnings: tuple[str, ...] = ()


def shown_by(edges: Edges, remap: Remap | None) -> Shown:
    """Return the content that a clip shows.

    The length on the timeline decides how much of it is shown; writers round the out-point.
    """
    if remap is None:
        start = edges.origin + edges.first / edges.rate
        return Shown(_straight(start, edges.length, Fraction(1)), _length_warnings(edges))
    if remap.variable and len(remap.graph) > 1:
        return _ramped(edges, remap)
    speed = remap.constant_speed(edges.first, _last(edges))
    if len(remap.graph) > 1:
        frame = remap.media_frame(edges.first)
        if speed < 0 and remap.rises:  # the switch "reverse" alone turns it around
            frame = (edges.whole or remap.graph[-1][1]) - frame
        frame = _within(frame, speed, edges)
        return Shown(_straight(edges.origin + frame / edges.rate, edges.length, speed))
    frame, warnings = _without_graph(edges, speed)
    if remap.variable:
        warnings += ("the key frames of its ramp are not written; its mean speed was taken",)
    return Shown(_straight(edges.origin + frame / edges.rate, edges.length, speed), warnings)


def frozen_at(edges: Edges, frame: Fraction) -> Shown:
    """Return the content of a clip that shows one frame of its media, such as a picture."""
    return Shown(_straight(edges.origin + frame / edges.rate, edges.length, Fraction(0)))


def _straight(start: Fraction, length: Fraction, speed: Fraction) -> Retiming:
    """Return the relation of a clip that shows a moment first, at one speed."""
    used = length * abs(speed)
    first = start - used if speed < 0 else start
    return Retiming(TimeRange(start=first, duration=used), length, speed)


def _ramped(edges: Edges, remap: Remap) -> Shown:
    points = [
        ((when - edges.first) / edges.rate, edges.origin + value / edges.rate)
        for when, value in remap.graph
    ]
    warnings = (_SMOOTH,) if remap.smooth else ()
    return Shown(Retiming.of_ramp(TimeMap.through(points), edges.length), warnings)


def _last(edges: Edges) -> Fraction:
    return edges.first + edges.length * edges.rate if edges.last is None else edges.last


def _within(frame: Fraction, speed: Fraction, edges: Edges) -> Fraction:
    """Return the first frame of a clip, inside of its media where it runs backwards."""
    # Final Cut Pro 7 writes the first key frame of a clip that runs backwards one frame late.
    late = edges.whole is not None and 0 < frame - edges.whole <= 1
    return edges.whole if speed < 0 and late and edges.whole is not None else frame


def _without_graph(edges: Edges, speed: Fraction) -> tuple[Fraction, tuple[str, ...]]:
    """Return the first frame of the media where the filter tells the speed alone."""
    if not speed:
        return edges.first, ()
    taken, wanted = _last(edges) - edges.first, edges.length * edges.rate
    if abs(taken - wanted) > 1 and abs(taken - wanted * abs(speed)) <= 1:
        # Some tools write frames of the media.
        return (_last(edges) if speed < 0 else edges.first), ()
    if speed > 0:
        return edges.first * speed, ()
    # A clip that runs backwards is counted from the end of its media.
    if edges.whole is not None:
        return edges.whole + edges.first * speed, ()
    if edges.retimed is not None:
        return (edges.first - edges.retimed) * speed, ()
    warning = "it runs backwards and the length of its media is not written; its out-point is taken"
    return -_last(edges) * speed, (warning,)


def _length_warnings(edges: Edges) -> tuple[str, ...]:
    """Return a sentence where a clip of normal speed shows more or less than it takes."""
    taken, wanted = _last(edges) - edges.first, edges.length * edges.rate
    if abs(taken - wanted) <= 1:
        return ()
    return (
        f"its in- and out-point are {float(taken):g} frames apart, but it takes"
        f" {float(wanted):g} on the timeline without a speed change; those were taken",
    )
