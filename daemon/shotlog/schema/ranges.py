"""Clip ranges, shots, cuts and windows, with their positions on the source and timeline clocks."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.errors import Problem
from shotlog.schema.media import ImageSequence
from shotlog.schema.paths import PathText, Words
from shotlog.schema.times import (
    TimeMap,
    TimeRange,
    counts_drop_frame,
    knows_drop_frame,
    nearest_frame,
    timecode,
)


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
        """Source seconds per timeline second; 0 for a freeze frame, negative backwards."""
        return self.time_map.speed


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


class Shot(Model):
    """A run of frames without a cut, inside one clip range."""

    id: str
    """Stable identity: equal for the same frames of the same media in any clip."""
    clip: str
    """Id of the clip range."""
    source: TimeRange
    """The frames, in media time."""
    core: TimeRange
    """The frames without the gradual changes at either end; never empty."""
    timeline: TimeRange
    """The range on the timeline's clock."""


class Window(Model):
    """The frames that one model sees at once."""

    source: TimeRange
    """The range that the window stands for, in media time."""
    frames: tuple[Seconds, ...]
    """Moments of its frames, in media time, in order; a moment may occur more than once."""
