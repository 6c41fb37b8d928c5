"""Decoding of image sequences, with the interface of a PyAV container."""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
from av.codec.context import Flags
from av.container import InputContainer
from av.container.streams import StreamContainer
from av.error import FFmpegError, InvalidDataError
from av.format import ContainerFormat
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.images.numbered_files import count_slots, describe_missing, list_sequence_files
from shotlog.schema import ImageSequence

_INVALID_DATA = 1094995529
"""AVERROR_INVALIDDATA, without its sign."""

_MAX_AHEAD_BYTES = 1 << 30
"""Memory for pictures that are decoded ahead: seven of 4096 x 2160 in floats; HD is limited by
``_MAX_THREADS`` alone."""

_MAX_THREADS = 16


class PicturePacket:
    """One picture of a sequence, with the interface of a PyAV packet."""

    is_keyframe, is_discard, is_corrupt = True, False, False

    def __init__(self, index: int, base: Fraction, picture: Future[VideoFrame]) -> None:
        """Wrap a picture that is being decoded.

        Args:
            index: Its index in the sequence, which is its timestamp.
            base: Seconds per tick.
            picture: The decoded picture, once it is ready.
        """
        self.pts = self.dts = index
        self.time_base = base
        self._picture = picture

    def decode(self) -> list[VideoFrame]:
        """Return the picture.

        Raises:
            av.FFmpegError: it cannot be read or decoded.
        """
        try:
            return [self._picture.result()]
        except FFmpegError:
            raise
        except OSError as error:
            # Callers treat an unreadable picture of a sequence like a damaged packet of a film.
            raise InvalidDataError(_INVALID_DATA, str(error)) from error


class SequenceReader:
    """An image sequence, with the part of the interface of PyAV's containers that is used here.

    Picture number n has the timestamp ``(n - first) / step``, whichever others exist. The pictures
    are independent of each other, so they are decoded in parallel, one decoder per thread, as many
    ahead as fit into the memory limit.

    A context manager.

    Attributes:
        head: The first picture that can be opened, as a file of its own.
        rate: Pictures per second.
        slots: Number of pictures, including the missing ones.
        warnings: A warning about missing pictures, or nothing.
        stride: Of the pictures that exist, only the first and every so many after it are decoded.
            It may be set before pictures are asked for.
    """

    # FFmpeg's own demuxer (image2) is not used: it ends at the first gap, and with frame threads
    # the decoder loses good pictures after a damaged one.

    def __init__(self, sequence: ImageSequence) -> None:
        """List the pictures and open the first that can be opened.

        Raises:
            OSError: no picture exists, or the folder cannot be read.
            av.FFmpegError: no picture can be opened.
        """
        files = list_sequence_files(sequence)
        if not files:
            raise FileNotFoundError(sequence.pattern)
        numbers, self._files = zip(*files, strict=True)
        self.rate, self.slots = sequence.rate, count_slots(sequence, numbers)
        self.warnings = describe_missing(sequence, numbers)
        self._indices: list[int] = [(n - sequence.first) // sequence.step for n in numbers]
        self._base: Fraction = 1 / sequence.rate
        self.stride = 1
        self._next = 0
        self.head = _open_first(self._files, sequence.rate)
        # A decoder must not be used by two threads at once.
        self._contexts = threading.local()
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> SequenceReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the pictures that are being decoded, then close all files."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self.head.close()

    @property
    def streams(self) -> StreamContainer:
        """The streams of the first picture."""
        return self.head.streams

    @property
    def format(self) -> ContainerFormat:
        """The format of the first picture."""
        return self.head.format

    @property
    def first_time(self) -> Fraction:
        """Time in seconds of the first picture that exists."""
        return self._base * self._indices[0]

    def seek(self, offset: int, *, stream: Stream) -> None:
        """Move to the last decoded picture at or before a timestamp, or to the first picture."""
        last = max(0, bisect_right(self._indices, offset) - 1)
        self._next = last // self.stride * self.stride

    def demux(self, stream: VideoStream) -> Iterator[Any]:
        """Yield the pictures from the current position."""
        ahead: deque[tuple[PicturePacket, Future[VideoFrame]]] = deque()
        # The number of pictures decoded ahead doubles with each that is taken, so that a caller of
        # a single picture after a seek does not wait for others.
        lead, self._pool = 1, self._pool or ThreadPoolExecutor(_thread_count(), "pictures")
        limit = min(
            _thread_count(), max(1, _MAX_AHEAD_BYTES // _picture_bytes(stream.codec_context))
        )
        try:
            while True:
                while self._next < len(self._files) and len(ahead) < lead:
                    index, file = self._indices[self._next], self._files[self._next]
                    future = self._pool.submit(self._decode, file, index, stream)
                    ahead.append((PicturePacket(index, self._base, future), future))
                    self._next += self.stride
                if not ahead:
                    return
                yield ahead.popleft()[0]
                lead = min(2 * lead, limit)
        finally:
            for _, future in ahead:
                future.cancel()

    def _decode(self, file: Path, index: int, stream: VideoStream) -> VideoFrame:
        """Decode one picture, in a thread of the pool."""
        context: VideoCodecContext | None = getattr(self._contexts, "own", None)
        if context is None:
            name = stream.codec_context.codec.name
            context = cast(VideoCodecContext, av.CodecContext.create(name, "r"))
            # The pool already decodes several pictures at a time.
            context.thread_count = 1
            context.flags |= Flags.output_corrupt
            apply_display_transfer(context)
            self._contexts.own = context
        # A drained decoder takes no packet until it is flushed.
        context.flush_buffers()
        frames = [*context.decode(_packet(file)), *context.decode(None)]
        if not frames:
            raise InvalidDataError(_INVALID_DATA, "there is no picture in it", str(file))
        frames[0].pts, frames[0].time_base = index, self._base
        return frames[0]


def apply_display_transfer(context: VideoCodecContext) -> None:
    """Have the OpenEXR decoder convert linear light to sRGB; other decoders are left alone.

    Unconverted, pictures of linear light come out nearly black.
    """
    if context.name == "exr":
        context.options = {"apply_trc": "iec61966_2_1"}


def _open_first(files: Sequence[Path], rate: Fraction) -> InputContainer:
    """Open the first picture that can be opened.

    Raises:
        av.FFmpegError: none can be opened; the error is that of the last.
    """
    for file in files:
        try:
            return av.open(
                f"file:{file}",
                "r",
                format="image2",
                options={
                    "protocol_whitelist": "file",
                    "pattern_type": "none",  # a "%" in the name is no pattern
                    "framerate": str(rate),
                },
                metadata_errors="replace",
            )
        except FFmpegError as failure:
            error = failure
    raise error


def _packet(file: Path) -> Packet[Any]:
    """Read a file as one packet.

    Raises:
        av.FFmpegError: the file became shorter while it was read.
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        packet: Packet[Any] = Packet(os.fstat(opened.fileno()).st_size)
        if not packet.size or opened.readinto(memoryview(packet)) < packet.size:
            raise InvalidDataError(_INVALID_DATA, "the file is shorter than it was", str(file))
    packet.is_keyframe = True  # else FFmpeg's PNG decoder adds a PNG to the picture before
    return packet


def _thread_count() -> int:
    return min(os.cpu_count() or 1, _MAX_THREADS)


def _picture_bytes(context: VideoCodecContext) -> int:
    """Return the size of one decoded picture in memory, at least 1."""
    bits = context.format.padded_bits_per_pixel if context.format else 32
    return max(1, context.width * context.height * bits // 8)
