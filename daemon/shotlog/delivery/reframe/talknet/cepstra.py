"""Measure of sound for TalkNet: mel cepstra, a hundred a second.

They are those of ``python_speech_features.mfcc(sound, 16000)`` on 16-bit samples, by which TalkNet
was trained (``dataLoader.py`` of github.com/TaoRuijie/TalkNet-ASD): pre-emphasis 0.97, frames of 25
ms every 10 ms without a window, 512 points, 26 triangles up to 8 kHz, 13 coefficients with lifter
22, the first replaced by the logarithm of the energy.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.fft import dct

from shotlog.analyzers.sound import SOUND_NEED
from shotlog.schema import SOUND_RATE, Row, Samples, SoundMeasure

Numbers = npt.NDArray[np.float64]

STEP: Final = SOUND_RATE // 100
"""Samples from one row to the next."""
EARLY: Final = 2
"""Steps by which the frame of a row begins before the row: it ends within the row, so that it needs
no sound of the cell after."""
COUNT: Final = 13
"""Coefficients of a row."""

_FRAME: Final = 400
_POINTS: Final = 512
_TRIANGLES: Final = 26
_LIFTER: Final = 22
_EMPHASIS: Final = 0.97
_FULL_SCALE: Final = 32768
"""The samples were 16-bit integers; the energy depends on it."""
_TINY: Final = float(np.finfo(np.float64).eps)


class CepstrumMeasure(SoundMeasure):
    """Mel cepstra of the sound, of 25 ms each, a hundred a second."""

    name = "sound.cepstra"
    epoch = 1
    need = SOUND_NEED
    columns = tuple(f"cepstrum_{n}" for n in range(COUNT))

    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """Yield a row for every whole step of the cell that has a whole frame."""
        origin = start - lead
        first = max(-(-start // STEP), EARLY)
        end = (origin + len(samples)) // STEP
        if end <= first:
            return
        sound = samples.astype(np.float64) * _FULL_SCALE
        sound[1:] -= _EMPHASIS * sound[:-1]
        frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)
        begin = (first - EARLY) * STEP - origin
        for number, row in enumerate(_cepstra(frames[begin::STEP][: end - first]), start=first):
            yield Row(number * STEP, (number + 1) * STEP - 1, row)


def _cepstra(frames: Numbers) -> npt.NDArray[np.float32]:
    """Return the (n, 13) coefficients of (n, 400) samples."""
    power = np.abs(np.fft.rfft(frames, _POINTS, axis=1)) ** 2 / _POINTS
    bands = np.log(np.maximum(power @ _triangles(), _TINY))
    found = dct(bands, type=2, axis=1, norm="ortho")[:, :COUNT]
    found *= 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(COUNT) / _LIFTER)
    found[:, 0] = np.log(np.maximum(power.sum(axis=1), _TINY))
    return found.astype(np.float32)


@cache
def _triangles() -> Numbers:
    """Return the weight of each bin of a spectrum in each band, (257, 26)."""
    highest = 2595 * np.log10(1 + SOUND_RATE / 2 / 700)
    hertz = 700 * (10 ** (np.linspace(0, highest, _TRIANGLES + 2) / 2595) - 1)
    edges = np.floor((_POINTS + 1) * hertz / SOUND_RATE)
    bins = np.arange(_POINTS // 2 + 1)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return np.asarray(np.maximum(np.minimum(rising, falling), 0))
