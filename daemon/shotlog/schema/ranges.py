"""Clip ranges, shots, cuts and windows, with their positions on the source and timeline clocks."""

from __future__ import annotations

import hashlib
import math
import operator
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.error_branches import TimecodeUnusable
from shotlog.schema.errors import Problem
from shotlog.schema.media import ImageSequence
from shotlog.schema.paths import PathText, Words
from shotlog.schema.time_map import TimeMap
from shotlog.schema.times import (
    TimeRange,
    counts_drop_frame,
    frame_of_timecode,
    knows_drop_frame,
    nearest_frame,
    timecode,
)

Handle = Annotated[Seconds, Field(ge=0, exclude_if=operator.not_)]
"""Source seconds that a transition shows; not written where there are none."""


class MediaReference(Model):
    """A clip's media, as the timeline refers to it."""

    path: PathText
    """Absolute path of the file, or of the first picture of an image sequence; in JSON a
    ``file://`` URL where its name is not UTF-8."""
    start: Seconds | None = None
    """Source time of the media's first frame according to the timeline (its start timecode in NLE
    exports); None if unknown."""
    duration: Seconds | None = None
    """Length of the media according to the timeline; None if unknown."""
    sequence: ImageSequence | None = None
    """The numbered pictures, for an image sequence."""


class ClipRange(Model):
    """A media file, an exact source range, and its position and speed on the timeline."""

    id: str
    """Address in the timeline, unique in it and stable over re-reads: ``V1/3`` is the fourth child
    of the first video track, ``V1/2/V2/0`` is in a nest."""
    name: Words
    """The clip's name, for people."""
    media: MediaReference | None
    """Its media, or None if the timeline names none (see ``problem``)."""
    source: TimeRange
    """The source range, on the source clock of the timeline (``media.start`` included). A freeze
    frame has the one frame that is shown."""
    timeline: TimeRange
    """The range on the timeline's own clock, from 0 (a global start is not included)."""
    time_map: TimeMap
    """Exact map between those two clocks."""
    head: Handle = Fraction(0)
    """Source seconds beyond ``source`` that a transition before the clip shows. Since protocol
    1.3."""
    tail: Handle = Fraction(0)
    """Source seconds beyond ``source`` that a transition after the clip shows. Since protocol
    1.3."""
    enabled: bool = True
    """False for a clip that is switched off in the editor."""
    problem: Problem | None = None
    """Reason why this clip cannot be analysed, if the timeline alone tells it."""
    warnings: tuple[Words, ...] = ()
    """Assumptions about this clip, as sentences that do not name it. In the edit of a log they
    include assumptions about its media."""
    path: tuple[str | int, ...] = ()
    """Position in the timeline's object tree, for writing markers on the clip."""

    @property
    def speed(self) -> Fraction:
        """Source seconds per timeline second; 0 for a freeze frame, negative backwards.

        For a speed ramp the mean: from the first to the last moment of source that it shows.
        """
        return self.time_map.mean_speed(self.timeline)

    @property
    def seen(self) -> TimeRange:
        """The source range with the handles that its transitions show.

        A clip that runs backwards has its head after ``source``. A freeze frame has no handles.
        """
        if not (self.head or self.tail):
            return self.source
        pieces = [piece for _, piece in self.time_map.pieces(self.timeline)] or [self.time_map]
        first, last = pieces[0], pieces[-1]
        before = first.to_source(self.timeline.start) - _along(self.head, first.speed)
        after = last.to_source(self.timeline.end) + _along(self.tail, last.speed)
        edges = (self.source.start, self.source.end, before, after)
        return TimeRange.between(min(edges), max(edges))


def _along(seconds: Fraction, speed: Fraction) -> Fraction:
    """Return source seconds in the direction in which a clip runs; 0 where it stands still."""
    return seconds * ((speed > 0) - (speed < 0))


class SceneStart(Model):
    """A start of a scene of the film, as an editor's marker tells it."""

    at: Seconds
    """The start of the marker on the timeline's clock."""
    name: Words = ""
    """The name that the marker gives the scene, such as ``Scene 12`` or ``kitchen``; empty for
    none."""


class Edit(Model):
    """A timeline: its clock and its clip ranges, in timeline order."""

    name: Words
    """The timeline's name."""
    rate: Rate
    """Its exact frame rate."""
    start: Seconds = Fraction(0)
    """Global start (timecode of timeline time 0), in seconds."""
    drop_frame: bool | None = None
    """True if its timecode is shown drop-frame; None if unknown: then
    :func:`counts_drop_frame` decides by the start."""
    duration: Seconds
    """Length in seconds."""
    clips: tuple[ClipRange, ...]
    """Every video clip of every track and nest."""
    sound: Annotated[tuple[ClipRange, ...], Field(exclude_if=operator.not_)] = ()
    """Every clip of the audio tracks; those of muted tracks are not enabled. Empty where the
    timeline does not tell: the sound is then that of the video clips' own files. Since protocol
    1.3."""
    scene_starts: Annotated[tuple[SceneStart, ...], Field(exclude_if=operator.not_)] = ()
    """The starts of scenes that markers of an editor tell, in order of time. Empty, and not
    written, without any. Since protocol 1.6."""
    warnings: tuple[Words, ...] = ()
    """Assumptions about the timeline, as sentences."""

    @property
    def counts_drop_frame(self) -> bool:
        """True if its timecode is shown drop-frame, told or likely."""
        if self.drop_frame is None:
            return counts_drop_frame(self.start, self.rate)
        return self.drop_frame and knows_drop_frame(self.rate)

    def timecode(self, moment: Fraction) -> str:
        """Return the timecode of a timeline moment, as the editor shows it."""
        frame = nearest_frame(moment + self.start, self.rate)
        return timecode(frame, self.rate, drop_frame=self.counts_drop_frame)

    def moment_at(self, text: str) -> Fraction:
        """Return the moment of the timeline at which the frame with a timecode starts.

        Raises:
            TimecodeUnusable: It is no timecode, or it lies outside of the timeline.
        """
        try:
            frame = frame_of_timecode(text, self.rate, drop_frame=self.counts_drop_frame)
        except ValueError as error:
            raise TimecodeUnusable(self.name, str(error), self._clock()) from None
        moment = (frame - nearest_frame(self.start, self.rate)) / self.rate
        if not 0 <= moment < self.duration:
            raise TimecodeUnusable(self.name, f"{text} lies outside of it", self._clock())
        return moment

    def _clock(self) -> str:
        last = max(0, math.ceil(self.duration * self.rate) - 1) / self.rate
        return f"Its frames are {self.timecode(Fraction(0))} to {self.timecode(last)}."


class CutKind(StrEnum):
    """Kind of transition between two shots."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"
    DIP = "dip"


class Cut(Model):
    """A change of shot inside a media file."""

    at: Seconds
    """Start of the new shot's first frame, in media time; the middle of a gradual change."""
    kind: CutKind = CutKind.CUT
    """Kind of transition."""
    span: TimeRange
    """Frames of the transition; empty (duration 0) for a hard cut, unless the frames just before
    it were not measured."""
    confidence: float
    """Confidence in the cut, 0 to 1."""


def shot_id(content_id: str, source: TimeRange) -> str:
    """Return the id of the shot that shows a range of a media file.

    Args:
        content_id: Identity of the file's content.
        source: The frames, in media time.
    """
    name = f"{content_id} {source.start} {source.end}"
    # 64 bits: among a million shots two share an id with a chance of 3 in 100 million.
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


class Shot(Model):
    """A run of frames without a cut, inside one clip range."""

    id: str
    """Stable identity: equal for the same frames of the same media in any clip."""
    clip: str
    """Id of the clip range."""
    source: TimeRange
    """The frames, in media time."""
    core: TimeRange
    """The frames that show it alone: without the gradual changes at either end, and with the
    handles that a transition of the timeline shows of it; never empty."""
    timeline: TimeRange
    """The range on the timeline's clock."""

    @property
    def seen(self) -> TimeRange:
        """Its frames with its handles, in media time."""
        start, end = min(self.source.start, self.core.start), max(self.source.end, self.core.end)
        return TimeRange.between(start, end)


class Window(Model):
    """The frames that one model sees at once."""

    source: TimeRange
    """The range that the window stands for, in media time."""
    frames: tuple[Seconds, ...]
    """Moments of its frames, in media time, in order; a moment may occur more than once."""
