"""Exact frame rates, times and timecodes from what Resolve tells."""

import math
import re
import struct
from fractions import Fraction
from functools import lru_cache
from typing import Any, Optional, Tuple

_TIMECODE = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})([:;.,])(\d{1,3})")

_TIME_NOISE = Fraction(1, 10**12)
"""Relative noise of a time in a file; shotlog_otio takes the same (``exact.py`` tells why)."""

_SCALAR_NOISE = Fraction(1, 10**9)
"""Relative noise of a speed, likewise."""

_FLOAT32_NOISE = Fraction(1, 2**24)
"""Half a unit in the last place of a 32-bit float."""


def exact_rate(value: Any) -> Fraction:
    """Return the exact rate that a number or text stands for: 24000/1001 for ``"23.976"``.

    NTSC rates are whole rates * 1000/1001 (SMPTE ST 12-1). Resolve writes them with three digits,
    or as a 32-bit float: 23.976024627685547.

    Args:
        value: A number, or a text that starts with one, as ``"29.97 DF"``.

    Raises:
        ValueError: It is no frame rate.
    """
    rate = _rate(str(value))  # repr of a float is exact enough, and Fraction reads it
    if rate is None:
        raise ValueError(f"{value!r} is no frame rate")
    return rate


@lru_cache(maxsize=64)  # a timeline has thousands of times and a handful of rates
def _rate(text: str) -> Optional[Fraction]:
    given = _number(text)
    if given is None or given <= 0:
        return None
    whole, ntsc = Fraction(round(given)), Fraction(math.ceil(given) * 1000, 1001)
    nearest = min(whole, ntsc, key=lambda candidate: abs(candidate - given))
    # Whole and NTSC rates lie 1/1000 apart, and 23.98 is 1/6000 off: 1/4500 tells them apart.
    if abs(nearest - given) * 4500 <= nearest:
        return nearest
    return given.limit_denominator(100000)


def _number(text: str) -> Optional[Fraction]:
    words = text.split()
    try:
        return Fraction(words[0])
    except (IndexError, ValueError, ZeroDivisionError):
        return None


def declares_drop_frame(rate: Any) -> Optional[bool]:
    """Return what a rate setting says about timecode; None if nothing: ``"29.97 DF"`` is True."""
    words = str(rate).upper().split()[1:]
    return True if "DF" in words else False if "NDF" in words else None


def exact_time(number: float) -> Fraction:
    """Return the number of frames that a rounded one stands for: 20 for 20.000000000000004.

    Raises:
        ValueError: It is not finite.
    """
    return _recover(number, _TIME_NOISE)


def exact_scalar(number: float) -> Fraction:
    """Return the speed that a rounded number stands for: 1/3 for 0.333333343.

    Raises:
        ValueError: It is not finite.
    """
    return _recover(number, _FLOAT32_NOISE if _is_float32(number) else _SCALAR_NOISE)


def _recover(number: float, noise: Fraction) -> Fraction:
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number")
    if number == int(number):
        return Fraction(int(number))
    size = abs(Fraction(number))
    exact = simplest_fraction(size * (1 - noise), size * (1 + noise))
    return exact if number > 0 else -exact


def _is_float32(number: float) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:  # beyond the range of 32 bits
        return False


def simplest_fraction(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator in ``[low, high]``, for 0 < low <= high."""
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest_fraction(1 / (high - floor), 1 / (low - floor))


def nearest(value: Fraction) -> int:
    """Return the nearest whole number; halves are rounded up."""
    return math.floor(value + Fraction(1, 2))


def _dropped(rate: Fraction) -> int:
    """Return the frame numbers that drop-frame leaves out each minute: 2 at 29.97, 4 at 59.94."""
    return round(float(rate) * 0.0666667)


def can_drop_frames(rate: Fraction) -> bool:
    """Return whether a rate has drop-frame timecode: 29.97 and its multiples."""
    return rate.denominator == 1001 and rate.numerator % 30000 == 0


def frames_of(timecode: Any, rate: Fraction, drop_frame: Optional[bool] = None) -> Optional[int]:
    """Return the frame number of a timecode.

    Args:
        timecode: ``01:00:00:00``; with ``;`` before the frames it is drop-frame.
        rate: Frames per second; 23.976 counts 24 to the timecode's second.
        drop_frame: Whether it is drop-frame; None takes its punctuation.

    Returns:
        None if the text is no timecode.
    """
    match = _TIMECODE.fullmatch(str(timecode).strip())
    if not match:
        return None
    hours, minutes, seconds, frames = (int(match[part]) for part in (1, 2, 3, 5))
    minutes += 60 * hours
    number = (60 * minutes + seconds) * round(rate) + frames
    drops = match[4] in ";," if drop_frame is None else drop_frame
    if drops and can_drop_frames(rate):
        number -= _dropped(rate) * (minutes - minutes // 10)
    return number


def timecode_of(frame: int, rate: Fraction, drop_frame: bool = False) -> str:
    """Return the timecode of a frame number, with ``;`` before the frames if it is drop-frame."""
    drops = drop_frame and can_drop_frames(rate)
    if drops:
        frame += _left_out(frame, rate)
    nominal = round(rate)
    seconds, frames = divmod(frame, nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    width = len(str(nominal - 1))
    mark = ";" if drops else ":"
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:0{max(2, width)}}"


def _left_out(frame: int, rate: Fraction) -> int:
    """Return how many frame numbers drop-frame has left out before a frame."""
    dropped, minute = _dropped(rate), round(rate) * 60 - _dropped(rate)
    tens, rest = divmod(frame, minute * 10 + dropped)
    # The first minute of ten leaves none out, so that it is longer.
    return dropped * (9 * tens + max(0, (rest - dropped) // minute))


def spell(value: Fraction) -> str:
    """Return a number as the bridge reads it: ``24000/1001``."""
    return str(value)


def rate_setting(value: Any, drop_frame: Any) -> Tuple[Fraction, bool]:
    """Return rate and drop-frame of a timeline's settings.

    Args:
        value: ``timelineFrameRate``: a number or text, by version.
        drop_frame: ``timelineDropFrameTimecode``: ``"1"`` or ``"0"``; other values do not tell.

    Raises:
        ValueError: The rate is none.
    """
    rate, declared = exact_rate(value), declares_drop_frame(value)
    if declared is None:
        declared = str(drop_frame).strip() in ("1", "1.0", "True")
    return rate, declared and can_drop_frames(rate)
