"""The sound of a film: its clips mixed into one stereo track, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from shotlog.media.decoding import read_stereo
from shotlog.schema import LevelKey, Media, Samples, TimeMap, TimeRange

SOUND_RATE: Final = 48_000
"""Samples per second of finished files."""
_BLOCK: Final = Fraction(5)
"""Seconds that are mixed at once."""
_SLOWEST, _FASTEST = Fraction(1, 100), Fraction(100)
"""Speeds between which sound is heard; beyond them it would be a rumble or a chirp."""


@dataclass(frozen=True)
class SoundPart:
    """A file that is heard over a stretch of a timeline.

    Attributes:
        name: Its name, for people.
        media: The file.
        range: The stretch, on the timeline's clock.
        time_map: Between media time and the timeline.
        levels: Its level over time, on the timeline's clock; empty for 1.
        fade_in: The range in which it is faded in, with equal power; None for none.
        fade_out: The range in which it is faded out.
    """

    name: str
    media: Media
    range: TimeRange
    time_map: TimeMap
    levels: tuple[LevelKey, ...] = ()
    fade_in: TimeRange | None = None
    fade_out: TimeRange | None = None


def mix_sound(parts: Sequence[SoundPart], span: TimeRange) -> Iterator[Samples]:
    """Yield the sound of a range of a timeline, block by block.

    Sound follows the speed of its clip, with its pitch, as tape does; backwards it is reversed,
    and a freeze frame is silent. Nothing is limited: samples may exceed 1.

    Memory: a few blocks for each part that is heard at one moment.

    Args:
        parts: What is heard.
        span: The range.

    Yields:
        (2, n) float32, left and right, at :data:`SOUND_RATE`.

    Raises:
        MediaError: A file can no longer be read.
    """
    waiting = sorted(parts, key=lambda part: part.range.start)
    running: list[_RunningPart] = []
    at, last = 0, round(span.duration * SOUND_RATE)
    length = round(_BLOCK * SOUND_RATE)
    while at < last:
        end = min(at + length, last)
        while waiting and _sample(waiting[0].range.start, span) < end:
            started = _RunningPart(waiting.pop(0), span)
            if started.end > at:
                running.append(started)
        block = np.zeros((2, end - at), np.float32)
        for part in running:
            part.add_to(block, at)
        running = [part for part in running if part.end > end]
        yield block
        at = end


def _sample(moment: Fraction, span: TimeRange) -> int:
    return round((moment - span.start) * SOUND_RATE)


class _RunningPart:
    """A part while it is read, from its start or that of the range."""

    def __init__(self, part: SoundPart, span: TimeRange) -> None:
        self._part, self._span = part, span
        heard = part.range.intersection(span)
        start = heard.start if heard else span.start
        self._at = _sample(start, span)
        self.end = _sample(heard.end, span) if heard else self._at
        self._blocks = _read(part, heard) if heard else iter(())
        self._left: Samples = np.zeros((2, 0), np.float32)

    def add_to(self, block: Samples, at: int) -> None:
        """Add the samples of a block that begins at a sample of the range."""
        first, end = max(self._at, at), min(self.end, at + block.shape[1])
        if first >= end:
            return
        samples = self._take(end - first)
        block[:, first - at : end - at] += samples * self._gain(first, end)
        self._at = end

    def _take(self, count: int) -> Samples:
        parts, have = [self._left], self._left.shape[1]
        while have < count:
            more = next(self._blocks, None)
            if more is None:
                more = np.zeros((2, count - have), np.float32)
            parts.append(more)
            have += more.shape[1]
        whole = np.concatenate(parts, axis=1)
        self._left = whole[:, count:]
        return whole[:, :count]

    def _gain(self, first: int, end: int) -> Samples:
        """Return the factor of each sample."""
        moments = float(self._span.start) + np.arange(first, end) / SOUND_RATE
        gain = np.ones(end - first)
        if keys := self._part.levels:
            gain = np.interp(moments, [float(k.at) for k in keys], [k.gain for k in keys])
        for fade, rising in ((self._part.fade_in, True), (self._part.fade_out, False)):
            if fade is not None:
                share = np.clip((moments - float(fade.start)) / float(fade.duration), 0, 1)
                quarter = share * np.pi / 2
                gain *= np.sin(quarter) if rising else np.cos(quarter)
        return np.asarray(gain, np.float32)


def _read(part: SoundPart, heard: TimeRange) -> Iterator[Samples]:
    """Yield the samples of a part over a stretch of the timeline, as many as it lasts."""
    for span, piece in part.time_map.pieces(heard):
        count = _sample(span.end, heard) - _sample(span.start, heard)
        speed = abs(piece.speed)
        if not _SLOWEST <= speed <= _FASTEST:
            yield np.zeros((2, count), np.float32)
            continue
        # At this rate a second of the timeline has as many samples of the source as of the film.
        rate = round(SOUND_RATE / speed)
        source = piece.range_to_source(span)
        blocks = _backwards(part.media, source, rate) if piece.speed < 0 else None
        yield from _exactly(blocks or read_stereo(part.media, source, rate), count)


def _backwards(media: Media, source: TimeRange, rate: int) -> Iterator[Samples]:
    """Yield the sound of a range from its end to its start."""
    end = source.end
    while end > source.start:
        start = max(source.start, end - _BLOCK)
        blocks = list(read_stereo(media, TimeRange.between(start, end), rate))
        yield np.concatenate(blocks, axis=1)[:, ::-1]
        end = start


def _exactly(blocks: Iterator[Samples], count: int) -> Iterator[Samples]:
    """Yield blocks of so many samples together; rounded rates make a few more or less."""
    for block in blocks:
        taken = block[:, :count]
        yield taken
        count -= taken.shape[1]
        if not count:
            return
    yield np.zeros((2, count), np.float32)
