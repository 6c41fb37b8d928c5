"""Finds out what a media file is: its streams, their exact clocks, its timecode."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Literal

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as SoundStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream as PictureStream

from shotlog.media.container.breaks import words_of
from shotlog.media.container.container import (
    Container,
    decoded,
    is_item,
    make_ready,
    open_media,
    picture_stream,
    sound_stream,
)
from shotlog.media.container.errors import media_errors
from shotlog.media.container.identity import content_id
from shotlog.media.container.origin import Origin, first_shown
from shotlog.media.container.start_timecode import start_timecode, starts_drop_frame
from shotlog.media.container.stream_choice import Choice, choose
from shotlog.media.container.tiles import whole_picture
from shotlog.media.container.timing import Timing, measure_timing
from shotlog.media.container.undecodable import named_formats
from shotlog.media.container.unread import words_of_unread
from shotlog.media.images import Pictures, orientation_of
from shotlog.schema import (
    Aperture,
    AudioStream,
    Break,
    Media,
    MediaReference,
    MediaUnreadable,
    VideoStream,
)

_HDR: dict[int, Literal["pq", "hlg"]] = {
    ColorTrc.SMPTE2084.value: "pq",
    ColorTrc.ARIB_STD_B67.value: "hlg",
}
_FIELD_ORDER: dict[int, Literal["tff", "bff"]] = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
"""AVFieldOrder TT, BB, TB (top coded first, bottom shown first), BT."""

_PICTURES = frozenset(
    {"alias_pix", "apng", "brender_pix", "fits", "gif", "ico", "iff", "jpegxl_anim", "mjpeg", "txd",
     "webp_anim"}
)  # fmt: skip
"""FFmpeg's demuxers of formats that hold one picture or several, an animation or sizes of one."""

_STILL_RATE = Fraction(25)
"""A still has no rate. FFmpeg gives 25 to most, and 1 to AVIF and HEIC."""

_MICROSECOND = Fraction(1, 1_000_000)


def probe(reference: MediaReference) -> Media:
    """Looks at a file: decodes its first picture and first sound, and reads packet times.

    What the header says about length and rate is checked against the packets: all of them in
    files up to 64 MiB, and in longer ones whose format lets timestamps start again or whose index
    tells too little; else the head, the index and the end. A still picture has one frame and no
    duration of its own.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: a folder, empty, damaged beyond use, or no media.
        MediaUnsupported: no decoder for it.
    """
    path, sequence = reference.path, reference.sequence
    with named_formats(path), media_errors(path):
        with open_media(path, sequence) as container:
            head = container.head if isinstance(container, Pictures) else container
            choice = choose(head, reference)
            zero, video = Fraction(0), None
            notes: tuple[str, ...] = ()
            breaks: tuple[Break, ...] = ()
            if choice.picture is not None:
                stream = picture_stream(container, choice.picture, path)
                picture = _first_picture(container, stream, choice, path)
                origin = _origin(container, picture, choice, path)
                zero = (origin.stamp or 0) * (stream.time_base or Fraction(1))
                video, breaks, unread = _video(
                    reference, container, stream, picture, choice, origin.stamp
                )
                notes = origin.warnings + unread
            timecode = _start_timecode(container, path, video)
            drop_frame = starts_drop_frame(head, video)
            name = container.format.name
            missing = container.missing if isinstance(container, Pictures) else ()
        audio = _audio(reference, choice.sound, None if video is None else zero, breaks)
        if video is None and audio is None:
            raise MediaUnreadable(path, "nothing in the file can be decoded")
        return Media(
            path=path,
            sequence=sequence,
            content_id=content_id(path, sequence),
            container=name,
            video=video,
            audio=audio,
            start_timecode=timecode,
            start_drop_frame=drop_frame,
            warnings=(*choice.warnings, *missing, *notes, *words_of(video.breaks if video else ())),
        )


def _start_timecode(container: Container, path: str, video: VideoStream | None) -> Fraction | None:
    if not isinstance(container, Pictures):
        return start_timecode(container, path, video)
    timecode = start_timecode(container.head, path, video)
    return None if timecode is None else timecode - container.late


def _first_picture(
    container: Container, stream: PictureStream, choice: Choice, path: str
) -> VideoFrame:
    if choice.layout.tiles is not None and not isinstance(container, Pictures):
        return whole_picture(container, choice.layout.tiles, path)
    make_ready(stream)
    picture = next(decoded(container, stream, VideoFrame), None)
    if picture is None:
        raise MediaUnreadable(path, "no picture of the file can be decoded")
    return picture


def _origin(container: Container, picture: VideoFrame, choice: Choice, path: str) -> Origin:
    """Where media time begins; ``picture`` is the first that can be decoded."""
    if isinstance(container, Pictures):
        return Origin(0)
    decoded = picture.dts if picture.pts is None else picture.pts
    if choice.layout.tiles is not None or choice.picture is None:
        return Origin(decoded)
    return first_shown(path, choice.picture, decoded)


def _time(frame: VideoFrame | AudioFrame, stream: PictureStream | SoundStream) -> Fraction:
    """When a frame is shown or heard, by the container's clock; 0 without timestamps."""
    time = frame.dts if frame.pts is None else frame.pts
    base = frame.time_base or stream.time_base
    return Fraction(0) if time is None or base is None else time * base


def _video(
    reference: MediaReference,
    container: Container,
    stream: PictureStream,
    picture: VideoFrame,
    choice: Choice,
    origin: int | None,
) -> tuple[VideoStream, tuple[Break, ...], tuple[str, ...]]:
    """The picture, the breaks of the sound that goes with it, and a warning of unread film."""
    if isinstance(container, Pictures):
        timing, claimed = _told(container), None
    else:
        size, claimed = container.size, _claimed(container, stream)
        timing = measure_timing(reference, stream.index, choice.sound, origin, size)
    still = choice.layout.tiles is not None or _is_still(reference, container, stream, timing)
    if still:
        timing = Timing(_STILL_RATE, variable=False, nominal=_STILL_RATE, frames=1)
    rotation, mirrored = (
        choice.layout.orientation if choice.layout.tiles else orientation_of(picture)
    )
    aperture = choice.layout.aperture
    width, height = _display_size(stream, picture, aperture, rotation)
    context = stream.codec_context
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
        still=still,
    )
    unread: tuple[str, ...] = ()
    if not isinstance(container, Pictures) and not still:
        unread = words_of_unread(reference.path, container, stream.index, timing.unread)
    return video, timing.breaks[1], unread


def _told(pictures: Pictures) -> Timing:
    """How the frames of an image sequence are timed: that is told, not measured."""
    rate, frames = pictures.rate, pictures.slots
    return Timing(rate, variable=False, nominal=rate, frames=frames, duration=frames / rate)


def _is_still(
    reference: MediaReference, container: Container, stream: PictureStream, timing: Timing
) -> bool:
    """Whether it is one picture without a length, by what the file is, not by its name.

    FFmpeg's demuxers of pictures (``png_pipe``, ``image2``) may read films, too: raw Motion JPEG is
    pictures of one size in a row. AVIF and HEIC are QuickTime files without a track: their picture
    is an item, whose stream has no duration (see :func:`is_item`). Of formats that may be animated
    one picture is a still. So is an image sequence of which the timeline says that it is one
    picture.
    """
    sequence, path = reference.sequence, reference.path
    if sequence is not None:
        return sequence.first == sequence.last and timing.frames == 1
    name = container.format.name
    if name == "image2" or is_item(container, stream):
        return True
    if not name.endswith("_pipe") and name not in _PICTURES:
        return False
    if timing.frames == 1:
        return True
    with open_media(path) as fresh:
        again = picture_stream(fresh, stream.index, path)
        make_ready(again, threads=1)
        sizes = [(p.width, p.height) for p in islice(decoded(fresh, again, VideoFrame), 2)]
    return len(sizes) < 2 or sizes[0] != sizes[1]


def _display_size(
    stream: PictureStream, picture: VideoFrame, aperture: Aperture | None, rotation: int
) -> tuple[int, int]:
    """Width and height in square pixels: the lines are kept, the width is stretched."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 10) <= aspect <= 10:  # nonsense in the header
        aspect = Fraction(1)
    stored, height = (picture.width, picture.height)
    if aperture is not None:
        stored, height = aperture.width, aperture.height
    width = max(1, round(stored * aspect))
    return (height, width) if rotation % 180 else (width, height)


def _claimed(container: InputContainer, stream: PictureStream | SoundStream) -> Fraction | None:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    return container.duration * _MICROSECOND if container.duration else None


def _audio(
    reference: MediaReference,
    index: int | None,
    zero: Fraction | None,
    breaks: tuple[Break, ...],
) -> AudioStream | None:
    """The sound, on the picture's clock (or its own); None where none of it can be decoded."""
    if index is None:
        return None
    with open_media(reference.path) as container:
        stream = sound_stream(container, index, reference.path)
        first = next(decoded(container, stream, AudioFrame), None)
        if first is None:
            return None
        start = Fraction(0) if zero is None else _time(first, stream) - zero
        return AudioStream(
            index=stream.index,
            codec=stream.codec_context.codec.canonical_name,
            rate=first.sample_rate,
            channels=len(first.layout.channels),
            start=start,
            duration=None if breaks else _claimed(container, stream),
            breaks=breaks,
        )
