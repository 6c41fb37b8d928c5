"""A timeline in plain frames, as a script can write it with nothing but JSON."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from shotlog.schema.base import Model
from shotlog.schema.paths import PathText
from shotlog.schema.times import exact_rate

_SAFE = 2**53
"""Beyond this, JavaScript's numbers are no longer exact."""

_FASTEST = 1000
_LONGEST = 2**31 - 1
"""Frames of a timeline: more than two years of film."""

_RATIO = re.compile(r"-?[0-9]{1,18}(/[0-9]{1,18}|\.[0-9]{1,12})?")


def _ratio(value: Any) -> Fraction:
    if isinstance(value, Fraction) or type(value) is int:
        return Fraction(value)
    try:
        if isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value):
            return Fraction(*value)
        if isinstance(value, str) and _RATIO.fullmatch(value):
            return Fraction(value)
    except ZeroDivisionError:
        raise ValueError("the denominator is 0") from None
    raise ValueError('give [24000, 1001], "24000/1001" or a whole number, no floating point')


def _rate(value: Any) -> Fraction:
    rate = _ratio(value)
    if not 1 <= rate <= _FASTEST:
        raise ValueError(f"a rate lies between 1 and {_FASTEST} frames per second")
    return exact_rate(rate)


Ratio = Annotated[Fraction, BeforeValidator(_ratio), PlainSerializer(str, return_type=str)]
"""A rational number: ``[1, 2]``, ``"1/2"``, ``"0.5"`` or a whole number."""

Rate = Annotated[Fraction, BeforeValidator(_rate), PlainSerializer(str, return_type=str)]
"""Frames per second; one that was rounded, as in ``"23.976"``, is taken for what it stands for."""

Frame = Annotated[int, Field(ge=-_SAFE, le=_SAFE)]


class PlainClip(Model):
    """A clip as any editor can tell it, in frames. Ranges do not include their ``out``.

    Attributes:
        id: Of the clip, unique in the edit; findings name it.
        name: For people.
        media: Absolute path of its file, or of the first picture of a sequence, a ``file://`` URL
            where its name is not UTF-8; null where it has none.
        rate: At which its source frames are counted: the media's own.
        source_in: Its first source frame.
        source_out: The one after its last; never before ``source_in``, also where it runs
            backwards.
        media_start: The number that this count gives to the media's first frame: its start
            timecode in frames, or 0 where the count begins with the file.
        timeline_in: The timeline's first frame that shows it; the timeline begins with frame 0,
            whatever its timecode says.
        timeline_out: The one after the last.
        speed: Source seconds per timeline second: 2 is fast, `"-1"` backwards, 0 a freeze frame
            of ``source_in``. Null takes 1 where both ranges are as long to within a frame, and
            what they say where they are not.
        enabled: False for a clip that is switched off.
        pattern: For an image sequence, FFmpeg's pattern of its paths: `/shots/a.%04d.exr`.
        first: Number of the sequence's first picture.
    """

    id: str
    name: str = ""
    media: PathText | None = None
    rate: Rate
    source_in: Frame
    source_out: Frame
    media_start: Frame = 0
    timeline_in: Annotated[int, Field(ge=0, le=_LONGEST)]
    timeline_out: Annotated[int, Field(ge=0, le=_LONGEST)]
    speed: Ratio | None = None
    enabled: bool = True
    pattern: PathText | None = None
    first: Annotated[int, Field(ge=0, le=_SAFE)] = 0

    @model_validator(mode="after")
    def _usable(self) -> PlainClip:
        if self.source_out < self.source_in:
            raise ValueError("source_out lies before source_in; say backwards with speed: -1")
        if self.timeline_out < self.timeline_in:
            raise ValueError("timeline_out lies before timeline_in")
        for path in filter(None, (self.media, self.pattern)):
            if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
                raise ValueError("give absolute paths of media")
        return self


class PlainEdit(Model):
    """A timeline as any editor can tell it.

    Attributes:
        name: Of the timeline.
        rate: Its frames per second.
        start: Its start timecode, in frames.
        drop_frame: Whether its timecode is shown drop-frame; null where that is not known.
        clips: Its video clips, of all tracks, in any order.
    """

    name: str
    rate: Rate
    start: Frame = 0
    drop_frame: bool | None = None
    clips: tuple[PlainClip, ...]

    @model_validator(mode="after")
    def _told_apart(self) -> PlainEdit:
        if len({clip.id for clip in self.clips}) < len(self.clips):
            raise ValueError("two clips have the same id")
        return self
