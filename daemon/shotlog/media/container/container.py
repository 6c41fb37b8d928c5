"""Opens media files and hands out the packets and pictures of their streams."""

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

from shotlog.media.container.breaks import folded
from shotlog.media.images import Pictures, as_displayed
from shotlog.schema import Break, ImageSequence, MediaUnreadable

_FrameT = TypeVar("_FrameT", VideoFrame, AudioFrame)
_StreamT = TypeVar("_StreamT", VideoStream, AudioStream)


Container = InputContainer | Pictures
"""What media is read from."""


@overload
def open_media(path: str) -> InputContainer: ...


@overload
def open_media(path: str, sequence: ImageSequence | None) -> Container: ...


def open_media(path: str, sequence: ImageSequence | None = None) -> Container:
    """Opens a regular local file, or the pictures of a sequence.

    The name is taken literally (``file:``, no pattern), and what a playlist inside the file names
    beyond local files is refused: reading media never touches the network.

    Raises:
        MediaUnreadable: a folder, a device, or an empty file.
        OSError: what the operating system says (see :mod:`shotlog.media.container.errors`).
        av.FFmpegError: what FFmpeg says.
    """
    if sequence is not None:
        return Pictures(sequence)
    facts = Path(path).stat()
    if stat.S_ISDIR(facts.st_mode):
        raise MediaUnreadable(path, "this is a folder, not a media file")
    if not stat.S_ISREG(facts.st_mode):
        raise MediaUnreadable(path, "this is not a regular file")
    if not facts.st_size:
        raise MediaUnreadable(path, "the file is empty")
    options = {"protocol_whitelist": "file", "pattern_type": "none"}
    return av.open(f"file:{path}", "r", options=options, metadata_errors="replace")


def picture_stream(container: Container, index: int, path: str) -> VideoStream:
    """The picture stream that was chosen, in a file that is opened again.

    Raises:
        MediaUnreadable: the file has no such stream any more.
    """
    return _stream(container.streams.video, index, path)


def sound_stream(container: InputContainer, index: int, path: str) -> AudioStream:
    """The sound stream that was chosen, in a file that is opened again.

    Raises:
        MediaUnreadable: the file has no such stream any more.
    """
    return _stream(container.streams.audio, index, path)


def _stream(streams: Sequence[_StreamT], index: int, path: str) -> _StreamT:
    for stream in streams:
        if stream.index == index and stream.codec_context is not None:
            return stream
    raise MediaUnreadable(path, f"stream {index} is gone; the file was changed while it was read")


def is_item(container: Container, stream: VideoStream) -> bool:
    """Whether it is a picture of an AVIF or HEIC file, which FFmpeg reads as QuickTime.

    Such an item has a stream of one packet and, other than a track, no duration.
    """
    quicktime = "mov" in container.format.name.split(",")
    return quicktime and stream.frames == 1 and stream.duration is None


def only(container: Container, *streams: Stream) -> None:
    """Has the demuxer give these streams and skip every other."""
    kept = {stream.index for stream in streams}
    for stream in container.streams:
        stream.discard = Discard.default if stream.index in kept else Discard.all


def demuxed(
    container: Container, stream: Stream, breaks: Sequence[Break] = ()
) -> Iterator[Packet[Any]]:
    """The packets of one stream from here on, then the empty one that drains the decoder.

    With breaks, the file must be read from its start; stamps then go on over them.

    Where a damaged transport stream announces a new stream midway, PyAV 18.1 fails with an
    IndexError after the last packet; that is the end like any other.
    """
    try:
        packets = container.demux(cast(VideoStream, stream))
        yield from folded(packets, breaks) if breaks else packets
    except IndexError:
        return


def decoded(
    container: Container,
    stream: Stream,
    kind: type[_FrameT],
    breaks: Sequence[Break] = (),
) -> Iterator[_FrameT]:
    """Whatever can be decoded of one stream from here on; stops where the file cannot be read."""
    try:
        for packet in demuxed(container, stream, breaks):
            try:
                frames: list[Any] = packet.decode()
            except FFmpegError:
                continue
            yield from (frame for frame in frames if isinstance(frame, kind))
    except FFmpegError:
        return


def make_ready(stream: VideoStream, threads: int = 0, *, reference: bool = False) -> None:
    """Sets up the picture decoder: threads as it likes, damaged pictures are given too.

    Args:
        stream: The stream, before anything of it is decoded.
        threads: Threads of the decoder; 0 lets FFmpeg choose.
        reference: Whether frames that no other refers to are left out.
    """
    context = stream.codec_context
    if reference:
        context.skip_frame = "NONREF"
    context.thread_count = threads
    context.thread_type = ThreadType.AUTO
    context.flags |= Flags.output_corrupt
    as_displayed(context)
