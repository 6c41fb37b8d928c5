"""Timecodes and frame numbers of a list, and the clock that counts them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from shotlog.schema import knows_drop_frame, timecode
from shotlog_otio.exact import LONGEST

_TIMECODE = re.compile(r"(\d{1,3})([:;.,])(\d\d)([:;.,])(\d\d)([:;.,])(\d{2,3})")
_FRAMES = re.compile(r"\d{1,10}")
_DAY = 24 * 3600
_SEXAGESIMAL = 60


@dataclass(frozen=True)
class EdlTime:
    """A time as a list writes it.

    Attributes:
        text: The text.
        fields: Hours, minutes, seconds and frames; None for a bare number of frames.
        drop: What its signs say: True for drop-frame (``;``, or ``,`` of a first field), False for
            ``.``, the first field of non-drop-frame; None for ``:``, which says nothing.
    """

    text: str
    fields: tuple[int, int, int, int] | None
    drop: bool | None = None

    @classmethod
    def parse(cls, text: str) -> EdlTime | None:
        """Return the time that a word is; None where it is none."""
        if found := _TIMECODE.fullmatch(text):
            hours, _, minutes, _, seconds, _, frames = found.groups()
            signs = found[2] + found[4] + found[6]
            drop = True if ";" in signs or signs[-1] == "," else (False if "." in signs else None)
            return cls(text, (int(hours), int(minutes), int(seconds), int(frames)), drop)
        return cls(text, None) if _FRAMES.fullmatch(text) else None


@dataclass(frozen=True)
class EdlClock:
    """The counting of frames in a list.

    Attributes:
        rate: Frames per second.
    """

    rate: Fraction

    @cached_property
    def base(self) -> int:
        """Frames that a second of timecode counts."""
        return math.ceil(self.rate)

    @cached_property
    def _dropped(self) -> int:
        """Labels that drop-frame drops a minute; none at rates that have no drop-frame."""
        return self.base // 15 if knows_drop_frame(self.rate) else 0

    def frames(self, time: EdlTime, drop: bool) -> int:
        """Return the number of a frame, from timecode 0.

        Args:
            time: Its time.
            drop: True where the count is drop-frame.

        Raises:
            ValueError: There is no such time at this rate.
        """
        if time.fields is None:
            frames = int(time.text)
            if frames > LONGEST * self.rate:
                raise ValueError(f"{time.text} frames are out of all bounds")
            return frames
        hours, minutes, seconds, part = time.fields
        if minutes >= _SEXAGESIMAL or seconds >= _SEXAGESIMAL or part >= self.base:
            raise ValueError(f"there is no timecode {time.text} at {self.base} frames per second")
        total = hours * _SEXAGESIMAL + minutes
        dropped = self._dropped if drop else 0
        if minutes % 10 and not seconds:
            part = max(part, dropped)  # the labels before are those that are dropped
        counted = (total * _SEXAGESIMAL + seconds) * self.base + part
        return counted - dropped * (total - total // 10)

    def day(self, drop: bool) -> int:
        """Return the frames of 24 hours of timecode."""
        return _DAY * self.base - (self._dropped * 54 * 24 if drop else 0)

    def label(self, frame: int, drop: bool, like: EdlTime) -> str:
        """Return the time of a frame, written as another time of the list is."""
        if like.fields is None:
            return str(frame)
        text = timecode(frame % self.day(drop), self.rate, drop_frame=drop)
        return text if like.drop else text.replace(";", ":")
