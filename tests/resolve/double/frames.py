"""Exact frame rates and timecode."""

from fractions import Fraction
from typing import Union

Number = Union[int, float, str, Fraction]
_NTSC = {
    "23.976": 24,
    "23.98": 24,
    "29.97": 30,
    "47.952": 48,
    "47.95": 48,
    "59.94": 60,
    "119.88": 120,
}


def exact_rate(told: Number) -> Fraction:
    """Return the exact rate of "23.976", 25, "30000/1001" or "29.97 DF"."""
    text = str(told).split()[0]
    if text in _NTSC:
        return Fraction(_NTSC[text] * 1000, 1001)
    return Fraction(text)


def rate_text(rate: Fraction) -> str:
    """Return a rate as Resolve writes it: "24", "23.976"."""
    if rate.denominator == 1:
        return str(rate.numerator)
    return ("%.3f" % float(rate)).rstrip("0")


def nominal(rate: Fraction) -> int:
    """Return the frame numbers that one second of timecode counts."""
    return int(rate + Fraction(1, 2))


def _dropped(rate: Fraction) -> int:
    return round(nominal(rate) / 15)  # 2 of 30, 4 of 60


def frames_of(timecode: str, rate: Fraction, drop: bool = False) -> int:
    """Return the frame number of a timecode; a ``;`` in it means drop-frame."""
    drop = drop or ";" in timecode
    parts = [int(part) for part in timecode.replace(";", ":").split(":")]
    if len(parts) != 4:
        raise ValueError("no timecode: %r" % timecode)
    hours, minutes, seconds, frames = parts
    count = nominal(rate)
    if minutes > 59 or seconds > 59 or frames >= count or min(parts) < 0:
        raise ValueError("no timecode: %r" % timecode)
    number = (hours * 3600 + minutes * 60 + seconds) * count + frames
    if drop:
        total = hours * 60 + minutes
        number -= _dropped(rate) * (total - total // 10)
    return number


def timecode_of(number: int, rate: Fraction, drop: bool = False) -> str:
    """Return the timecode of a frame number."""
    count = nominal(rate)
    if drop:
        dropped = _dropped(rate)
        per_minute = count * 60 - dropped
        per_ten = count * 600 - dropped * 9
        tens, rest = divmod(number, per_ten)
        number += dropped * 9 * tens
        if rest > dropped:
            number += dropped * ((rest - dropped) // per_minute)
    seconds, frames = divmod(number, count)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return "%02d:%02d:%02d%s%02d" % (hours, minutes, seconds, ";" if drop else ":", frames)
