"""Clip ranges, shots, cuts and windows: where on which clock something lies."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.errors import Problem
from shotlog.schema.media import ImageSequence
from shotlog.schema.paths import PathText, Words
from shotlog.schema.times import TimeMap, TimeRange, counts_drop_frame, nearest_frame, timecode


class MediaReference(Model):
    """Where a timeline says that a clip's media lies."""

    path: PathText
    """Absolute path of the file, or of the first picture of an image sequence; in JSON a
    ``file://`` URL where its name is not UTF-8."""
    start: Seconds | None = None
    """The source time that the timeline gives to the media's first frame (its start timecode in NLE
    exports); None where the timeline does not tell."""
    duration: Seconds | None = None
    """Length that the timeline believes the media to have; None where it does not tell."""
    sequence: ImageSequence | None = None
    """The numbered pictures, for an image sequence."""


class ClipRange(Model):
    """A media file, an exact source range, and where it sits on the timeline, with its speed."""

    id: str
    """Address in the timeline, unique in it and stable over re-reads: ``V1/3`` is the fourth child
    of the first video track, ``V1/2/V2/0`` lies in a nest."""
    name: Words
    """The clip's name, for people."""
    media: MediaReference | None
    """Where its media lies, or None where the timeline names none (see ``problem``)."""
    source: TimeRange
    """The source range, on the source clock of the timeline (``media.start`` included). A freeze
    frame holds the one frame that is shown."""
    timeline: TimeRange
    """The range on the timeline's own clock, from 0 (a global start is not included)."""
    time_map: TimeMap
    """The exact map between those two clocks."""
    enabled: bool = True
    """False for a clip that the editor has switched off."""
    problem: Problem | None = None
    """Why this clip cannot be analysed, where that is known from the timeline alone."""
    warnings: tuple[Words, ...] = ()
    """What was assumed about this clip, in sentences that do not name it. Those of a log's edit
    hold what was assumed when its media was found, too."""
    path: tuple[str | int, ...] = ()
    """Position in the timeline's object tree, for writing markers on the clip."""

    @property
    def speed(self) -> Fraction:
        """Source seconds per timeline second; 0 for a freeze frame, negative backwards."""
        return self.time_map.speed


class Edit(Model):
    """A timeline as Shotlog sees it: its clock and its clip ranges, in timeline order."""

    name: Words
    """The timeline's name."""
    rate: Rate
    """Its exact frame rate."""
    start: Seconds = Fraction(0)
    """Global start (timecode of timeline time 0), in seconds."""
    drop_frame: bool | None = None
    """Whether its timecode is shown drop-frame; None where that is not told, and the rounder
    reading of its start counts."""
    duration: Seconds
    """Length in seconds."""
    clips: tuple[ClipRange, ...]
    """Every video clip of every track and nest."""
    warnings: tuple[Words, ...] = ()
    """What was assumed about the timeline, in words."""

    def timecode(self, moment: Fraction) -> str:
        """A moment of the timeline as its editor shows it."""
        drop = self.drop_frame
        if drop is None:
            drop = counts_drop_frame(self.start, self.rate)
        frame = nearest_frame(moment + self.start, self.rate)
        return timecode(frame, self.rate, drop_frame=drop)


class CutKind(StrEnum):
    """How one shot gives way to the next."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"
    DIP = "dip"


class Cut(Model):
    """A change of shot inside a media file."""

    at: Seconds
    """Start of the new shot's first frame, in media time; the middle of a gradual change."""
    kind: CutKind = CutKind.CUT
    """How it changes."""
    span: TimeRange
    """The frames that belong to neither shot alone; empty (duration 0) for a hard cut, unless
    nobody looked at the frames just before it."""
    confidence: float
    """0 to 1."""


class Shot(Model):
    """A run of frames without a cut, inside one clip range."""

    id: str
    """Stable identity: of the same frames of the same media, whatever clip shows them."""
    clip: str
    """Id of the clip range."""
    source: TimeRange
    """The frames, in media time."""
    core: TimeRange
    """The frames without the gradual changes at either end; never empty."""
    timeline: TimeRange
    """Where it is seen, on the timeline's clock."""


class Window(Model):
    """The frames that one model sees at once."""

    source: TimeRange
    """The range that the window speaks for, in media time."""
    frames: tuple[Seconds, ...]
    """The moments whose frames are looked at, in media time, in order; a moment may stand more than
    once."""
