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

    Attributes:
        at: Media time at which the new piece begins.
        position: Bytes from the start of the file; packets from here on belong to the new piece.
        shift: Seconds to add to the timestamps of the new piece, in whole ticks.
        last: The latest timestamp before it, shifted, in seconds; later ones were mistaken for
            those of the new piece. None for sound.
    """

    at: Seconds
    position: int
    shift: Seconds
    last: Seconds | None = None


class TileGrid(Model):
    """Tiles that make one picture, each a stream of its own (HEIF, AVIF).

    Attributes:
        streams: Stream indexes of the tiles, row by row, from left to right.
        columns: Tiles of a row.
        width: Width of the whole as it is stored; tiles may reach beyond it.
        height: Height of the whole, likewise.
    """

    streams: tuple[int, ...]
    columns: int
    width: int
    height: int


class Aperture(Model):
    """The part of a stored picture that is shown, in its pixels, before it is turned.

    Attributes:
        left: Columns that are left out at the left.
        top: Rows that are left out at the top.
        width: Columns that are shown.
        height: Rows that are shown.
    """

    left: int
    top: int
    width: int
    height: int


class VideoStream(Model):
    """The picture of a media file, as it is meant to be seen.

    Attributes:
        index: Stream index in the container; of a grid of tiles that of the first.
        codec: Name of the codec, as FFmpeg says it.
        width: Width for display in square pixels, rotation and pixel aspect applied.
        height: Height for display, likewise.
        rate: Frames per second; for a variable rate the mean.
        tick: The exact unit of this stream's frame times: every frame starts at a whole number
            of ticks. ``1/rate`` for a constant rate, the stream's time base for a variable one.
        origin: Timestamp of the first frame that is shown, in the stream's time base: media time
            0, whatever a reader leaves out. None where frames have no timestamps.
        breaks: Where timestamps start again or jump, in the order of the file.
        frames: Number of frames where the container tells it.
        duration: Seconds from the start of the first frame to the end of the last, as the header
            claims; None where it does not tell.
        variable_rate: Whether frames do not start at whole multiples of ``1/rate``.
        nominal_rate: The usual rate that the footage was meant to have, for a timeline of it: of
            24000/1001, 24, 25, 30000/1001, 30 and so on to 120 the one nearest to how frames
            usually follow each other, whatever was dropped among them; ``rate`` itself where it is
            constant, or lies beyond all of these. None where it was not looked for.
        rotation: Degrees by which the stored picture is turned clockwise for display.
        mirrored: Whether it is mirrored, left to right, before it is turned.
        interlaced: Field order ("tff", "bff") or None for progressive pictures.
        bit_depth: Bits per component.
        hdr: "pq" or "hlg" where the transfer function says so.
        tiles: The streams that make up the picture, where one alone does not.
        aperture: The part of a HEIF or AVIF picture that is shown, where that is not all. (Of films
            FFmpeg crops what they say.)
        still: Whether it is one picture without a length of its own, as photographs and drawings
            are; a film of one frame is none.
    """

    index: int
    codec: str
    width: int
    height: int
    rate: Rate
    tick: Seconds
    frames: int | None
    duration: Seconds | None
    origin: int | None = None
    breaks: tuple[Break, ...] = ()
    variable_rate: bool = False
    nominal_rate: Rate | None = None
    rotation: int = 0
    mirrored: bool = False
    interlaced: Literal["tff", "bff"] | None = None
    bit_depth: int = 8
    hdr: Literal["pq", "hlg"] | None = None
    tiles: TileGrid | None = None
    aperture: Aperture | None = None
    still: bool = False


class AudioStream(Model):
    """The sound of a media file.

    Attributes:
        index: Stream index in the container.
        codec: Name of the codec.
        rate: Samples per second in the file.
        channels: Number of channels.
        start: When the first sample is heard, in media time (see :class:`Media`).
        duration: Seconds of sound, as the header claims; None where it does not tell.
        breaks: Where timestamps start again or jump; shifted so that sound stays with its picture.
    """

    index: int
    codec: str
    rate: int
    channels: int
    start: Seconds
    duration: Seconds | None
    breaks: tuple[Break, ...] = ()


class ImageSequence(Model):
    """Numbered pictures that stand for one video.

    Attributes:
        pattern: FFmpeg pattern of their paths: ``/shots/a.%04d.exr``.
        first: Number of the first picture, whether it is there or not; media time 0 is its start.
        rate: Pictures per second.
        step: From the number of one picture to that of the next.
        last: Number of the last picture, as far as the timeline tells; None takes the last that
            is there.
    """

    pattern: PathText
    first: int
    rate: Rate
    step: int = Field(default=1, ge=1)
    last: int | None = None


class Media(Model):
    """A media file that can be read.

    Media time is the one clock of a file: 0 is the start of its first video frame (of its first
    sample where it has no picture), whatever its timestamps or its timecode track say.

    Attributes:
        path: Where it lies; for an image sequence the path of its first picture.
        sequence: The numbered pictures, for an image sequence.
        content_id: Identity of what can be decoded of it: see :func:`shotlog.media.content_id`.
        container: FFmpeg's name of the container format.
        video: The picture, or None.
        audio: The sound, or None.
        start_timecode: Timecode of media time 0, in seconds from 00:00:00:00 at the timecode's own
            rate, where the file carries one (tmcd track, or a tag).
        start_drop_frame: Whether that timecode is written as drop-frame; None without one.
        warnings: What was assumed about the file, and what is missing of it, in words.
    """

    path: PathText
    sequence: ImageSequence | None = None
    content_id: str
    container: str
    video: VideoStream | None
    audio: AudioStream | None
    start_timecode: Seconds | None = None
    start_drop_frame: bool | None = None
    warnings: tuple[Words, ...] = ()

    @property
    def duration(self) -> Fraction | None:
        """Length of the picture, or of the sound where there is no picture, if it is known."""
        stream = self.video or self.audio
        return stream.duration if stream else None
