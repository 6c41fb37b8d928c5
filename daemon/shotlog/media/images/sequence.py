"""Reads image sequences: numbered pictures, some of which may be missing, empty or damaged."""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

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

from shotlog.schema import ImageSequence

_NUMBER = re.compile(r"%0?(\d*)d")
_DAMAGED = 1094995529
"""AVERROR_INVALIDDATA, without its sign."""

_AHEAD_BYTES = 1 << 30
"""Of pictures that are decoded ahead: seven of 4096 x 2160 in floats, any number of HD."""

_MOST_AHEAD = 16
_MOST_NAMED = 8
"""Runs of numbers that a warning names."""


class NumberedName(NamedTuple):
    """A pattern's parts: ``/shots/a.%04d.exr`` is ``("/shots", "a.", 4, ".exr")``."""

    folder: str
    prefix: str
    width: int
    suffix: str

    @classmethod
    def of(cls, pattern: str) -> NumberedName:
        """Takes a pattern apart.

        Raises:
            FileNotFoundError: no number stands in its name, so it names no file of a sequence.
        """
        folder, name = os.path.split(pattern)
        number = _NUMBER.search(name.replace("%%", "\0\0"))
        if number is None:
            raise FileNotFoundError(pattern)
        prefix, suffix = name[: number.start()], name[number.end() :]
        folder, prefix, suffix = (text.replace("%%", "%") for text in (folder, prefix, suffix))
        return cls(folder or ".", prefix, int(number[1] or 0), suffix)

    def number(self, name: str) -> int | None:
        """The number in the name of a file; None where the file is not of the sequence."""
        digits = name.removeprefix(self.prefix).removesuffix(self.suffix)
        if len(digits) + len(self.prefix) + len(self.suffix) != len(name):
            return None
        if not (digits.isascii() and digits.isdigit()):
            return None
        number = int(digits)
        return number if digits == f"{number:0{self.width}d}" else None


def sequence_files(sequence: ImageSequence) -> list[tuple[int, Path]]:
    """The pictures of a sequence that are there, with their numbers, in order.

    The folder is listed once. Empty files are not pictures. Numbers beyond the last that the
    timeline tells belong to the sequence as far as they follow it without a hole. Letters that
    are composed in the one and decomposed in the other, as macOS does, are the same.

    Raises:
        OSError: the folder cannot be listed.
    """
    name = NumberedName.of(unicodedata.normalize("NFC", sequence.pattern))
    folder = NumberedName.of(sequence.pattern).folder
    found: dict[int, Path] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            number = name.number(unicodedata.normalize("NFC", entry.name))
            if number is not None and entry.is_file() and entry.stat().st_size:
                found[number] = Path(entry.path)
    return [(number, found[number]) for number in _belonging(sorted(found), sequence)]


def _belonging(numbers: Iterable[int], sequence: ImageSequence) -> Iterator[int]:
    end = sequence.last
    for number in numbers:
        index, between = divmod(number - sequence.first, sequence.step)
        if index < 0 or between:
            continue
        if end is not None and number > end:
            if number > end + sequence.step:
                return
            end = number
        yield number


def _slots(sequence: ImageSequence, numbers: Sequence[int]) -> int:
    """How many pictures the sequence has, those that are missing included."""
    last = max(numbers[-1], sequence.last or 0)
    return (last - sequence.first) // sequence.step + 1


def _missing(sequence: ImageSequence, numbers: Sequence[int]) -> tuple[str, ...]:
    """The pictures that are not there, in words; nothing where all are."""
    step = sequence.step
    end = sequence.first + _slots(sequence, numbers) * step
    edges = pairwise((sequence.first - step, *numbers, end))
    holes = [range(a + step, b, step) for a, b in edges if b - a > step]
    if not holes:
        return ()
    one = len(holes) == 1 and len(holes[0]) == 1
    held = "; the one before is held" if holes[-1][0] > sequence.first else ""
    return (f"{_named(holes)} of the sequence {'is' if one else 'are'} missing or empty{held}",)


def damaged(sequence: ImageSequence, indices: Iterable[int]) -> str | None:
    """Pictures that could not be decoded, by their places in the sequence, in words."""
    runs: list[range] = []
    for number in sorted(sequence.first + index * sequence.step for index in set(indices)):
        if runs and number == runs[-1].stop:
            runs[-1] = range(runs[-1].start, number + sequence.step, sequence.step)
        else:
            runs.append(range(number, number + sequence.step, sequence.step))
    return f"{_named(runs)} of the sequence could not be decoded" if runs else None


def _named(runs: Sequence[range]) -> str:
    """``pictures 1030, 1042-1045 and 60 more``."""
    names = [str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs[:_MOST_NAMED]]
    rest = sum(map(len, runs[_MOST_NAMED:]))
    one = len(runs) == 1 and len(runs[0]) == 1
    more = f" and {rest} more" if rest else ""
    return f"picture{'' if one else 's'} {', '.join(names)}{more}"


class PicturePacket:
    """One picture of a sequence, to be decoded as PyAV's packets of films are."""

    is_keyframe, is_discard, is_corrupt = True, False, False

    def __init__(self, index: int, base: Fraction, picture: Future[VideoFrame]) -> None:
        self.pts = self.dts = index
        self.time_base = base
        self._picture = picture

    def decode(self) -> list[VideoFrame]:
        """The picture; raises ``av.FFmpegError`` where it cannot be read or decoded."""
        try:
            return [self._picture.result()]
        except FFmpegError:
            raise
        except OSError as error:
            raise InvalidDataError(_DAMAGED, str(error)) from error


class Pictures:
    """An image sequence, to be read as a film is read from a container of PyAV.

    FFmpeg's own demuxer ends at the first hole. Here picture number n has the timestamp
    ``(n - first) / step`` whatever else is there, and each stands for itself: they are decoded
    side by side, a decoder for each thread, as many ahead as fit into the memory.

    A context manager.

    Attributes:
        head: The first picture that can be opened, as a file of its own.
        rate: Pictures per second.
        slots: How many pictures there are, those that are missing included.
        missing: Those that are not there, in words.
    """

    def __init__(self, sequence: ImageSequence) -> None:
        """Lists the pictures and opens the first that can be opened.

        Raises:
            OSError: not one picture is there, or the folder cannot be read.
            av.FFmpegError: not one picture can be opened.
        """
        files = sequence_files(sequence)
        if not files:
            raise FileNotFoundError(sequence.pattern)
        numbers, self._files = zip(*files, strict=True)
        self.rate, self.slots = sequence.rate, _slots(sequence, numbers)
        self.missing = _missing(sequence, numbers)
        self._indices: list[int] = [(n - sequence.first) // sequence.step for n in numbers]
        self._base: Fraction = 1 / sequence.rate
        self._next = 0
        self.head = _first_that_opens(self._files, sequence.rate)
        self._contexts = threading.local()
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Waits for what is being decoded and closes all."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self.head.close()

    @property
    def streams(self) -> StreamContainer:
        """The streams of the first picture."""
        return self.head.streams

    @property
    def format(self) -> ContainerFormat:
        """That of the first picture."""
        return self.head.format

    @property
    def late(self) -> Fraction:
        """When the first picture that is there is shown."""
        return self._base * self._indices[0]

    def seek(self, offset: int, *, stream: Stream) -> None:
        """Goes on at the last picture that is not later than a timestamp, else at the first."""
        self._next = max(0, bisect_right(self._indices, offset) - 1)

    def demux(self, stream: VideoStream) -> Iterator[Any]:
        """The pictures from here on. More and more are decoded ahead, as long as they are asked."""
        ahead: deque[tuple[PicturePacket, Future[VideoFrame]]] = deque()
        lead, self._pool = 1, self._pool or ThreadPoolExecutor(_threads(), "pictures")
        most = min(_threads(), max(1, _AHEAD_BYTES // _bytes(stream.codec_context)))
        try:
            while True:
                while self._next < len(self._files) and len(ahead) < lead:
                    index, file = self._indices[self._next], self._files[self._next]
                    future = self._pool.submit(self._picture, file, index, stream)
                    ahead.append((PicturePacket(index, self._base, future), future))
                    self._next += 1
                if not ahead:
                    return
                yield ahead.popleft()[0]
                lead = min(2 * lead, most)
        finally:
            for _, future in ahead:
                future.cancel()

    def _picture(self, file: Path, index: int, stream: VideoStream) -> VideoFrame:
        """Decodes one picture, in a thread of the pool."""
        context: VideoCodecContext | None = getattr(self._contexts, "own", None)
        if context is None:
            name = stream.codec_context.codec.name
            context = cast(VideoCodecContext, av.CodecContext.create(name, "r"))
            context.thread_count = 1
            context.flags |= Flags.output_corrupt
            as_displayed(context)
            self._contexts.own = context
        context.flush_buffers()
        frames = [*context.decode(_packet(file)), *context.decode(None)]
        if not frames:
            raise InvalidDataError(_DAMAGED, "there is no picture in it", str(file))
        frames[0].pts, frames[0].time_base = index, self._base
        return frames[0]


def as_displayed(context: VideoCodecContext) -> None:
    """Has OpenEXR's linear light made into what a display shows; it would come out nearly black."""
    if context.name == "exr":
        context.options = {"apply_trc": "iec61966_2_1"}


def _first_that_opens(files: Sequence[Path], rate: Fraction) -> InputContainer:
    for file in files:
        try:
            return av.open(
                f"file:{file}",
                "r",
                format="image2",
                options={
                    "protocol_whitelist": "file",
                    "pattern_type": "none",
                    "framerate": str(rate),
                },
                metadata_errors="replace",
            )
        except FFmpegError as failure:
            error = failure
    raise error


def _packet(file: Path) -> Packet[Any]:
    with file.open("rb") as opened:
        packet: Packet[Any] = Packet(os.fstat(opened.fileno()).st_size)
        if not packet.size or opened.readinto(memoryview(packet)) < packet.size:
            raise InvalidDataError(_DAMAGED, "the file is shorter than it was", str(file))
    packet.is_keyframe = True  # else FFmpeg adds a PNG to the one before
    return packet


def _threads() -> int:
    return min(os.cpu_count() or 1, _MOST_AHEAD)


def _bytes(context: VideoCodecContext) -> int:
    """Of one decoded picture, at the least one."""
    bits = context.format.padded_bits_per_pixel if context.format else 32
    return max(1, context.width * context.height * bits // 8)
