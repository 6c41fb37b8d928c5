"""What a media file is: its streams and clocks, as the probe found them. No I/O here."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.paths import PathText, Words


class Break(Model):
    """A place in a file where the timestamps of a stream start again, or jump.

    Files come so where pieces were joined byte by byte, or a recorder went on after a stop. The
    pieces are taken one after the other.
    """

    at: Seconds
    """Media time at which the new piece begins."""
    position: int
    """Bytes from the start of the file; packets from here on belong to the new piece."""
    shift: Seconds
    """Seconds to add to the timestamps of the new piece, in whole ticks."""
    last: Seconds | None = None
    """The latest timestamp before it, shifted, in seconds; later ones were mistaken for those of
    the new piece. None for sound."""


class TileGrid(Model):
    """Tiles that make one picture, each a stream of its own (HEIF, AVIF)."""

    streams: tuple[int, ...]
    """Stream indexes of the tiles, row by row, from left to right."""
    columns: int
    """Tiles of a row."""
    width: int
    """Width of the whole as it is stored; tiles may reach beyond it."""
    height: int
    """Height of the whole, likewise."""


class Aperture(Model):
    """The part of a stored picture that is shown, in its pixels, before it is turned."""

    left: int
    """Columns that are left out at the left."""
    top: int
    """Rows that are left out at the top."""
    width: int
    """Columns that are shown."""
    height: int
    """Rows that are shown."""


class VideoStream(Model):
    """The picture of a media file, as it is meant to be seen."""

    index: int
    """Stream index in the container; of a grid of tiles that of the first."""
    codec: str
    """Name of the codec, as FFmpeg says it."""
    width: int
    """Width for display in square pixels, rotation and pixel aspect applied."""
    height: int
    """Height for display, likewise."""
    rate: Rate
    """Frames per second; for a variable rate the mean."""
    tick: Seconds
    """The exact unit of this stream's frame times: every frame starts at a whole number of ticks.
    ``1/rate`` for a constant rate, the stream's time base for a variable one."""
    frames: int | None
    """Number of frames where the container tells it."""
    duration: Seconds | None
    """Seconds from the start of the first frame to the end of the last, as the header claims; None
    where it does not tell."""
    origin: int | None = None
    """Timestamp of the first frame that is shown, in the stream's time base: media time 0, whatever
    a reader leaves out. None where frames have no timestamps."""
    breaks: tuple[Break, ...] = ()
    """Where timestamps start again or jump, in the order of the file."""
    variable_rate: bool = False
    """Whether frames do not start at whole multiples of ``1/rate``."""
    nominal_rate: Rate | None = None
    """The usual rate that the footage was meant to have, for a timeline of it: of 24000/1001, 24,
    25, 30000/1001, 30 and so on to 120 the one nearest to how frames usually follow each other,
    whatever was dropped among them; ``rate`` itself where it is constant, or lies beyond all of
    these. None where it was not looked for."""
    rotation: int = 0
    """Degrees by which the stored picture is turned clockwise for display."""
    mirrored: bool = False
    """Whether it is mirrored, left to right, before it is turned."""
    interlaced: Literal["tff", "bff"] | None = None
    """Field order ("tff", "bff") or None for progressive pictures."""
    bit_depth: int = 8
    """Bits per component."""
    hdr: Literal["pq", "hlg"] | None = None
    """"pq" or "hlg" where the transfer function says so."""
    tiles: TileGrid | None = None
    """The streams that make up the picture, where one alone does not."""
    aperture: Aperture | None = None
    """The part of a HEIF or AVIF picture that is shown, where that is not all. (Of films FFmpeg
    crops what they say.)"""
    still: bool = False
    """Whether it is one picture without a length of its own, as photographs and drawings are; a
    film of one frame is none."""


class AudioStream(Model):
    """The sound of a media file."""

    index: int
    """Stream index in the container."""
    codec: str
    """Name of the codec."""
    rate: int
    """Samples per second in the file."""
    channels: int
    """Number of channels."""
    start: Seconds
    """When the first sample is heard, in media time (see :class:`Media`)."""
    duration: Seconds | None
    """Seconds of sound, as the header claims; None where it does not tell."""
    breaks: tuple[Break, ...] = ()
    """Where timestamps start again or jump; shifted so that sound stays with its picture."""


class ImageSequence(Model):
    """Numbered pictures that stand for one video."""

    pattern: PathText
    """FFmpeg pattern of their paths: ``/shots/a.%04d.exr``."""
    first: int
    """Number of the first picture, whether it is there or not; media time 0 is its start."""
    rate: Rate
    """Pictures per second."""
    step: int = Field(default=1, ge=1)
    """From the number of one picture to that of the next."""
    last: int | None = None
    """Number of the last picture, as far as the timeline tells; None takes the last that is there.
    """


class Media(Model):
    """A media file that can be read.

    Media time is the one clock of a file: 0 is the start of its first video frame (of its first
    sample where it has no picture), whatever its timestamps or its timecode track say.
    """

    path: PathText
    """Where it lies; for an image sequence the path of its first picture."""
    sequence: ImageSequence | None = None
    """The numbered pictures, for an image sequence."""
    content_id: str
    """Identity of what can be decoded of it: see :func:`shotlog.media.content_id`."""
    container: str
    """FFmpeg's name of the container format."""
    video: VideoStream | None
    """The picture, or None."""
    audio: AudioStream | None
    """The sound, or None."""
    start_timecode: Seconds | None = None
    """Timecode of media time 0, in seconds from 00:00:00:00 at the timecode's own rate, where the
    file carries one (tmcd track, or a tag)."""
    start_drop_frame: bool | None = None
    """Whether that timecode is written as drop-frame; None without one."""
    warnings: tuple[Words, ...] = ()
    """What was assumed about the file, and what is missing of it, in words."""

    @property
    def duration(self) -> Fraction | None:
        """Length of the picture, or of the sound where there is no picture, if it is known."""
        stream = self.video or self.audio
        return stream.duration if stream else None
