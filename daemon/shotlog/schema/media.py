"""Properties of media files: streams and clocks, as probed."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from pydantic import Field

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.paths import PathText, Words
from shotlog.schema.times import USUAL_RATES


class Break(Model):
    """A position in a file where the timestamps of a stream restart or jump.

    Such files are made by joining pieces byte by byte, or by a recorder that resumed after a stop.
    The pieces are played one after the other.
    """

    at: Seconds
    """Media time at which the new piece begins."""
    position: int
    """Bytes from the start of the file; packets from here on belong to the new piece."""
    shift: Seconds
    """Seconds to add to the timestamps of the new piece; a whole number of ticks."""
    last: Seconds | None = None
    """The latest timestamp before it, shifted, in seconds; later ones were mistaken for those of
    the new piece. None for sound."""


class TileGrid(Model):
    """A picture made of tiles, each a stream of its own (HEIF, AVIF)."""

    streams: tuple[int, ...]
    """Stream indexes of the tiles, row by row, from left to right."""
    columns: int
    """Tiles per row."""
    width: int
    """Width of the whole picture as stored; tiles may reach beyond it."""
    height: int
    """Height of the whole picture as stored."""


class Aperture(Model):
    """The part of a stored picture that is shown, in stored pixels, before rotation."""

    left: int
    """Columns cropped at the left."""
    top: int
    """Rows cropped at the top."""
    width: int
    """Columns that are shown."""
    height: int
    """Rows that are shown."""


class VideoStream(Model):
    """The video stream of a media file, as it is displayed."""

    index: int
    """Stream index in the container; for a grid of tiles, of the first tile."""
    codec: str
    """FFmpeg's name of the codec."""
    width: int
    """Width for display in square pixels, rotation and pixel aspect applied."""
    height: int
    """Height for display in square pixels, rotation and pixel aspect applied."""
    rate: Rate
    """Frames per second; the mean for a variable rate."""
    tick: Seconds
    """The exact unit of this stream's frame times: every frame starts at a whole number of ticks.
    ``1/rate`` for a constant rate, the stream's time base for a variable one."""
    frames: int | None
    """Number of frames, if the container tells it."""
    duration: Seconds | None
    """Seconds from the start of the first frame to the end of the last, according to the header;
    None if unknown."""
    origin: int | None = None
    """Timestamp of the first frame that is shown, in the stream's time base: media time 0, also
    for readers that skip frames. None if frames have no timestamps."""
    breaks: tuple[Break, ...] = ()
    """Breaks of the timestamps, in file order."""
    variable_rate: bool = False
    """True if frames do not start at whole multiples of ``1/rate``."""
    nominal_rate: Rate | None = None
    """The rate that the footage was recorded for, to make a timeline of it: the one of 24000/1001,
    24, 25, 30000/1001, 30 and so on to 120 that is nearest to the usual distance of frames, so that
    dropped frames do not count. ``rate`` itself if it is constant or outside these. None if not
    determined."""
    rotation: int = 0
    """Degrees by which the stored picture is rotated clockwise for display."""
    mirrored: bool = False
    """True if it is mirrored, left to right, before the rotation."""
    interlaced: Literal["tff", "bff"] | None = None
    """Field order ("tff", "bff"); None for progressive video."""
    bit_depth: int = 8
    """Bits per component."""
    hdr: Literal["pq", "hlg"] | None = None
    """Transfer function of HDR video; None for SDR."""
    tiles: TileGrid | None = None
    """The tiles of the picture, if it has any."""
    aperture: Aperture | None = None
    """The part of a HEIF or AVIF picture that is shown, if not all of it. (FFmpeg itself crops
    films.)"""
    stands_alone: bool = False
    """True where every frame is decoded without another one, as in ProRes, DNxHR, Motion JPEG and
    numbered pictures."""
    still: bool = False
    """True for one picture without a duration, such as a photograph; a film of one frame is not
    a still."""

    @property
    def intended_rate(self) -> Fraction:
        """The rate that the footage was recorded for; the measured one where that is unknown."""
        return self.nominal_rate or self.rate


class AudioStream(Model):
    """The audio stream of a media file."""

    index: int
    """Stream index in the container."""
    codec: str
    """Name of the codec."""
    rate: int
    """Samples per second in the file."""
    channels: int
    """Number of channels."""
    start: Seconds
    """Media time of the first sample (see :class:`Media`)."""
    duration: Seconds | None
    """Seconds of sound, according to the header; None if unknown."""
    breaks: tuple[Break, ...] = ()
    """Breaks of the timestamps, shifted so that sound stays in sync with its picture."""


class ImageSequence(Model):
    """Numbered picture files that form one video."""

    pattern: PathText
    """FFmpeg pattern of their paths: ``/shots/a.%04d.exr``."""
    first: int
    """Number of the first picture, which may be missing; media time 0 is its start."""
    rate: Rate
    """Pictures per second."""
    step: int = Field(default=1, ge=1)
    """Step from the number of one picture to that of the next."""
    last: int | None = None
    """Number of the last picture according to the timeline; None takes the last existing file."""


class Media(Model):
    """A media file that can be read.

    Media time is the one clock of a file: 0 is the start of its first video frame, or of its first
    sample if it has no video. It does not depend on timestamps or the timecode track.
    """

    path: PathText
    """Path of the file; for an image sequence, of its first picture."""
    sequence: ImageSequence | None = None
    """The numbered pictures, for an image sequence."""
    content_id: str
    """Identity of its content: see :func:`shotlog.media.content_id`."""
    container: str
    """FFmpeg's name of the container format."""
    video: VideoStream | None
    """The video stream, or None."""
    audio: AudioStream | None
    """The audio stream, or None."""
    start_timecode: Seconds | None = None
    """Timecode of media time 0, in seconds from 00:00:00:00 at the timecode's own rate, if the file
    has one (tmcd track, or a tag)."""
    start_drop_frame: bool | None = None
    """True if that timecode is drop-frame; None without timecode."""
    warnings: tuple[Words, ...] = ()
    """Assumptions about the file and missing parts of it, as sentences."""

    @property
    def duration(self) -> Fraction | None:
        """Duration of the video, or of the sound if there is no video; None if unknown."""
        stream = self.video or self.audio
        return stream.duration if stream else None


def prevailing_rate(footage: Iterable[Media]) -> Fraction | None:
    """Return the rate of :data:`USUAL_RATES` that most of the film has, by length.

    Of rates with equal lengths the first one is returned. Stills and sound have no rate.

    Returns:
        None where no film has a usual rate.
    """
    lengths: dict[Fraction, Fraction] = {}
    for media in footage:
        if media.video is None or media.video.still:
            continue
        rate = media.video.intended_rate
        if rate in USUAL_RATES:
            # A film of unknown length counts only where no other tells its length.
            lengths[rate] = lengths.get(rate, Fraction(0)) + (media.duration or Fraction(0))
    return max(lengths, key=lambda rate: lengths[rate], default=None)
