"""Finds out what a media file is: its streams, their exact clocks, its timecode."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as SoundStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream as PictureStream

from shotlog.media._choice import Choice, choose
from shotlog.media._container import (
    decoded,
    make_ready,
    open_media,
    picture_stream,
    sound_stream,
)
from shotlog.media._orientation import orientation_of
from shotlog.media._startcode import start_timecode, starts_drop_frame
from shotlog.media._tiles import whole_picture
from shotlog.media._timing import measure_timing
from shotlog.media.border import media_errors
from shotlog.media.identity import content_id, sequence_files
from shotlog.schema.errors import MediaUnreadable
from shotlog.schema.media import AudioStream, Media, VideoStream
from shotlog.schema.ranges import MediaReference

_HDR: dict[int, Literal["pq", "hlg"]] = {
    ColorTrc.SMPTE2084.value: "pq",
    ColorTrc.ARIB_STD_B67.value: "hlg",
}
_FIELD_ORDER: dict[int, Literal["tff", "bff"]] = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
"""AVFieldOrder TT, BB, TB (top coded first, bottom shown first), BT."""

_MICROSECOND = Fraction(1, 1_000_000)


def probe(reference: MediaReference) -> Media:
    """Looks at a file: decodes its first picture and first sound, and reads packet times.

    What the header says about length and rate is checked against the packets: all of them in
    files up to 64 MiB, the head and the end of longer ones. A still picture has one frame and no
    duration of its own.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: a folder, empty, damaged beyond use, or no media.
        MediaUnsupported: no decoder for it.
    """
    path, sequence = reference.path, reference.sequence
    with media_errors(path):
        with open_media(path, sequence) as container:
            choice = choose(container, reference)
            zero, video = Fraction(0), None
            if choice.picture is not None:
                stream = picture_stream(container, choice.picture, path)
                picture = _first_picture(container, stream, choice, path)
                zero = _time(picture, stream)
                video = _video(reference, container, stream, picture, choice)
            timecode = start_timecode(container, video)
            drop_frame = starts_drop_frame(container, video)
            name = container.format.name
        audio = _audio(reference, choice.sound, zero, alone=video is None)
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
            warnings=choice.warnings,
        )


def _first_picture(
    container: InputContainer, stream: PictureStream, choice: Choice, path: str
) -> VideoFrame:
    if choice.tiles is not None:
        return whole_picture(container, choice.tiles, path)
    make_ready(stream)
    picture = next(decoded(container, stream, VideoFrame), None)
    if picture is None:
        raise MediaUnreadable(path, "no picture of the file can be decoded")
    return picture


def _time(frame: VideoFrame | AudioFrame, stream: PictureStream | SoundStream) -> Fraction:
    """When a frame is shown or heard, by the container's clock; 0 without timestamps."""
    time = frame.dts if frame.pts is None else frame.pts
    base = frame.time_base or stream.time_base
    return Fraction(0) if time is None or base is None else time * base


def _video(
    reference: MediaReference,
    container: InputContainer,
    stream: PictureStream,
    picture: VideoFrame,
    choice: Choice,
) -> VideoStream:
    path, sequence = reference.path, reference.sequence
    size = (
        sum(p.stat().st_size for _, p in sequence_files(sequence)) if sequence else container.size
    )
    origin = picture.dts if picture.pts is None else picture.pts
    with open_media(path, sequence) as fresh:
        again = picture_stream(fresh, stream.index, path)
        timing = measure_timing(fresh, again, origin, size)
    still = sequence is None and container.format.name.endswith(("_pipe", "image2"))
    rotation, mirrored = choice.orientation if choice.tiles else orientation_of(picture)
    width, height = _display_size(stream, picture, rotation)
    context = stream.codec_context
    order = _FIELD_ORDER.get(context.field_order, "tff" if picture.interlaced_frame else None)
    rate = timing.rate
    return VideoStream(
        index=stream.index,
        codec=context.codec.canonical_name,
        width=width,
        height=height,
        rate=rate,
        tick=(stream.time_base or 1 / rate) if timing.variable else 1 / rate,
        frames=timing.frames or stream.frames or None,
        duration=None if still else timing.duration or _claimed(container, stream),
        variable_rate=timing.variable,
        nominal_rate=timing.nominal,
        rotation=rotation,
        mirrored=mirrored,
        interlaced=order,
        bit_depth=max((c.bits for c in picture.format.components), default=8),
        hdr=_HDR.get(picture.color_trc),
        tiles=choice.tiles,
    )


def _display_size(stream: PictureStream, picture: VideoFrame, rotation: int) -> tuple[int, int]:
    """Width and height in square pixels: the lines are kept, the width is stretched."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 10) <= aspect <= 10:  # nonsense in the header
        aspect = Fraction(1)
    width, height = max(1, round(picture.width * aspect)), picture.height
    return (height, width) if rotation % 180 else (width, height)


def _claimed(container: InputContainer, stream: PictureStream | SoundStream) -> Fraction | None:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    return container.duration * _MICROSECOND if container.duration else None


def _audio(
    reference: MediaReference, index: int | None, zero: Fraction, *, alone: bool
) -> AudioStream | None:
    """The sound, on the picture's clock (or its own); None where none of it can be decoded."""
    if index is None:
        return None
    with open_media(reference.path) as container:
        stream = sound_stream(container, index, reference.path)
        first = next(decoded(container, stream, AudioFrame), None)
        if first is None:
            return None
        start = Fraction(0) if alone else _time(first, stream) - zero
        return AudioStream(
            index=stream.index,
            codec=stream.codec_context.codec.canonical_name,
            rate=first.sample_rate,
            channels=len(first.layout.channels),
            start=start,
            duration=_claimed(container, stream),
        )
