"""Exact rational time: ranges, rates and timecode.

Floats are refused, and frame numbers are never computed by ``int(seconds * fps)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from pydantic import model_validator

from shotlog.schema.base import Model, Rate, Seconds

_NTSC = 1001
_TIMECODE_DAY = 24 * 3600
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;.](\d{2,3})")

USUAL_RATES = (
    Fraction(24000, _NTSC), Fraction(24), Fraction(25), Fraction(30000, _NTSC), Fraction(30),
    Fraction(48000, _NTSC), Fraction(48), Fraction(50), Fraction(60000, _NTSC), Fraction(60),
    Fraction(100), Fraction(120000, _NTSC), Fraction(120),
)  # fmt: skip
"""Rates of cameras and timelines (SMPTE ST 12-1 and ST 12-3, and film), slowest first."""


class TimeRange(Model):
    """A half-open range ``[start, end)`` in exact seconds."""

    start: Seconds
    """First moment of the range."""
    duration: Seconds
    """Length; never negative."""

    @model_validator(mode="after")
    def _forward(self) -> TimeRange:
        if self.duration.numerator < 0:
            raise ValueError(f"a range cannot have the negative duration {self.duration}")
        return self

    @classmethod
    def between(cls, start: Fraction, end: Fraction) -> TimeRange:
        """Return the range ``[start, end)``.

        Raises:
            ValueError: The end is before the start.
        """
        return cls(start=start, duration=end - start)

    @property
    def end(self) -> Fraction:
        """The first moment after the range."""
        return self.start + self.duration

    def contains(self, moment: Fraction) -> bool:
        """Return True if the moment is in ``[start, end)``."""
        return self.start <= moment < self.end

    def intersection(self, other: TimeRange) -> TimeRange | None:
        """Return the common part of both ranges, or None if it is empty."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return TimeRange.between(start, end) if start < end else None

    def shifted(self, offset: Fraction) -> TimeRange:
        """Return the range moved later by an offset in seconds."""
        return TimeRange(start=self.start + offset, duration=self.duration)


def union(ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """Return the ranges sorted and merged: disjoint, not touching, without empty ones."""
    merged: list[TimeRange] = []
    for item in sorted((r for r in ranges if r.duration > 0), key=lambda r: (r.start, r.end)):
        # "<=": ranges that touch are one, so that they are decoded in one run.
        if merged and item.start <= merged[-1].end:
            end = max(merged[-1].end, item.end)
            merged[-1] = TimeRange.between(merged[-1].start, end)
        else:
            merged.append(item)
    return merged


@lru_cache(maxsize=256)  # thousands of times have a handful of rates
def exact_rate(rate: float | int | Fraction) -> Fraction:
    """Return the exact rate of a rounded one: 24000/1001 for 23.976, 25 for 25.0.

    NTSC rates are whole rates * 1000/1001 (SMPTE ST 12-1); files round them to two or more digits.

    Raises:
        ValueError: The rate is not a positive number.
    """
    if not (isinstance(rate, Fraction) or math.isfinite(rate)) or rate <= 0:
        raise ValueError(f"{rate} is no frame rate")
    value = Fraction(rate)
    whole, ntsc = Fraction(round(value)), Fraction(math.ceil(value) * 1000, _NTSC)
    nearest = min(whole, ntsc, key=lambda candidate: abs(candidate - value))
    # Whole and NTSC rates lie 1/1000 apart, and 23.98 is 1/6000 off: 1/4500 tells them apart.
    if abs(nearest - value) * 4500 <= nearest:
        return nearest
    # Rates are stored as floats or with few digits: no file means a finer fraction.
    if exact := value.limit_denominator(100_000):
        return exact
    raise ValueError(f"{rate} is no frame rate")


def nearest_frame(moment: Fraction, rate: Fraction) -> int:
    """Return the number of the frame that starts nearest to a moment; of two, the later."""
    # In whole numbers, as fractions of their own would take ten times as long.
    frames, parts = moment.numerator * rate.numerator, moment.denominator * rate.denominator
    return (2 * frames + parts) // (2 * parts)


def seconds_of(frames: int, rate: Rate) -> Fraction:
    """Return the exact start of a frame, in seconds."""
    return Fraction(frames * rate.denominator, rate.numerator)


def timecode(frame: int, rate: Fraction, *, drop_frame: bool | None = None) -> str:
    """Return the SMPTE ST 12-1 timecode of a frame: ``HH:MM:SS:FF``, with ``;`` for drop-frame.

    Args:
        frame: The frame number from 00:00:00:00; negative ones get a leading minus.
        rate: The exact rate.
        drop_frame: Skip two labels per minute (four at 59.94, eight at 119.88), except in every
            tenth minute; ignored at rates without drop-frame. None decides as
            :func:`counts_drop_frame` for a clock that starts at 0.
    """
    if drop_frame is None:
        drop_frame = counts_drop_frame(Fraction(0), rate)
    drop = drop_frame and knows_drop_frame(rate)  # files also claim it at 25 frames per second
    hours, minutes, seconds, ff = _label(abs(frame), math.ceil(rate), drop)
    sign = "-" if frame < 0 else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{';' if drop else ':'}{ff:02d}"


def frame_of_timecode(text: str, rate: Fraction, *, drop_frame: bool) -> int:
    """Return the frame that bears a timecode, counted from 00:00:00:00.

    Args:
        text: ``HH:MM:SS:FF``; the last sign may be ``;`` or ``.``, as drop-frame is written, and
            does not decide.
        rate: The exact rate.
        drop_frame: As for :func:`timecode`.

    Raises:
        ValueError: It is no timecode, or no frame bears it, as in drop-frame 00:01:00;00.
    """
    found = _TIMECODE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no timecode like 01:02:10:00")
    nominal = math.ceil(rate)
    hours, minutes, seconds, ff = map(int, found.groups())
    minutes += 60 * hours
    frame = (60 * minutes + seconds) * nominal + ff
    if drop_frame and knows_drop_frame(rate):
        frame -= nominal // 15 * (minutes - minutes // 10)
    label = timecode(frame, rate, drop_frame=drop_frame)
    if tuple(map(int, re.split(r"\D", label))) != tuple(map(int, found.groups())):
        raise ValueError(f"no frame bears the timecode '{text}' at this frame rate")
    return frame


def counts_drop_frame(start: Fraction, rate: Fraction) -> bool:
    """Return True if a clock that does not tell is likely to count in drop-frame.

    Editors start timelines at a round time, so the rounder reading of the first frame is taken: a
    whole hour before a whole minute before a whole second. 108000 frames at 30000/1001 are
    01:00:00:00 or 01:00:03;18, so that clock is non-drop; 107892 frames are 01:00:00;00. If both
    are equally round, as at 0, it is drop-frame: Premiere Pro and Final Cut Pro make new sequences
    so at these rates, and OpenTimelineIO shows them so.

    Args:
        start: The clock's first moment, in seconds.
        rate: Its exact rate.
    """
    if not knows_drop_frame(rate):
        return False
    frame, nominal = abs(nearest_frame(start, rate)), math.ceil(rate)
    return _roundness(_label(frame, nominal, True)) >= _roundness(_label(frame, nominal, False))


def knows_drop_frame(rate: Fraction) -> bool:
    """Return True for rates with drop-frame: multiples of 30000/1001 (ST 12-1, ST 12-3)."""
    return (rate / Fraction(30000, _NTSC)).denominator == 1


def _label(frame: int, nominal: int, drop: bool) -> tuple[int, int, int, int]:
    """Return hours, minutes, seconds and frames, within a day."""
    if drop:
        # Ten minutes have nine minutes that skip labels. The first minute of ten skips none, so it
        # is longer than the others.
        dropped = nominal // 15
        per_minute, per_ten = nominal * 60 - dropped, nominal * 600 - dropped * 9
        tens, rest = divmod(frame, per_ten)
        minutes = 0 if rest < nominal * 60 else (rest - nominal * 60) // per_minute + 1
        frame += dropped * (9 * tens + minutes)
    seconds, ff = divmod(frame, nominal)
    # Timecode starts again after 24 hours.
    hours, rest_seconds = divmod(seconds % _TIMECODE_DAY, 3600)
    return hours, *divmod(rest_seconds, 60), ff


def _roundness(label: tuple[int, int, int, int]) -> int:
    """Return the number of parts of a label that are 0, from the frames upwards."""
    parts = list(label[:0:-1])
    return next((n for n, part in enumerate(parts) if part), len(parts))
