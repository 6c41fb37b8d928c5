"""Loudness and spectrum of the sound: one row every tenth of a second.

Loudness is the momentary loudness of ITU-R BS.1770-5, annex 1, of the mono mix: a full-scale sine
of 997 Hz reads -3.01 LUFS. The sound is sampled at 16 kHz, so frequencies above 8 kHz are ignored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.schema import SOUND_RATE, Row, Samples, SoundMeasure, SoundNeed

Numbers = npt.NDArray[np.float64]

SOUND_NEED: Final = SoundNeed(cell=Fraction(16), lead=Fraction(4))
"""Sound request shared by all sound measures, so that it is decoded once. 16 s are a whole number
of tenths of a second and of the voice detector's chunks (512 samples)."""

HOP: Final = SOUND_RATE // 10
"""Samples per row: 0.1 s."""
SILENCE: Final = -70.0
"""Lower limit in LUFS: the absolute gate of BS.1770-5. Quieter sound, digital silence too, gets
this value."""

_MOMENT: Final = 4
"""Hops in a momentary loudness: 400 ms (EBU Tech 3341, 2.2)."""
_SETTLED: Final = SOUND_RATE // 4
"""Samples after which the filters have settled: the response to a click is below 1e-20 of it."""
_FRAME: Final = 512
"""Samples per spectrum: 32 ms."""
_FRAMES: Final = 4
"""Spectra per hop, averaged (Welch), so that the variance of noise does not count as change."""
_BANDS: Final = np.round(125 * 2 ** (np.arange(13) / 2) * _FRAME / SOUND_RATE).astype(np.intp)
"""Edges of half-octave bands from 125 Hz to 8 kHz, in bins of the spectrum."""
_NOISE_FLOOR: Final = 1e-9
"""Power added to every bin, relative to a full-scale sine; below the noise of a 16-bit file."""


def k_weighting(rate: int) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    """Return the two filters of BS.1770-5 (high shelf, high pass) for a sample rate, as ``(b, a)``.

    The recommendation tabulates them at 48 kHz alone. These are the analogue prototypes behind
    the tables, converted to the rate by the bilinear transform (B. De Man, "Evaluation of
    implementations of the EBU R128 loudness measurement", AES 145, 2018).
    """
    k, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf_b = [high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k]
    shelf_a = [norm, 2 * (k * k - 1), 1 - k / q + k * k]
    shelf = np.array(shelf_b) / norm, np.array(shelf_a) / norm

    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    norm = 1 + k / q + k * k
    return shelf, (
        np.array([1.0, -2.0, 1.0]),
        np.array([1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]),
    )


class LoudnessMeasure(SoundMeasure):
    """Momentary loudness and shape of the spectrum, per hop of 0.1 s.

    Columns:
        loudness: Momentary loudness in LUFS, of the 400 ms up to the end of the hop; at least
            :data:`SILENCE`.
        flux: Rise of the spectrum since the previous hop, in dB, mean over half-octave bands.
        centroid: Centre of gravity of the power spectrum, in Hz.
        flatness: Geometric over arithmetic mean of the power spectrum; near 1 for noise (hiss,
            applause, wind), near 0 for tones and voices. Silence counts as noise.
    """

    name = "sound.loudness"
    epoch = 2
    columns = ("loudness", "flux", "centroid", "flatness")
    need = SOUND_NEED

    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """Yield one row for every whole hop of the cell."""
        origin = start - lead
        # Rounded up: the first whole hop.
        first = -(-origin // HOP)
        hops = (origin + len(samples)) // HOP - first
        if hops <= 0:
            return
        sound = samples[first * HOP - origin :][: hops * HOP].astype(np.float64)
        values = np.column_stack([_momentary(sound, hops), *_spectrum(sound, hops)])
        for number, row in enumerate(values.astype(np.float32), start=first):
            # The lead only lets the filters settle.
            if number * HOP >= start:
                yield Row(number * HOP, (number + 1) * HOP - 1, row)


def k_weighted(sound: Numbers) -> Numbers:
    """Return the K-weighted sound, by its Fourier transform.

    That takes NumPy alone: ``scipy.signal`` takes longer to import than minutes of sound to weigh.
    """
    # Room for the filters to settle, as the transform would lead their end into the beginning.
    length = 1 << (len(sound) + _SETTLED - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, length) * _response(length), length)[: len(sound)]


@cache
def _response(length: int) -> npt.NDArray[np.complex128]:
    """Return the K-weighting of each of the frequencies of a transform, (length / 2 + 1,)."""
    response = np.ones(length // 2 + 1, np.complex128)
    for b, a in k_weighting(SOUND_RATE):
        response *= np.fft.rfft(b, length) / np.fft.rfft(a, length)
    return response


def _momentary(sound: Numbers, hops: int) -> Numbers:
    sound = k_weighted(sound)
    sums = np.cumsum(np.append(np.zeros(1), np.mean(sound.reshape(hops, HOP) ** 2, axis=1)))
    # At the start of the sound the window is shorter.
    before = np.maximum(np.arange(1, hops + 1) - _MOMENT, 0)
    power = (sums[1:] - sums[before]) / (np.arange(1, hops + 1) - before)
    # -0.691 dB is the offset of BS.1770-5 that cancels the K-weighting's gain at 997 Hz.
    quietest = 10 ** ((SILENCE + 0.691) / 10)
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, quietest)))


def _spectrum(sound: Numbers, hops: int) -> tuple[Numbers, Numbers, Numbers]:
    # A periodic Hann window; the scale makes a full-scale sine 1.
    window = np.hanning(_FRAME + 1)[:-1]
    scale = (window.sum() / 2) ** 2
    starts = np.linspace(0, HOP - _FRAME, _FRAMES).astype(np.intp)
    frames = np.lib.stride_tricks.sliding_window_view(sound.reshape(hops, HOP), _FRAME, axis=1)
    power = np.zeros((hops, _FRAME // 2 + 1))
    for at in starts:
        power += np.abs(np.fft.rfft(frames[:, at] * window, axis=1)) ** 2 / scale / _FRAMES
    power += _NOISE_FLOOR

    decibels = 10 * np.log10(np.add.reduceat(power, _BANDS[:-1], axis=1))
    # Rises only: an attack is an event, a decay is not.
    rise = np.maximum(np.diff(decibels, axis=0, prepend=decibels[:1]), 0)
    audible = power[:, _BANDS[0] :]
    hertz = np.arange(_BANDS[0], power.shape[1]) * SOUND_RATE / _FRAME
    centroid = audible @ hertz / audible.sum(axis=1)
    flatness = np.exp(np.mean(np.log(audible), axis=1)) / audible.mean(axis=1)
    return rise.mean(axis=1), centroid, flatness
