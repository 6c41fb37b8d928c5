"""Speeds that are given by keys: at this frame of the clip, that moment of its media."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.dialects import Retiming

Key = tuple[Fraction, Fraction]
"""A frame of the clip, and the moment of its content that is shown there, in seconds."""


def retiming_by_keys(keys: Sequence[Key], first: int, frames: int, rate: Fraction) -> Retiming:
    """Return the relation of a clip to its content that keys describe.

    Between two keys the speed is constant; before the first and after the last one a frame is held.
    A key is about the frame that it is on, so one on the clip's last frame holds nothing.

    Args:
        keys: At least one, by frame.
        first: The first frame that is shown, as the keys count.
        frames: The number of frames that are shown, at least one.
        rate: Frames per second.
    """
    last = first + frames - 1
    course = [(Fraction(first), _value(keys, Fraction(first)))]
    course += [key for key in keys if first < key[0] < last]
    if frames > 1:
        course.append((Fraction(last), _value(keys, Fraction(last))))
    slopes = [(after - before) / (end - at) for (at, before), (end, after) in pairwise(course)]
    slopes = slopes or [_slope(keys, Fraction(first))]
    course.append((Fraction(first + frames), course[-1][1] + slopes[-1] * (first + frames - last)))
    course = course if frames > 1 else [course[0], course[-1]]
    if len({*slopes}) > 1:
        return _ramp(course, slopes, first, frames, rate)
    speed, start = slopes[0] * rate, course[0][1]
    # Backwards, the frame that is shown first ends where the range does.
    start = start if speed >= 0 else course[-1][1] + 1 / rate
    content = TimeRange(start=start, duration=abs(slopes[0]) * frames)
    return Retiming(content, frames / rate, speed)


def _ramp(
    course: Sequence[Key], slopes: Sequence[Fraction], first: int, frames: int, rate: Fraction
) -> Retiming:
    # Backwards throughout, each frame is shown from its end.
    shift = 1 / rate if max(slopes) < 0 else Fraction(0)
    points = [((at - first) / rate, value + shift) for at, value in course]
    rising = [point for n, point in enumerate(points) if not n or point[0] > points[n - 1][0]]
    return Retiming.of_ramp(TimeMap.through(rising), frames / rate)


def _value(keys: Sequence[Key], at: Fraction) -> Fraction:
    if at <= keys[0][0]:
        return keys[0][1]
    for (begin, before), (end, after) in pairwise(keys):
        if at <= end:
            return before + (after - before) * (at - begin) / (end - begin)
    return keys[-1][1]


def _slope(keys: Sequence[Key], at: Fraction) -> Fraction:
    """Return the speed after a frame, else before it, in content seconds per frame."""
    around = [
        (after - before) / (end - begin)
        for (begin, before), (end, after) in pairwise(keys)
        if begin <= at <= end
    ]
    return around[-1] if around else Fraction(0)
