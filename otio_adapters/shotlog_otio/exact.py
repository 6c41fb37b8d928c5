"""Exact numbers from the floats of OpenTimelineIO files."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from functools import lru_cache
from typing import Any

from shotlog.schema import TimeRange, exact_rate

LONGEST = Fraction(2**32)
"""Seconds beyond which a time is an error in the file; those since 1970 are fewer."""

_TIME_NOISE = Fraction(1, 10**12)
"""Relative noise of a time: some thousand roundings of a double (2**-53 each), as in the
``266.3333333333325`` and ``20.000000000000004`` that Kdenlive and DaVinci Resolve write."""

_SCALAR_NOISE = Fraction(1, 10**9)
"""Relative noise of a speed, which writers compute by division and print with fewer digits. A
whole day at a speed that is wrong by as much is off by 0.09 ms."""

_FLOAT32_NOISE = Fraction(1, 2**24)
"""Half a unit in the last place of a 32-bit float, the relative noise of one."""


def simplest_fraction(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator in ``[low, high]``, for 0 < low <= high.

    It walks the Stern-Brocot tree by continued fractions (Graham, Knuth, Patashnik, "Concrete
    Mathematics", 4.5).
    """
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest_fraction(1 / (high - floor), 1 / (low - floor))


def _recover(number: float, noise: Fraction) -> Fraction:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number")
    if number == int(number):
        return Fraction(number)
    size = abs(Fraction(number))
    exact = simplest_fraction(size * (1 - noise), size * (1 + noise))
    return exact if number > 0 else -exact


def exact_scalar(number: float) -> Fraction:
    """Return the speed that a rounded number stands for: 960/1001 for 0.959040959041.

    Raises:
        ValueError: The number is not finite.
    """
    return _recover(number, _FLOAT32_NOISE if _is_float32(number) else _SCALAR_NOISE)


def _is_float32(number: float) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:  # beyond the range of 32 bits
        return False


@lru_cache(maxsize=64)  # a timeline has thousands of times and a handful of rates
def _rate(number: float) -> Fraction:
    rate = exact_rate(number)
    if not rate:
        raise ValueError(f"{number} is no frame rate")
    return rate


def rate_of(time: Any) -> Fraction:
    """Return the exact rate of an OpenTimelineIO ``RationalTime``, in frames per second.

    Raises:
        ValueError: The rate is not a positive number.
    """
    return _rate(time.rate)


def exact_seconds(time: Any) -> Fraction:
    """Return the exact seconds of an OpenTimelineIO ``RationalTime``.

    Raises:
        ValueError: The time has no rate, is not finite, or is longer than :data:`LONGEST`.
    """
    return seconds_at(time.value, time.rate)


@lru_cache(maxsize=4096)  # a timeline repeats its media, and many lengths
def seconds_at(value: float, rate: float) -> Fraction:
    """Return the exact seconds of a number of frames; errors are those of :func:`exact_seconds`."""
    frames, per_second = _recover(value, _TIME_NOISE), _rate(rate)
    seconds = frames / per_second
    if abs(seconds) > LONGEST:
        raise ValueError(f"{value:g} frames at {rate:g} per second is out of all bounds")
    return seconds


def exact_range(item: Any) -> TimeRange:
    """Return the exact range of an OpenTimelineIO ``TimeRange``, in seconds.

    Raises:
        ValueError: A time is none, as :func:`exact_seconds` says, or the duration is negative.
    """
    start, duration = item.start_time, item.duration
    return _range_of(start.value, start.rate, duration.value, duration.rate)


@lru_cache(maxsize=4096)
def _range_of(start: float, start_rate: float, duration: float, rate: float) -> TimeRange:
    first, length = seconds_at(start, start_rate), seconds_at(duration, rate)
    if length < 0:
        raise ValueError(f"a duration of {duration:g} frames is negative")
    return TimeRange(start=first, duration=length)
