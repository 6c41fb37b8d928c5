"""A timeline in plain frames, as a script writes it in JSON."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from shotlog.schema import EXACT_JSON_SCHEMA, Model, PathText, exact_rate

_SAFE = 2**53
"""Largest integer range that is exact in JavaScript's numbers."""

_FASTEST = 1000
_LONGEST = 2**31 - 1
"""Maximum number of frames of a timeline: more than two years of film."""

_KEYS = 20_000
"""Largest number of key points of a ramp."""

_RATIO = re.compile(r"-?[0-9]{1,18}(/[0-9]{1,18}|\.[0-9]{1,12})?")


def _ratio(value: Any) -> Fraction:
    # type(): True is an int to isinstance.
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
        raise ValueError(f"a rate is between 1 and {_FASTEST} frames per second")
    return exact_rate(rate)


_SPELLED = PlainSerializer(str, return_type=str)

Ratio = Annotated[Fraction, BeforeValidator(_ratio), _SPELLED, EXACT_JSON_SCHEMA]
"""A rational number: ``[1, 2]``, ``"1/2"``, ``"0.5"`` or a whole number."""

Rate = Annotated[Fraction, BeforeValidator(_rate), _SPELLED, EXACT_JSON_SCHEMA]
"""Frames per second; a rounded rate such as ``"23.976"`` means the exact one."""

Frame = Annotated[int, Field(ge=-_SAFE, le=_SAFE)]


class PlainClip(Model):
    """A clip, in frames. Ranges do not include their ``out``."""

    id: str
    """Id of the clip, unique in the edit; findings refer to it."""
    name: str = ""
    """Name for people."""
    media: PathText | None = None
    """Absolute path of its file, or of the first picture of a sequence; a ``file://`` URL if its
    name is not UTF-8; null if it has no media."""
    rate: Rate
    """Rate at which its source frames are counted: that of the media."""
    source_in: Frame
    """Its first source frame."""
    source_out: Frame
    """The frame after its last; not before ``source_in``, also for a clip that runs backwards."""
    subframe: Ratio = Fraction(0)
    """Part of a frame by which both are later: editors cut between frames where rates differ."""
    media_start: Frame = 0
    """Number of the media's first frame in this count: its start timecode in frames, or 0 if the
    count starts with the file."""
    media_frames: Annotated[int, Field(ge=1, le=_SAFE)] | None = None
    """Number of frames of the media in this count, as the editor knows it; null if unknown. Media
    that are a later part of their file are taken for a subclip, and found by the file's own start
    timecode."""
    timeline_in: Annotated[int, Field(ge=0, le=_LONGEST)]
    """The first timeline frame that shows it; the timeline starts at frame 0, independent of its
    timecode."""
    timeline_out: Annotated[int, Field(ge=0, le=_LONGEST)]
    """The frame after the last."""
    speed: Ratio | None = None
    """Source seconds per timeline second: 2 is fast, `"-1"` backwards, 0 a freeze frame of
    ``source_in``. Null takes the ratio of the lengths of both ranges, and 1 if they differ by one
    frame at most."""
    ramp: Annotated[tuple[tuple[Ratio, Ratio], ...], Field(max_length=_KEYS)] = ()
    """Key points of a speed ramp, in place of ``speed``: pairs of a timeline frame and the source
    frame shown there, the timeline frames rising; it runs straight between them and beyond. The
    source range then follows from them and the timeline range."""
    head: Annotated[Frame, Field(ge=0)] = 0
    """Source frames beyond its range that a transition before it shows."""
    tail: Annotated[Frame, Field(ge=0)] = 0
    """Source frames beyond its range that a transition after it shows."""
    enabled: bool = True
    """False for a clip that is switched off."""
    pattern: PathText | None = None
    """FFmpeg's pattern of the paths of an image sequence: `/shots/a.%04d.exr`."""
    first: Annotated[int, Field(ge=0, le=_SAFE)] = 0
    """Number of the first picture of the sequence."""

    @model_validator(mode="after")
    def _usable(self) -> PlainClip:
        if self.source_out < self.source_in:
            raise ValueError(
                "source_out is before source_in; for a clip that runs backwards give speed: -1"
            )
        if not 0 <= self.subframe < 1:
            raise ValueError("subframe is at least 0 and less than 1")
        if self.timeline_out < self.timeline_in:
            raise ValueError("timeline_out is before timeline_in")
        if self.ramp and self.speed is not None:
            raise ValueError("give a ramp or a speed, not both")
        if self.ramp and len(self.ramp) < 2:
            raise ValueError("a ramp has at least two points")
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(self.ramp)):
            raise ValueError("the timeline frames of a ramp must rise")
        for path in filter(None, (self.media, self.pattern)):
            # Of either system: an edit may be tested on another system than its editor's.
            if not (PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()):
                raise ValueError("give absolute paths of media")
        return self


class PlainEdit(Model):
    """A timeline, in frames."""

    name: str
    """Name of the timeline."""
    rate: Rate
    """Its frames per second."""
    start: Frame = 0
    """Its start timecode, in frames."""
    drop_frame: bool | None = None
    """True if its timecode is drop-frame; null if unknown."""
    clips: tuple[PlainClip, ...]
    """Its video clips, of all tracks, in any order."""
    sound: tuple[PlainClip, ...] = ()
    """The clips of its audio tracks, those of muted tracks switched off; empty takes the sound of
    the video clips' own files."""

    @model_validator(mode="after")
    def _told_apart(self) -> PlainEdit:
        clips = (*self.clips, *self.sound)
        if len({clip.id for clip in clips}) < len(clips):
            raise ValueError("two clips have the same id")
        return self
