"""The sound of a file as one line of mono samples at its own rate, whatever is read of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator
from contextlib import closing
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as SoundStream
from av.container import InputContainer
from av.error import FFmpegError

from shotlog.media.container import decoded, only, open_media, sound_stream
from shotlog.media.decoding.downmix import to_mono
from shotlog.schema import AudioStream, Media, Samples

_SEGMENT = 30
"""Seconds that are decoded in one go."""

_KEPT = 2
"""Segments kept: a cell may straddle two."""

_PREROLL = (Fraction(1), Fraction(10))
"""Seconds that are decoded before a segment and thrown away. Overlapped transforms, band
replication and bit reservoirs have settled well within one."""

_JITTER = Fraction(1, 200)
"""Timestamps this close to the count of samples are taken for rounded; others mean a gap."""


class _Block(NamedTuple):
    """Some decoded samples; ``at`` is the first one's number from media time 0."""

    at: int
    samples: Samples


class _Segment(NamedTuple):
    samples: Samples
    ended: bool


class SoundLine:
    """Mono samples of a file by their number from media time 0, at the file's own rate.

    What is read never depends on what else is read. Decoders carry state on (AAC's noise, dither,
    bit reservoirs), so sound is always decoded in the same segments of 30 s, each by a fresh
    decoder with the same run-up. Containers whose clock is coarser than a sample (Matroska, WebM,
    FLV: milliseconds) cannot place a sample after a seek; they are decoded from the start, as are
    files whose timestamps start again midway.

    Positions are exact to half a sample of the file's rate.

    Memory: two segments (11.5 MB at 48 kHz) and one decoded block.
    """

    def __init__(self, media: Media, audio: AudioStream) -> None:
        self.rate = audio.rate
        self._path = media.path
        self._index = audio.index
        self._start = audio.start
        self._breaks = audio.breaks
        self._size = _SEGMENT * audio.rate
        self._segments: OrderedDict[int, _Segment] = OrderedDict()
        self._zero: Fraction | None = None
        self._from_start = False
        self._running: _Blocks | None = None
        self._next = 0

    def __enter__(self) -> SoundLine:
        with open_media(self._path) as container:
            stream = self._stream(container)
            first = next(decoded(container, stream, AudioFrame), None)
            if first is not None:
                self._zero = _time(first, stream) - self._start
            tick = stream.time_base or Fraction(1)
            self._from_start = bool(self._breaks) or tick > Fraction(1, self.rate)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._segments.clear()

    def read(self, start: int, stop: int) -> Samples:
        """Samples [start, stop) with 0 <= start; silence in gaps; shorter where the sound ends."""
        parts: list[Samples] = []
        for number in range(start // self._size, -(-stop // self._size)):
            segment = self._segment(number)
            offset = number * self._size
            parts.append(segment.samples[max(0, start - offset) : stop - offset])
            if segment.ended:
                break
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _segment(self, number: int) -> _Segment:
        if number not in self._segments:
            segment = self._passing if self._from_start else self._fresh
            self._segments[number] = segment(number)
        self._segments.move_to_end(number)
        while len(self._segments) > _KEPT:
            self._segments.popitem(last=False)
        return self._segments[number]

    def _fresh(self, number: int) -> _Segment:
        """The segment, by a decoder of its own."""
        start = number * self._size
        for preroll in _PREROLL if number else ():
            with closing(self._blocks(Fraction(start, self.rate) - preroll)) as blocks:
                first = next(blocks, None)
                if first is not None and first.at <= start:
                    blocks.back(first)
                    return blocks.segment(start, self._size)
        with closing(self._blocks(None)) as blocks:
            return blocks.segment(start, self._size)

    def _passing(self, number: int) -> _Segment:
        """The segment, when the decoder that runs from the start comes to it."""
        if self._running is None or number < self._next:
            self._stop()
            self._running, self._next = self._blocks(None), 0
        while self._next < number:
            self._running.segment(self._next * self._size, self._size)
            self._next += 1
        self._next += 1
        return self._running.segment(number * self._size, self._size)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None

    def _blocks(self, moment: Fraction | None) -> _Blocks:
        return _Blocks(self._decoded(moment))

    def _decoded(self, moment: Fraction | None) -> Generator[_Block]:
        """Blocks in order, from the start or from shortly before a moment."""
        with open_media(self._path) as container:
            stream = self._stream(container)
            if moment is not None:
                try:
                    place = (moment + (self._zero or 0)) // (stream.time_base or Fraction(1))
                    container.seek(place, stream=stream)
                except FFmpegError:
                    return
            follows: int | None = None
            for frame in decoded(container, stream, AudioFrame, self._breaks):
                at = 0 if follows is None else follows
                if frame.pts is not None:
                    stamped = round((_time(frame, stream) - (self._zero or 0)) * self.rate)
                    if follows is None or abs(stamped - follows) > _JITTER * self.rate:
                        at = stamped
                follows = at + frame.samples
                yield _Block(at, to_mono(frame))

    def _stream(self, container: InputContainer) -> SoundStream:
        stream = sound_stream(container, self._index, self._path)
        only(container, stream)
        return stream


class _Blocks:
    """Decoded blocks, of which one can be put back."""

    def __init__(self, source: Generator[_Block]) -> None:
        self._source = source
        self._returned: list[_Block] = []

    def __iter__(self) -> _Blocks:
        return self

    def __next__(self) -> _Block:
        return self._returned.pop() if self._returned else next(self._source)

    def back(self, block: _Block) -> None:
        """Gives the block again with the next step."""
        self._returned.append(block)

    def close(self) -> None:
        """Closes the file."""
        self._source.close()

    def segment(self, start: int, size: int) -> _Segment:
        """The next segment; blocks before it are dropped, the one that goes beyond is put back."""
        samples, end = np.zeros(size, np.float32), 0
        for block in self:
            offset = block.at - start
            if offset >= size:
                self.back(block)
                return _Segment(samples, ended=False)
            piece = block.samples[max(0, -offset) : size - offset]
            place = max(0, offset)
            samples[place : place + len(piece)] = piece
            end = max(end, place + len(piece))
            if offset + len(block.samples) > size:
                self.back(block)
                return _Segment(samples, ended=False)
        return _Segment(samples[:end], ended=True)


def _time(frame: AudioFrame, stream: SoundStream) -> Fraction:
    return (frame.pts or 0) * (frame.time_base or stream.time_base or Fraction(1))
