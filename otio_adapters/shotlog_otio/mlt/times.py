"""Times of MLT's XML, in whole frames of the project.

A time is a number of frames (``30``), a clock (``00:00:01.250``) or a timecode (``00:00:01:06``,
``00:00:01;06``). MLT counts whole hours and minutes as the frames that begin in them, and rounds
the seconds alone, so a clock is no exact time at a rate like 23.976: 00:01:00.000 is frame 1438.
Its timecodes never drop frames, whatever the sign before the last number. Compared with MLT 7.12
for each of 16,000 frames at eight rates.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from shotlog_otio.exact import LONGEST

_COUNT = re.compile(r"[-+]?\d{1,18}")
_FIELDS = re.compile(r"(?:(\d{1,9}):)?(?:(\d{1,9}):)?(\d{1,9})(?:[.,](\d{0,9}))?")
_TIMECODE = re.compile(r"(?:(\d{1,9}):)?(?:(\d{1,9}):)?(?:(\d{1,9})[:;])(\d{1,9})")


def frames_of(text: str, rate: Fraction) -> int:
    """Return the frames of a time as MLT reads it.

    Args:
        text: The time.
        rate: Frames per second of the project.

    Raises:
        ValueError: It is no time, or is out of all bounds.
    """
    text = text.strip()
    frames = _clock(text, rate) if ":" in text else _count(text)
    if frames is None:
        raise ValueError(f'"{text[:40]}" is no time')
    if abs(frames) > LONGEST * rate:
        raise ValueError(f'"{text[:40]}" is out of all bounds')
    return frames


def clock_of(frame: int, rate: Fraction) -> str:
    """Return the time of a frame as MLT writes it: ``HH:MM:SS.mmm``; :func:`frames_of` inverts it.

    Args:
        frame: Not negative.
        rate: Frames per second of the project.
    """
    hours = math.floor(frame / (rate * 3600))
    frame -= math.floor(hours * 3600 * rate)
    minutes = math.floor(frame / (rate * 60))
    frame -= math.floor(minutes * 60 * rate)
    seconds, thousandths = divmod(round(frame * 1000 / rate), 1000)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{thousandths:03d}"


def _count(text: str) -> int | None:
    found = _COUNT.match(text)  # MLT ignores what follows: 10.9 is frame 10
    return int(found[0]) if found else None


def _clock(text: str, rate: Fraction) -> int | None:
    if "." in text or "," in text:
        found = _FIELDS.fullmatch(text)
        if found is None:
            return None
        last = round(Fraction(f"{found[3]}.{found[4] or 0}") * rate)
        # Of two numbers the first is the minutes.
        hours, minutes = (found[1], found[2]) if found[2] else (None, found[1])
        return _whole(hours, minutes, rate) + last
    found = _TIMECODE.fullmatch(text)
    if found is None:
        return None
    hours, minutes = (found[1], found[2]) if found[2] else (None, found[1])
    return _whole(hours, minutes, rate) + round(int(found[3]) * rate) + int(found[4])


def _whole(hours: str | None, minutes: str | None, rate: Fraction) -> int:
    return math.floor(int(hours or 0) * 3600 * rate) + math.floor(int(minutes or 0) * 60 * rate)
