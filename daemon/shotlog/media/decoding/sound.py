"""Sound in the form that measures take: mono cells on an absolute grid of media time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, gcd
from typing import NamedTuple

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from shotlog.media.container import media_errors
from shotlog.media.decoding.downmix import mix_to_left, mix_to_right
from shotlog.media.decoding.pcm import ChannelReader
from shotlog.schema import SOUND_RATE, Media, Samples, SoundNeed, TimeRange

_BLOCK = 10
"""Seconds in a block of stereo sound."""
_HALF_FILTER = 16
"""Half of the length of libswresample's low-pass filter, in samples of the lower rate: half of its
default ``filter_size``, 32."""


class SoundCell(NamedTuple):
    """One cell of sound, as :meth:`~shotlog.schema.SoundMeasure.listen` takes it.

    Attributes:
        start: Number of the first sample of the cell itself, from media time 0.
        lead: Number of ``samples`` before ``start``.
        samples: (n,) the lead, then the cell, at 16 kHz.
    """

    start: int
    lead: int
    samples: Samples


def read_cells(media: Media, need: SoundNeed, cells: Sequence[int]) -> Iterator[SoundCell]:
    """Yield cells of a file's sound: mono, float32, sample n at n/16000 s of media time.

    The samples of a cell do not depend on the other cells that are read: each cell is resampled
    separately, from sound that is always decoded in the same segments
    (:class:`~shotlog.media.decoding.pcm.ChannelReader`). There is silence before the sound starts
    and in gaps; the last cell is shorter. Sound before media time 0 is dropped.

    Args:
        media: The description of the file by :func:`~shotlog.media.probe`.
        need: Length of a cell and of its lead.
        cells: Numbers of the cells to read, in any order.

    Yields:
        The cells in order, each once, without those entirely outside the sound.

    Raises:
        MediaMissing: the file no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    audio = media.audio
    if audio is None:
        return
    begin = audio.start * SOUND_RATE
    with media_errors(media.path), ChannelReader(media, audio) as reader:
        for cell in sorted({c for c in cells if c >= 0}):
            start, stop = _sample(cell * need.cell), _sample((cell + 1) * need.cell)
            first = max(0, _sample(cell * need.cell - need.lead))
            if stop <= begin:
                continue
            samples = _resample(reader, first, stop)
            if len(samples) > start - first:
                yield SoundCell(start, start - first, samples)


def read_stereo(media: Media, span: TimeRange, rate: int) -> Iterator[Samples]:
    """Yield blocks of a range's sound in two channels, together as long as the range.

    There is silence before the sound of the file begins, after it ends and in gaps, and throughout
    where the file has none.

    Args:
        media: The description of the file by :func:`~shotlog.media.probe`.
        span: The range, in media time.
        rate: Samples per second of the blocks.

    Yields:
        (2, n) float32, left and right.

    Raises:
        MediaMissing: the file no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    start, stop = round(span.start * rate), round(span.end * rate)
    edges = [*range(start, stop, _BLOCK * rate), stop]
    audio = media.audio
    if audio is None:
        yield from (np.zeros((2, b - a), np.float32) for a, b in pairwise(edges))
        return
    with (
        media_errors(media.path),
        ChannelReader(media, audio, mix_to_left) as left,
        ChannelReader(media, audio, mix_to_right) as right,
    ):
        for a, b in pairwise(edges):
            block = np.zeros((2, b - a), np.float32)
            for channel, reader in zip(block, (left, right), strict=True):
                samples = _resample(reader, a, b, rate)
                channel[: len(samples)] = samples
            yield block


def _sample(moment: Fraction) -> int:
    """Return the number of the first sample at or after a moment."""
    return ceil(moment * SOUND_RATE)


def _resample(reader: ChannelReader, start: int, stop: int, rate: int = SOUND_RATE) -> Samples:
    """Return samples [start, stop) at a rate; fewer where the sound ends."""
    common = gcd(reader.rate, rate)
    up, down = rate // common, reader.rate // common
    reach = _HALF_FILTER * max(up, down) // up + 1
    # Cut the source at a moment where both rates have a sample, so that the phase of the filter is
    # the same wherever reading begins, and add on either side as much as the filter reaches.
    low = (start // up - ceil(reach / down)) * down
    high = -(-stop * down // up) + reach
    source = reader.read(max(0, low), high)
    source = np.concatenate([np.zeros(max(0, -low), np.float32), source])
    end = min(stop, ceil(Fraction((low + len(source)) * up, down)))
    if end <= start:
        return np.zeros(0, np.float32)
    before = low // down * up
    samples = _at_rate(source, reader.rate, rate)[start - before : end - before].copy()
    samples.setflags(write=False)
    return samples


def _at_rate(source: Samples, own: int, rate: int) -> Samples:
    """Return sound at another rate by libswresample; the first sample stays where it is."""
    if own == rate:
        return source
    frame = AudioFrame.from_ndarray(source[np.newaxis], format="fltp", layout="mono")
    frame.sample_rate = own
    resampler = AudioResampler(format="fltp", layout="mono", rate=rate)
    # None drains it.
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts], dtype=np.float32)
