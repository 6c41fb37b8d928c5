"""Opens media files and hands out the packets and pictures of their streams."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

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

from shotlog.schema.errors import MediaUnreadable
from shotlog.schema.media import ImageSequence

_FrameT = TypeVar("_FrameT", VideoFrame, AudioFrame)
_StreamT = TypeVar("_StreamT", VideoStream, AudioStream)


def open_media(path: str, sequence: ImageSequence | None = None) -> InputContainer:
    """Opens a regular local file, or the pictures of a sequence.

    The name is taken literally (``file:``), and what a playlist inside the file names beyond local
    files is refused: reading media never touches the network.

    Raises:
        MediaUnreadable: a folder, a device, or an empty file.
        OSError: what the operating system says (see :mod:`shotlog.media.border`).
        av.FFmpegError: what FFmpeg says.
    """
    facts = Path(path).stat()
    if stat.S_ISDIR(facts.st_mode):
        raise MediaUnreadable(path, "this is a folder, not a media file")
    if not stat.S_ISREG(facts.st_mode):
        raise MediaUnreadable(path, "this is not a regular file")
    if not facts.st_size:
        raise MediaUnreadable(path, "the file is empty")
    options = {"protocol_whitelist": "file"}
    if sequence is None:
        return av.open(f"file:{path}", "r", options=options, metadata_errors="replace")
    return av.open(
        f"file:{sequence.pattern}",
        "r",
        format="image2",
        options=options
        | {
            "pattern_type": "sequence",
            "start_number": str(sequence.first),
            "framerate": str(sequence.rate),
        },
        metadata_errors="replace",
    )


def picture_stream(container: InputContainer, index: int, path: str) -> VideoStream:
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


def only(container: InputContainer, *streams: Stream) -> None:
    """Has the demuxer give these streams and skip every other."""
    kept = {stream.index for stream in streams}
    for stream in container.streams:
        stream.discard = Discard.default if stream.index in kept else Discard.all


def demuxed(container: InputContainer, stream: Stream) -> Iterator[Packet[Any]]:
    """The packets of one stream from here on, then the empty one that drains the decoder.

    Where a damaged transport stream announces a new stream midway, PyAV 18.1 fails with an
    IndexError after the last packet; that is the end like any other.
    """
    try:
        yield from container.demux(stream)
    except IndexError:
        return


def decoded(container: InputContainer, stream: Stream, kind: type[_FrameT]) -> Iterator[_FrameT]:
    """Whatever can be decoded of one stream from here on; stops where the file cannot be read."""
    try:
        for packet in demuxed(container, stream):
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
    if context.name == "exr":  # linear light would come out nearly black
        context.options = {"apply_trc": "iec61966_2_1"}
