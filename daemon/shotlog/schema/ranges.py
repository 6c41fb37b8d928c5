"""Clip ranges, shots, cuts and windows: where on which clock something lies."""

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
    nearest_frame,
    timecode,
)


class MediaReference(Model):
    """Where a timeline says that a clip's media lies.

    Attributes:
        path: Absolute path of the file, or of the first picture of an image sequence; in JSON a
            ``file://`` URL where its name is not UTF-8.
        start: The source time that the timeline gives to the media's first frame (its start
            timecode in NLE exports); None where the timeline does not tell.
        duration: Length that the timeline believes the media to have; None where it does not tell.
        sequence: The numbered pictures, for an image sequence.
    """

    path: PathText
    start: Seconds | None = None
    duration: Seconds | None = None
    sequence: ImageSequence | None = None


class ClipRange(Model):
    """A media file, an exact source range, and where it sits on the timeline, with its speed.

    Attributes:
        id: Address in the timeline, unique in it and stable over re-reads: ``V1/3`` is the fourth
            child of the first video track, ``V1/2/V2/0`` lies in a nest.
        name: The clip's name, for people.
        media: Where its media lies, or None where the timeline names none (see ``problem``).
        source: The source range, on the source clock of the timeline (``media.start`` included).
            A freeze frame holds the one frame that is shown.
        timeline: The range on the timeline's own clock, from 0 (a global start is not included).
        time_map: The exact map between those two clocks.
        enabled: False for a clip that the editor has switched off.
        problem: Why this clip cannot be analysed, where that is known from the timeline alone.
        warnings: What was assumed about this clip, in sentences that do not name it. Those of a
            log's edit hold what was assumed when its media was found, too.
        path: Position in the timeline's object tree, for writing markers on the clip.
    """

    id: str
    name: Words
    media: MediaReference | None
    source: TimeRange
    timeline: TimeRange
    time_map: TimeMap
    enabled: bool = True
    problem: Problem | None = None
    warnings: tuple[Words, ...] = ()
    path: tuple[str | int, ...] = ()

    @property
    def speed(self) -> Fraction:
        """Source seconds per timeline second; 0 for a freeze frame, negative backwards."""
        return self.time_map.speed


class Edit(Model):
    """A timeline as Shotlog sees it: its clock and its clip ranges, in timeline order.

    Attributes:
        name: The timeline's name.
        rate: Its exact frame rate.
        start: Global start (timecode of timeline time 0), in seconds.
        drop_frame: Whether its timecode is shown drop-frame; None where that is not told, and the
            rounder reading of its start counts.
        duration: Length in seconds.
        clips: Every video clip of every track and nest.
        warnings: What was assumed about the timeline, in words.
    """

    name: Words
    rate: Rate
    start: Seconds = Fraction(0)
    drop_frame: bool | None = None
    duration: Seconds
    clips: tuple[ClipRange, ...]
    warnings: tuple[Words, ...] = ()

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
    """A change of shot inside a media file.

    Attributes:
        at: Start of the new shot's first frame, in media time; the middle of a gradual change.
        kind: How it changes.
        span: The frames that belong to neither shot alone; empty (duration 0) for a hard cut,
            unless nobody looked at the frames just before it.
        confidence: 0 to 1.
    """

    at: Seconds
    kind: CutKind = CutKind.CUT
    span: TimeRange
    confidence: float


class Shot(Model):
    """A run of frames without a cut, inside one clip range.

    Attributes:
        id: Stable identity: of the same frames of the same media, whatever clip shows them.
        clip: Id of the clip range.
        source: The frames, in media time.
        core: The frames without the gradual changes at either end; never empty.
        timeline: Where it is seen, on the timeline's clock.
    """

    id: str
    clip: str
    source: TimeRange
    core: TimeRange
    timeline: TimeRange


class Window(Model):
    """The frames that one model sees at once.

    Attributes:
        source: The range that the window speaks for, in media time.
        frames: The moments whose frames are looked at, in media time, in order; a moment may
            stand more than once.
    """

    source: TimeRange
    frames: tuple[Seconds, ...]
