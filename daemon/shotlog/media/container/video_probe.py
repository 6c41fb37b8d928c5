"""Description of the picture stream of a file: size, rate, length, orientation, still or film."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Literal

from av.audio.stream import AudioStream as SoundStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream as PictureStream

from shotlog.media.container.reading import (
    Container,
    configure_decoder,
    decode_stream,
    is_heif_item,
    open_media,
    picture_stream,
)
from shotlog.media.container.stream_choice import StreamChoice
from shotlog.media.container.timing import FrameTiming, measure_timing
from shotlog.media.container.unread import describe_unread
from shotlog.media.images import SequenceReader, read_orientation
from shotlog.schema import Aperture, Break, MediaReference, VideoStream

_HDR: dict[int, Literal["pq", "hlg"]] = {
    ColorTrc.SMPTE2084.value: "pq",
    ColorTrc.ARIB_STD_B67.value: "hlg",
}
_FIELD_ORDER: dict[int, Literal["tff", "bff"]] = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
"""By AVFieldOrder: TT, BB, TB (top coded first, bottom shown first), BT."""

_IMAGE_FORMATS = frozenset(
    {"alias_pix", "apng", "brender_pix", "fits", "gif", "ico", "iff", "jpegxl_anim", "mjpeg", "txd",
     "webp_anim"}
)  # fmt: skip
"""FFmpeg's demuxers of formats that hold one picture or several: an animation, or sizes of one."""

_STILL_RATE = Fraction(25)
"""Frames per second of stills, which have no rate: FFmpeg gives 25 to most, 1 to AVIF and HEIC."""

_MICROSECOND = Fraction(1, 1_000_000)  # FFmpeg's AV_TIME_BASE


def probe_video(
    reference: MediaReference,
    container: Container,
    stream: PictureStream,
    picture: VideoFrame,
    choice: StreamChoice,
    origin: int | None,
) -> tuple[VideoStream, tuple[Break, ...], tuple[str, ...]]:
    """Describe the picture stream of a file.

    Args:
        reference: The file.
        container: The same, opened.
        stream: The picture stream.
        picture: The first picture that can be decoded.
        choice: The chosen streams.
        origin: Timestamp of the first frame that is shown, None where frames have none.

    Returns:
        The description, the breaks of the sound that belongs to the picture, and a warning where
        the file holds film that is not read.
    """
    if isinstance(container, SequenceReader):
        timing, claimed = _sequence_timing(container), None
    else:
        size, claimed = container.size, claimed_duration(container, stream)
        timing = measure_timing(reference, stream.index, choice.sound, origin, size)
    still = choice.layout.tiles is not None or _is_still(reference, container, stream, timing)
    if still:
        timing = FrameTiming(_STILL_RATE, variable=False, nominal=_STILL_RATE, frames=1)
    rotation, mirrored = (
        choice.layout.orientation if choice.layout.tiles else read_orientation(picture)
    )
    aperture = choice.layout.aperture
    width, height = _display_size(stream, picture, aperture, rotation)
    context = stream.codec_context
    # Where the header does not tell the order, a frame tells only that it is interlaced: PyAV does
    # not expose which of its fields is first.
    order = _FIELD_ORDER.get(context.field_order, "tff" if picture.interlaced_frame else None)
    rate = timing.rate
    video = VideoStream(
        index=stream.index,
        codec=context.codec.canonical_name,
        width=width,
        height=height,
        rate=rate,
        tick=(stream.time_base or 1 / rate) if timing.variable else 1 / rate,
        frames=timing.frames or stream.frames or None,
        duration=None if still else timing.duration or claimed,
        origin=origin,
        breaks=timing.breaks[0],
        variable_rate=timing.variable,
        nominal_rate=timing.nominal,
        rotation=rotation,
        mirrored=mirrored,
        interlaced=order,
        bit_depth=max((c.bits for c in picture.format.components), default=8),
        hdr=_HDR.get(picture.color_trc),
        tiles=choice.layout.tiles,
        aperture=aperture,
        stands_alone=_stands_alone(container, stream),
        still=still,
    )
    unread: tuple[str, ...] = ()
    if not isinstance(container, SequenceReader) and not still:
        unread = describe_unread(reference.path, container, stream.index, timing.unread)
    return video, timing.breaks[1], unread


def _stands_alone(container: Container, stream: PictureStream) -> bool:
    """Return true where no frame is needed to decode another one."""
    context = stream.codec_context
    return (
        isinstance(container, SequenceReader)
        or context.codec.intra_only
        # All frames of H.264's intra profiles are IDR pictures (ITU-T H.264, A.2.8 to A.2.11).
        or (context.profile or "").endswith(" Intra")
    )


def claimed_duration(
    container: InputContainer, stream: PictureStream | SoundStream
) -> Fraction | None:
    """Return the duration in the header of a stream or of the container, in seconds."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    return container.duration * _MICROSECOND if container.duration else None


def _sequence_timing(pictures: SequenceReader) -> FrameTiming:
    """Return the timing of an image sequence, which its reference gives."""
    rate, frames = pictures.rate, pictures.slots
    return FrameTiming(rate, variable=False, nominal=rate, frames=frames, duration=frames / rate)


def _is_still(
    reference: MediaReference, container: Container, stream: PictureStream, timing: FrameTiming
) -> bool:
    """Return true for one picture without a length, by the content of the file, not its name.

    AVIF and HEIC are QuickTime files without a track: their picture is an item (see
    :func:`is_heif_item`). A file of a format that may be animated is a still where it holds one
    picture. So is an image sequence that the timeline declares to be one picture.
    """
    sequence, path = reference.sequence, reference.path
    if sequence is not None:
        return sequence.first == sequence.last and timing.frames == 1
    name = container.format.name
    if name == "image2" or is_heif_item(container, stream):
        return True
    if not name.endswith("_pipe") and name not in _IMAGE_FORMATS:
        return False
    if timing.frames == 1:
        return True
    # FFmpeg's demuxers of pictures (png_pipe, mjpeg) also read films: raw Motion JPEG is a row of
    # pictures of one size. Pictures of several sizes are sizes of one, as in an icon.
    with open_media(path) as reopened:
        again = picture_stream(reopened, stream.index, path)
        configure_decoder(again, threads=1)
        frames = islice(decode_stream(reopened, again, VideoFrame), 2)
        sizes = [(frame.width, frame.height) for frame in frames]
    return len(sizes) < 2 or sizes[0] != sizes[1]


def _display_size(
    stream: PictureStream, picture: VideoFrame, aperture: Aperture | None, rotation: int
) -> tuple[int, int]:
    """Return width and height for display in square pixels: only the width is stretched."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 10) <= aspect <= 10:  # nonsense in the header
        aspect = Fraction(1)
    stored, height = (picture.width, picture.height)
    if aperture is not None:
        stored, height = aperture.width, aperture.height
    width = max(1, round(stored * aspect))
    return (height, width) if rotation % 180 else (width, height)
