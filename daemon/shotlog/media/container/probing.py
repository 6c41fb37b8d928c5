"""Probing of media files: streams, their exact clocks, and timecode."""

from __future__ import annotations

from fractions import Fraction

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as PictureStream

from shotlog.media.clocks import describe_breaks, read_start_timecode, starts_drop_frame
from shotlog.media.container.errors import media_errors
from shotlog.media.container.identity import content_id
from shotlog.media.container.origin import StreamOrigin, find_origin
from shotlog.media.container.reading import (
    Container,
    configure_decoder,
    decode_stream,
    open_media,
    picture_stream,
    sound_stream,
)
from shotlog.media.container.stream_choice import StreamChoice, choose_streams
from shotlog.media.container.tiles import assemble_tiles
from shotlog.media.container.undecodable import name_undecodable_format
from shotlog.media.container.video_probe import claimed_duration, probe_video
from shotlog.media.images import SequenceReader
from shotlog.schema import AudioStream, Break, Media, MediaReference, MediaUnreadable, VideoStream


def probe(reference: MediaReference) -> Media:
    """Probe a file: decode its first picture and first sound, and read packet times.

    Length and rate in the header are checked against the packets: all of them in files up to
    64 MiB, and in longer ones whose format allows timestamps to start again or whose index is
    incomplete; else those of the head, the index and the end. A still picture has one frame and
    no duration of its own.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it is a folder, empty, damaged beyond use, or no media.
        MediaUnsupported: there is no decoder for it.
    """
    path, sequence = reference.path, reference.sequence
    with name_undecodable_format(path), media_errors(path):
        with open_media(path, sequence) as container:
            head = container.head if isinstance(container, SequenceReader) else container
            choice = choose_streams(head, reference)
            zero, video = Fraction(0), None
            notes: tuple[str, ...] = ()
            breaks: tuple[Break, ...] = ()
            if choice.picture is not None:
                stream = picture_stream(container, choice.picture, path)
                picture = _first_picture(container, stream, choice, path)
                origin = _origin(container, picture, choice, path)
                zero = (origin.stamp or 0) * (stream.time_base or Fraction(1))
                video, breaks, unread = probe_video(
                    reference, container, stream, picture, choice, origin.stamp
                )
                notes = origin.warnings + unread
            timecode = _start_timecode(container, path, video)
            drop_frame = starts_drop_frame(head, video)
            name = container.format.name
            missing = container.warnings if isinstance(container, SequenceReader) else ()
        audio = _probe_audio(reference, choice.sound, None if video is None else zero, breaks)
        if video is None and audio is None:
            raise MediaUnreadable(path, "nothing in the file can be decoded")
        jumps = describe_breaks(video.breaks if video else ())
        return Media(
            path=path,
            sequence=sequence,
            content_id=content_id(path, sequence),
            container=name,
            video=video,
            audio=audio,
            start_timecode=timecode,
            start_drop_frame=drop_frame,
            warnings=(*choice.warnings, *missing, *notes, *jumps),
        )


def _start_timecode(container: Container, path: str, video: VideoStream | None) -> Fraction | None:
    """Return the timecode of media time 0, in seconds."""
    if not isinstance(container, SequenceReader):
        return read_start_timecode(container, path, video)
    # The timecode is that of the first picture that exists; those before it are missing.
    timecode = read_start_timecode(container.head, path, video)
    return None if timecode is None else timecode - container.first_time


def _first_picture(
    container: Container, stream: PictureStream, choice: StreamChoice, path: str
) -> VideoFrame:
    """Decode the first picture that can be decoded.

    Raises:
        MediaUnreadable: there is none.
    """
    if choice.layout.tiles is not None and not isinstance(container, SequenceReader):
        return assemble_tiles(container, choice.layout.tiles, path)
    configure_decoder(stream)
    picture = next(decode_stream(container, stream, VideoFrame), None)
    if picture is None:
        raise MediaUnreadable(path, "no picture of the file can be decoded")
    return picture


def _origin(
    container: Container, picture: VideoFrame, choice: StreamChoice, path: str
) -> StreamOrigin:
    """Return the origin of media time.

    Args:
        container: The open file.
        picture: The first picture that can be decoded.
        choice: The chosen streams.
        path: The file, to be opened again.
    """
    if isinstance(container, SequenceReader):
        return StreamOrigin(0)
    first = picture.dts if picture.pts is None else picture.pts
    if choice.layout.tiles is not None or choice.picture is None:
        return StreamOrigin(first)
    return find_origin(path, choice.picture, first)


def _probe_audio(
    reference: MediaReference,
    index: int | None,
    zero: Fraction | None,
    breaks: tuple[Break, ...],
) -> AudioStream | None:
    """Describe the sound of a file; None where none of it can be decoded.

    Args:
        reference: The file.
        index: Index of the sound stream, or None.
        zero: Media time 0 on the container's clock, in seconds; None where there is no picture,
            and the sound begins at 0.
        breaks: Breaks of its timestamps.
    """
    if index is None:
        return None
    with open_media(reference.path, pictures=False) as container:
        stream = sound_stream(container, index, reference.path)
        first = next(decode_stream(container, stream, AudioFrame), None)
        if first is None:
            return None
        time = first.dts if first.pts is None else first.pts
        base = first.time_base or stream.time_base
        heard = Fraction(0) if time is None or base is None else time * base
        return AudioStream(
            index=stream.index,
            codec=stream.codec_context.codec.canonical_name,
            rate=first.sample_rate,
            channels=len(first.layout.channels),
            start=Fraction(0) if zero is None else heard - zero,
            # Over breaks FFmpeg computes it from the first and the last timestamp.
            duration=None if breaks else claimed_duration(container, stream),
            breaks=breaks,
        )
