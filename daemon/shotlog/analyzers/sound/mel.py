"""Spectrum of the sound in mel bands: one row every tenth of a second.

The bands are those of VGGish (Hershey and others, "CNN architectures for large-scale audio
classification", ICASSP 2017; ``vggish_params.py`` of tensorflow/models): 64 triangles, evenly from
125 to 7500 Hz on the mel scale 1127 ln(1 + f / 700). Its spectra of 25 ms are too coarse for the
lowest triangles, which lie 29 Hz apart; these are of 64 ms.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.sound.loudness import HOP, SOUND_NEED
from shotlog.schema import SOUND_RATE, Row, Samples, SoundMeasure

Numbers = npt.NDArray[np.float64]

BANDS: Final = 64
"""Number of bands."""
QUIETEST: Final = -90.0
"""Lower limit in dB, relative to a full-scale sine; below the noise of a 16-bit file."""

_LOWEST, _HIGHEST = 125.0, 7500.0
"""Edges of the first and of the last triangle, in Hz."""
_FRAME: Final = 1024
"""Samples per spectrum: 64 ms."""
_STARTS: Final = (0, (HOP - _FRAME) // 2, HOP - _FRAME)
"""First samples of the spectra of a hop, which are averaged (Welch)."""


class MelMeasure(SoundMeasure):
    """Power of the sound in mel bands, per hop of 0.1 s.

    Columns:
        band_0 to band_63: Power in dB relative to a full-scale sine, from the lowest band up; at
            least :data:`QUIETEST`.
    """

    name = "sound.mel"
    epoch = 1
    columns = tuple(f"band_{n}" for n in range(BANDS))
    need = SOUND_NEED

    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """Yield one row for every whole hop of the cell; the lead is not needed."""
        first = -(-start // HOP)
        hops = (start - lead + len(samples)) // HOP - first
        if hops <= 0:
            return
        sound = samples[first * HOP - start + lead :][: hops * HOP].astype(np.float64)
        for number, row in enumerate(_decibels(sound.reshape(hops, HOP)), start=first):
            yield Row(number * HOP, (number + 1) * HOP - 1, row)


def _decibels(sound: Numbers) -> npt.NDArray[np.float32]:
    """Return the power of each hop in each band, (n, HOP) samples to (n, BANDS) dB."""
    # A periodic Hann window; the scale makes a full-scale sine 1.
    window = np.hanning(_FRAME + 1)[:-1]
    scale = (window.sum() / 2) ** 2
    power = np.zeros((len(sound), _FRAME // 2 + 1))
    for at in _STARTS:
        spectrum = np.fft.rfft(sound[:, at : at + _FRAME] * window, axis=1)
        power += np.abs(spectrum) ** 2 / scale / len(_STARTS)
    bands = power @ _triangles()
    return np.asarray(10 * np.log10(np.maximum(bands, 10 ** (QUIETEST / 10))), np.float32)


@cache
def _triangles() -> Numbers:
    """Return the weight of each bin of a spectrum in each band, (_FRAME / 2 + 1, BANDS)."""
    mels = _mel(np.arange(_FRAME // 2 + 1) * SOUND_RATE / _FRAME)[:, None]
    edges = np.linspace(_mel(_LOWEST), _mel(_HIGHEST), BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (mels - low) / (middle - low), (high - mels) / (high - middle)
    return np.asarray(np.maximum(np.minimum(rising, falling), 0))


def _mel(hertz: float | Numbers) -> Numbers:
    return np.asarray(1127 * np.log1p(np.asarray(hertz) / 700))
