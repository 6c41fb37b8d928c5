"""A timeline in plain frames, as a script can write it with nothing but JSON."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from shotlog.schema import EXACT_JSON_SCHEMA, Model, PathText, exact_rate

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


_SPELLED = PlainSerializer(str, return_type=str)

Ratio = Annotated[Fraction, BeforeValidator(_ratio), _SPELLED, EXACT_JSON_SCHEMA]
"""A rational number: ``[1, 2]``, ``"1/2"``, ``"0.5"`` or a whole number."""

Rate = Annotated[Fraction, BeforeValidator(_rate), _SPELLED, EXACT_JSON_SCHEMA]
"""Frames per second; one that was rounded, as in ``"23.976"``, is taken for what it stands for."""

Frame = Annotated[int, Field(ge=-_SAFE, le=_SAFE)]


class PlainClip(Model):
    """A clip as any editor can tell it, in frames. Ranges do not include their ``out``."""

    id: str
    """Of the clip, unique in the edit; findings name it."""
    name: str = ""
    """For people."""
    media: PathText | None = None
    """Absolute path of its file, or of the first picture of a sequence, a ``file://`` URL where its
    name is not UTF-8; null where it has none."""
    rate: Rate
    """At which its source frames are counted: the media's own."""
    source_in: Frame
    """Its first source frame."""
    source_out: Frame
    """The one after its last; never before ``source_in``, also where it runs backwards."""
    media_start: Frame = 0
    """The number that this count gives to the media's first frame: its start timecode in frames, or
    0 where the count begins with the file."""
    timeline_in: Annotated[int, Field(ge=0, le=_LONGEST)]
    """The timeline's first frame that shows it; the timeline begins with frame 0, whatever its
    timecode says."""
    timeline_out: Annotated[int, Field(ge=0, le=_LONGEST)]
    """The one after the last."""
    speed: Ratio | None = None
    """Source seconds per timeline second: 2 is fast, `"-1"` backwards, 0 a freeze frame of
    ``source_in``. Null takes 1 where both ranges are as long to within a frame, and what they say
    where they are not."""
    enabled: bool = True
    """False for a clip that is switched off."""
    pattern: PathText | None = None
    """For an image sequence, FFmpeg's pattern of its paths: `/shots/a.%04d.exr`."""
    first: Annotated[int, Field(ge=0, le=_SAFE)] = 0
    """Number of the sequence's first picture."""

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
    """A timeline as any editor can tell it."""

    name: str
    """Of the timeline."""
    rate: Rate
    """Its frames per second."""
    start: Frame = 0
    """Its start timecode, in frames."""
    drop_frame: bool | None = None
    """Whether its timecode is shown drop-frame; null where that is not known."""
    clips: tuple[PlainClip, ...]
    """Its video clips, of all tracks, in any order."""

    @model_validator(mode="after")
    def _told_apart(self) -> PlainEdit:
        if len({clip.id for clip in self.clips}) < len(self.clips):
            raise ValueError("two clips have the same id")
        return self
