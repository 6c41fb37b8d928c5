"""Opening of media files, and iteration over the packets and frames of their streams."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags, ThreadType
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.clocks import apply_breaks
from shotlog.media.images import SequenceReader, apply_display_transfer
from shotlog.schema import Break, ImageSequence, MediaUnreadable

_FrameT = TypeVar("_FrameT", VideoFrame, AudioFrame)
_StreamT = TypeVar("_StreamT", VideoStream, AudioStream)


Container = InputContainer | SequenceReader
"""An open source of packets: a file, or an image sequence."""


@overload
def open_media(path: str, *, pictures: bool = True) -> InputContainer: ...


@overload
def open_media(path: str, sequence: ImageSequence | None) -> Container: ...


def open_media(
    path: str, sequence: ImageSequence | None = None, *, pictures: bool = True
) -> Container:
    """Open a regular local file, or an image sequence.

    Args:
        path: The file.
        sequence: The image sequence to open instead.
        pictures: False where only the sound is wanted: FFmpeg then decodes no picture to describe
            the picture streams, which takes most of the time to open large film.

    Raises:
        MediaUnreadable: the path is a folder or a device, or the file is empty.
        OSError: the operating system reports an error (see
            :mod:`shotlog.media.container.errors`).
        av.FFmpegError: FFmpeg reports an error.
    """
    if sequence is not None:
        return SequenceReader(sequence)
    facts = Path(path).stat()
    if stat.S_ISDIR(facts.st_mode):
        raise MediaUnreadable(path, "this is a folder, not a media file")
    if not stat.S_ISREG(facts.st_mode):
        raise MediaUnreadable(path, "this is not a regular file")
    if not facts.st_size:
        raise MediaUnreadable(path, "the file is empty")
    # A playlist in the file must not make FFmpeg open a URL: reading media never uses the network.
    # "file:" and pattern_type keep FFmpeg from reading the name as a URL or as a pattern.
    options = {"protocol_whitelist": "file", "pattern_type": "none"}
    if not pictures:
        options["skip_frame"] = "all"  # decoders of sound do not know it
    # Tags need not be UTF-8; by default PyAV then refuses the whole file.
    return av.open(f"file:{path}", "r", options=options, metadata_errors="replace")


def picture_stream(container: Container, index: int, path: str) -> VideoStream:
    """Return the picture stream with an index, in a file that was opened again.

    Raises:
        MediaUnreadable: the file no longer has such a stream.
    """
    return _stream(container.streams.video, index, path)


def sound_stream(container: InputContainer, index: int, path: str) -> AudioStream:
    """Return the sound stream with an index, in a file that was opened again.

    Raises:
        MediaUnreadable: the file no longer has such a stream.
    """
    return _stream(container.streams.audio, index, path)


def _stream(streams: Sequence[_StreamT], index: int, path: str) -> _StreamT:
    for stream in streams:
        if stream.index == index and stream.codec_context is not None:
            return stream
    raise MediaUnreadable(path, f"stream {index} is gone; the file was changed while it was read")


def is_heif_item(container: Container, stream: VideoStream) -> bool:
    """Return true for a picture of an AVIF or HEIC file, which FFmpeg reads as QuickTime.

    The stream of such an item has one packet and, unlike that of a track, no duration.
    """
    quicktime = "mov" in container.format.name.split(",")
    return quicktime and stream.frames == 1 and stream.duration is None


def select_streams(container: Container, *streams: Stream) -> None:
    """Have the demuxer return the packets of these streams and skip all others."""
    kept = {stream.index for stream in streams}
    for stream in container.streams:
        stream.discard = Discard.default if stream.index in kept else Discard.all


def demux_stream(
    container: Container, stream: Stream, breaks: Sequence[Break] = ()
) -> Iterator[Packet[Any]]:
    """Yield the packets of one stream from the current position, then the empty flush packet.

    Args:
        container: The open file; with breaks it must be at its start.
        stream: The stream.
        breaks: Breaks over which timestamps are continued.
    """
    try:
        packets = container.demux(cast(VideoStream, stream))
        yield from apply_breaks(packets, breaks) if breaks else packets
    except IndexError:
        # A damaged transport stream may announce a new stream midway. PyAV 18.1 then fails after
        # the last packet, as its list of streams is shorter than FFmpeg's.
        return


def demux_shown(container: InputContainer, stream: Stream) -> Iterator[Packet[Any]]:
    """Yield the packets from the current position that no edit list hides.

    The iteration ends where the file cannot be read any further.
    """
    try:
        for packet in demux_stream(container, stream):
            if packet.size and not packet.is_discard:
                yield packet
    except FFmpegError:
        return


def decode_stream(
    container: Container,
    stream: Stream,
    kind: type[_FrameT],
    breaks: Sequence[Break] = (),
) -> Iterator[_FrameT]:
    """Yield all frames that can be decoded from the current position of the file.

    Packets that cannot be decoded are skipped; the iteration ends where the file cannot be read
    any further.
    """
    try:
        for packet in demux_stream(container, stream, breaks):
            try:
                frames: list[Any] = packet.decode()
            except FFmpegError:
                continue
            yield from (frame for frame in frames if isinstance(frame, kind))
    except FFmpegError:
        return


def configure_decoder(
    stream: VideoStream, threads: int = 0, *, reference: bool = False, loop_filter: bool = True
) -> None:
    """Set up the picture decoder, before the first packet is decoded.

    Args:
        stream: The picture stream.
        threads: Threads of the decoder; 0 lets FFmpeg choose.
        reference: Leave out frames that no other frame refers to.
        loop_filter: False leaves out the filters within the coding loop, such as deblocking. The
            error grows with every frame that refers to others, until the next keyframe.
    """
    context = stream.codec_context
    if reference:
        context.skip_frame = "NONREF"
    if not loop_filter:
        context.options["skip_loop_filter"] = "all"
    context.thread_count = threads
    context.thread_type = ThreadType.AUTO
    # Damaged frames too: they are marked as corrupt, and the caller counts them.
    context.flags |= Flags.output_corrupt
    apply_display_transfer(context)
