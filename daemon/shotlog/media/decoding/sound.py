"""Sound as measures listen to it: mono cells on the absolute grid of media time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, gcd
from typing import NamedTuple

import numpy as np

from shotlog.media.container import media_errors
from shotlog.media.decoding.pcm import SoundLine
from shotlog.schema import SOUND_RATE, Media, Samples, SoundNeed

_ZERO_CROSSINGS = 10
"""Of SciPy's low-pass in ``resample_poly``, on either side."""


class SoundCell(NamedTuple):
    """One cell of sound, as :meth:`~shotlog.schema.evidence.SoundMeasure.listen` wants it.

    Attributes:
        start: Number of the first sample of the cell itself, from media time 0.
        lead: How many of ``samples`` come before ``start``.
        samples: The lead, then the cell.
    """

    start: int
    lead: int
    samples: Samples


def read_cells(media: Media, need: SoundNeed, cells: Sequence[int]) -> Iterator[SoundCell]:
    """Reads cells of a file's sound: mono, float32, sample n at n/16000 s of media time.

    The samples of a cell are the same whichever other cells are read with it: each is resampled
    for itself, from sound that is always decoded in the same segments
    (:class:`~shotlog.media.decoding.pcm.SoundLine`). Before the sound starts, and in gaps, there is
    silence; where it ends, the last cell is shorter. Sound before media time 0 is dropped.

    Args:
        media: The file, as :func:`~shotlog.media.container.probing.probe` found it.
        need: Length of a cell and of its lead.
        cells: Numbers of the wanted cells, in any order.

    Yields:
        The cells in order, each once; not those that lie wholly outside the sound.

    Raises:
        MediaMissing: the file is gone.
        MediaUnreadable: it can no longer be read.
    """
    audio = media.audio
    if audio is None:
        return
    heard = audio.start * SOUND_RATE
    with media_errors(media.path), SoundLine(media, audio) as line:
        for cell in sorted({c for c in cells if c >= 0}):
            start, stop = _sample(cell * need.cell), _sample((cell + 1) * need.cell)
            first = max(0, _sample(cell * need.cell - need.lead))
            if stop <= heard:
                continue
            samples = _resampled(line, first, stop)
            if len(samples) > start - first:
                yield SoundCell(start, start - first, samples)


def _sample(moment: Fraction) -> int:
    """The first sample that is not before a moment."""
    return ceil(moment * SOUND_RATE)


def _resampled(line: SoundLine, start: int, stop: int) -> Samples:
    """Samples [start, stop) at 16 kHz; fewer where the sound ends.

    The source is cut where both rates have a sample at the same moment, with as much on either
    side as the filter reaches.
    """
    common = gcd(line.rate, SOUND_RATE)
    up, down = SOUND_RATE // common, line.rate // common
    reach = _ZERO_CROSSINGS * max(up, down) // up + 1
    low = (start // up - ceil(reach / down)) * down
    high = -(-stop * down // up) + reach
    source = line.read(max(0, low), high)
    source = np.concatenate([np.zeros(max(0, -low), np.float32), source])
    end = min(stop, ceil(Fraction((low + len(source)) * up, down)))
    if end <= start:
        return np.zeros(0, np.float32)
    before = low // down * up
    from scipy.signal import resample_poly  # takes longer to import than all the rest of the room

    resampled = resample_poly(source, up, down)
    samples = np.array(resampled[start - before : end - before], dtype=np.float32)
    samples.setflags(write=False)
    return samples
