"""Speeds of events: the source range that each shows."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.edl.counting import Counting
from shotlog_otio.edl.layout import PlacedEvent

_WRITTEN = Fraction(1, 20)
"""Half a unit in the last place of a speed, which M2 lines write with one decimal."""


def speed_of(motion: Fraction, rate: Fraction, base: int) -> Fraction:
    """Return the speed that frames per second stand for, as a factor.

    At 23.976 some editors count 24 frames per second as normal, others 23.976; the one is taken at
    which the speed is nearer to a whole percentage.
    """
    if min(abs(abs(motion) - base), abs(abs(motion) - rate)) < _WRITTEN:
        return Fraction(1 if motion > 0 else -1)
    speeds = [motion / base, motion / rate]
    return min(speeds, key=lambda speed: abs(speed * 100 - round(speed * 100)))


def retiming_of(item: PlacedEvent, counting: Counting) -> tuple[Retiming, tuple[str, ...]]:
    """Return the source range of an event, and sentences on what was assumed.

    The record out counts: a machine plays at the speed that it is told, or at the normal one, from
    the source in on, until the record out. Backwards it shows the frame at the source in first.
    """
    event, clock = item.event, counting.clock
    begin, end = item.source
    rate = counting.source_clock(event).rate
    start, frames = begin / rate, item.end - item.start
    length = frames / clock.rate
    if event.motion is not None:
        speed = speed_of(event.motion, clock.rate, clock.base)
    else:
        speed = Fraction(0 if event.frozen else 1)
    if speed == 0:
        return Retiming(TimeRange(start=start, duration=Fraction(0)), length, speed), ()
    used = length * abs(speed)
    if speed < 0:
        return _backwards(begin, end, rate, Retiming(TimeRange(start=start, duration=used),
                                                     length, speed))  # fmt: skip
    doubts: tuple[str, ...] = ()
    given = (end - begin) * clock.rate / rate  # in frames of the record
    if event.motion is None and (
        given != frames if rate == clock.rate else abs(given - frames) > 1
    ):
        doubts = (
            f"the list gives {end - begin} frames of its source for {frames} of the record and no"
            f" speed; {frames} frames from its source in on were taken",
        )
    return Retiming(TimeRange(start=start, duration=used), length, speed), doubts


def _backwards(
    begin: int, end: int, rate: Fraction, forward: Retiming
) -> tuple[Retiming, tuple[str, ...]]:
    used, length, speed = forward.content.duration, forward.length, forward.speed
    first = (begin + 1) / rate - used
    if first >= 0:
        return Retiming(TimeRange(start=first, duration=used), length, speed), ()
    # Premiere Pro writes the range itself, from the earliest frame on.
    first = max(end / rate - used, Fraction(0))
    doubt = "it runs backwards from a source in with too few frames before it; its written source"
    return Retiming(TimeRange(start=first, duration=used), length, speed), (
        f"{doubt} range was taken",
    )
