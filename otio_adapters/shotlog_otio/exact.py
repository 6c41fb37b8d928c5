"""Exact numbers from the floats of OpenTimelineIO files."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from functools import lru_cache
from typing import Any

from shotlog.schema import TimeRange, exact_rate

LONGEST = Fraction(2**32)
"""Seconds beyond which a time is an error in the file; a clock that counts from 1970 fits in."""

_TIME_NOISE = Fraction(1, 10**12)
"""Relative noise of a time: some thousand roundings of a double (2**-53 each), as in the
``266.3333333333325`` and ``20.000000000000004`` that Kdenlive and DaVinci Resolve write."""

_SCALAR_NOISE = Fraction(1, 10**9)
"""Relative noise of a speed, which writers compute by division and print with fewer digits. A
whole day at a speed that is wrong by as much is off by 0.09 ms."""

_FLOAT32_NOISE = Fraction(1, 2**24)
"""Half a unit in the last place of a 32-bit float, the relative noise of one."""


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator in ``[low, high]``, where 0 < low <= high.

    The continued fraction walk of the Stern-Brocot tree (Graham, Knuth, Patashnik, "Concrete
    Mathematics", 4.5).
    """
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest(1 / (high - floor), 1 / (low - floor))


def _recover(number: float, noise: Fraction) -> Fraction:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number")
    if number == int(number):
        return Fraction(number)
    size = abs(Fraction(number))
    found = simplest(size * (1 - noise), size * (1 + noise))
    return found if number > 0 else -found


def exact_scalar(number: float) -> Fraction:
    """The speed that a rounded one stands for: 0.959040959041 is 960/1001.

    Raises:
        ValueError: for what is no finite number.
    """
    return _recover(number, _FLOAT32_NOISE if _is_float32(number) else _SCALAR_NOISE)


def _is_float32(number: float) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:
        return False


@lru_cache(maxsize=64)
def _rate(number: float) -> Fraction:
    """A timeline has thousands of times and a handful of rates."""
    rate = exact_rate(number)
    if not rate:
        raise ValueError(f"{number} is no frame rate")
    return rate


def rate_of(time: Any) -> Fraction:
    """The exact rate of an OpenTimelineIO ``RationalTime``.

    Raises:
        ValueError: for a rate that is not a positive number.
    """
    return _rate(time.rate)


def exact_seconds(time: Any) -> Fraction:
    """The exact seconds of an OpenTimelineIO ``RationalTime``.

    Raises:
        ValueError: for a time without a rate, or that is no sensible number.
    """
    seconds = _recover(time.value, _TIME_NOISE) / rate_of(time)
    if abs(seconds) > LONGEST:
        raise ValueError(f"{time.value:g} frames at {time.rate:g} per second is out of all bounds")
    return seconds


def exact_range(item: Any) -> TimeRange:
    """The exact range of an OpenTimelineIO ``TimeRange``.

    Raises:
        ValueError: where it has no sensible numbers, or a negative duration.
    """
    start, duration = exact_seconds(item.start_time), exact_seconds(item.duration)
    if duration < 0:
        raise ValueError(f"a duration of {item.duration.value:g} frames is negative")
    return TimeRange(start=start, duration=duration)
