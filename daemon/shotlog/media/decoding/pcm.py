"""Random access to the sound of a file, mixed to one channel, at its own rate."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import closing
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as SoundStream
from av.container import InputContainer
from av.error import FFmpegError

from shotlog.media.container import decode_stream, open_media, select_streams, sound_stream
from shotlog.media.decoding.downmix import mix_to_mono
from shotlog.schema import AudioStream, Media, Samples

_SEGMENT = 30
"""Seconds that are decoded at a time."""

_MAX_KEPT = 2
"""Segments kept in memory: a cell may lie in two."""

_PREROLL = (Fraction(1), Fraction(10))
"""Seconds that are decoded before a segment and discarded: the second where the first yields
nothing before it. Overlapped transforms, band replication and bit reservoirs settle well within
one second."""

JITTER = Fraction(1, 200)
"""Seconds by which a timestamp may differ from the count of samples because it is rounded; a
larger difference is a gap."""


class _Block(NamedTuple):
    """Decoded samples; ``at`` is the number of the first, counted from media time 0."""

    at: int
    samples: Samples


class _Segment(NamedTuple):
    """The samples of a segment; ``ended`` is true where the sound ends in it."""

    samples: Samples
    ended: bool


class ChannelReader:
    """Reader of one channel by the number of its samples from media time 0, at the file's rate.

    Samples do not depend on what else is read. Decoders keep state (AAC's noise, dither, bit
    reservoirs), so sound is always decoded in the same segments of 30 s, each by a new decoder
    with the same preroll. Containers whose clock is coarser than a sample (Matroska, WebM, FLV:
    milliseconds) do not give the exact sample after a seek; they are decoded from the start, as
    are files whose timestamps start again midway.

    Positions are exact to half a sample of the file's rate.

    Memory: two segments (11.5 MB at 48 kHz) and one decoded block.

    A context manager.
    """

    def __init__(
        self, media: Media, audio: AudioStream, mix: Callable[[AudioFrame], Samples] = mix_to_mono
    ) -> None:
        """Prepare to read the sound stream of a file.

        Args:
            media: The description of the file by :func:`~shotlog.media.probe`.
            audio: Its sound stream.
            mix: Makes one channel of all.
        """
        self._mix = mix
        self.rate = audio.rate
        self._path = media.path
        self._index = audio.index
        self._start = audio.start
        self._breaks = audio.breaks
        self._size = _SEGMENT * audio.rate
        self._segments: OrderedDict[int, _Segment] = OrderedDict()
        self._zero: Fraction | None = None
        self._from_start = False
        self._running: _BlockReader | None = None  # of files that are decoded from the start
        self._next = 0  # the segment that it yields next

    def __enter__(self) -> ChannelReader:
        with open_media(self._path, pictures=False) as container:
            stream = self._stream(container)
            first = next(decode_stream(container, stream, AudioFrame), None)
            if first is not None:
                self._zero = _time(first, stream) - self._start
            # A timestamp coarser than a sample does not place samples exactly after a seek.
            tick = stream.time_base or Fraction(1)
            self._from_start = bool(self._breaks) or tick > Fraction(1, self.rate)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._segments.clear()

    def read(self, start: int, stop: int) -> Samples:
        """Return samples [start, stop), 0 <= start, with silence in gaps; fewer at the end."""
        parts: list[Samples] = []
        for number in range(start // self._size, -(-stop // self._size)):
            segment = self._segment(number)
            offset = number * self._size
            parts.append(segment.samples[max(0, start - offset) : stop - offset])
            if segment.ended:
                break
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _segment(self, number: int) -> _Segment:
        """Return a segment, from memory or decoded."""
        if number not in self._segments:
            decode = self._decode_in_order if self._from_start else self._decode_separately
            self._segments[number] = decode(number)
        self._segments.move_to_end(number)
        while len(self._segments) > _MAX_KEPT:
            self._segments.popitem(last=False)
        return self._segments[number]

    def _decode_separately(self, number: int) -> _Segment:
        """Decode a segment by a decoder of its own."""
        start = number * self._size
        for preroll in _PREROLL if number else ():
            # Closed at once: a generator that is merely dropped may keep its file open for a while.
            with closing(self._blocks(Fraction(start, self.rate) - preroll)) as blocks:
                first = next(blocks, None)
                if first is not None and first.at <= start:
                    blocks.put_back(first)
                    return blocks.segment(start, self._size)
        with closing(self._blocks(None)) as blocks:
            return blocks.segment(start, self._size)

    def _decode_in_order(self, number: int) -> _Segment:
        """Decode a segment by the decoder that runs from the start of the file."""
        if self._running is None or number < self._next:
            self._stop()
            self._running, self._next = self._blocks(None), 0
        while self._next < number:
            self._running.segment(self._next * self._size, self._size)
            self._next += 1
        self._next += 1
        return self._running.segment(number * self._size, self._size)

    def _stop(self) -> None:
        """Close the decoder that runs from the start."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _blocks(self, moment: Fraction | None) -> _BlockReader:
        """Return the blocks from the start, or from shortly before a moment."""
        return _BlockReader(self._decode(moment))

    def _decode(self, moment: Fraction | None) -> Generator[_Block]:
        """Yield blocks in order, from the start or from shortly before a moment."""
        with open_media(self._path, pictures=False) as container:
            stream = self._stream(container)
            if moment is not None:
                try:
                    timestamp = (moment + (self._zero or 0)) // (stream.time_base or Fraction(1))
                    container.seek(timestamp, stream=stream)
                # The caller then tries again from further back, or from the start.
                except FFmpegError:
                    return
            # Samples are counted; a timestamp decides at the start and after a gap alone.
            follows: int | None = None
            for frame in decode_stream(container, stream, AudioFrame, self._breaks):
                at = 0 if follows is None else follows
                if frame.pts is not None:
                    stamped = round((_time(frame, stream) - (self._zero or 0)) * self.rate)
                    if follows is None or abs(stamped - follows) > JITTER * self.rate:
                        at = stamped
                follows = at + frame.samples
                yield _Block(at, self._mix(frame))

    def _stream(self, container: InputContainer) -> SoundStream:
        """Return the sound stream, with all others discarded."""
        stream = sound_stream(container, self._index, self._path)
        select_streams(container, stream)
        return stream


class _BlockReader:
    """Iterator over decoded blocks into which one can be put back."""

    def __init__(self, source: Generator[_Block]) -> None:
        self._source = source
        self._returned: list[_Block] = []

    def __iter__(self) -> _BlockReader:
        return self

    def __next__(self) -> _Block:
        return self._returned.pop() if self._returned else next(self._source)

    def put_back(self, block: _Block) -> None:
        """Have the next step return this block."""
        self._returned.append(block)

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def segment(self, start: int, size: int) -> _Segment:
        """Return the next segment.

        Blocks before it are dropped; a block that extends beyond it is put back.

        Args:
            start: Number of its first sample.
            size: Number of its samples.
        """
        samples, end = np.zeros(size, np.float32), 0
        for block in self:
            offset = block.at - start
            if offset >= size:
                self.put_back(block)
                return _Segment(samples, ended=False)
            piece = block.samples[max(0, -offset) : size - offset]
            at = max(0, offset)
            samples[at : at + len(piece)] = piece
            end = max(end, at + len(piece))
            if offset + len(block.samples) > size:
                self.put_back(block)
                return _Segment(samples, ended=False)
        return _Segment(samples[:end], ended=True)


def _time(frame: AudioFrame, stream: SoundStream) -> Fraction:
    """Return the time of a frame on the container's clock, in seconds."""
    return (frame.pts or 0) * (frame.time_base or stream.time_base or Fraction(1))
