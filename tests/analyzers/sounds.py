"""Sounds made by rule, for the tests of what listens: 16 kHz, mono, float32."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter
from shotlog.schema.evidence import SOUND_RATE, Samples

_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
"""Mean formants of men's vowels in Hz (Peterson and Barney 1952)."""


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SOUND_RATE), np.float32)


def tone(seconds: float, hertz: float, peak: float) -> Samples:
    time = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    return (peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def noise(seconds: float, rms: float, seed: int = 0) -> Samples:
    white = np.random.default_rng(seed).standard_normal(round(seconds * SOUND_RATE))
    return (rms * white).astype(np.float32)


def music(seconds: float, peak: float = 0.3) -> Samples:
    """A chord over a kick drum at 120 beats a minute."""
    time = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    chord = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 277.2, 329.6, 440.0))
    kick = np.sin(2 * np.pi * 60 * time) * np.exp(-8 * (time * 2 % 1))
    return (peak * (0.15 * chord + 0.4 * kick)).astype(np.float32)


def voice(seconds: float, seed: int = 0, peak: float = 0.3) -> Samples:
    """Syllables: a burst of noise, then glottal pulses at 100 to 140 Hz through three formants."""
    rng = np.random.default_rng(seed)
    length, parts, made = round(seconds * SOUND_RATE), [], 0
    while made < length:
        consonant = lfilter([1, -0.9], [1], rng.standard_normal(rng.integers(480, 1280)))
        parts += [0.05 * consonant * np.hanning(len(consonant)), _vowel(rng)]
        made += len(consonant) + len(parts[-1])
    return (peak * np.concatenate(parts)[:length]).astype(np.float32)


def _vowel(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    length = int(rng.uniform(0.12, 0.22) * SOUND_RATE)
    arch = np.sin(np.linspace(0, np.pi, length))
    pitch = rng.uniform(100, 140) * (1 + 0.1 * arch)
    pulses = np.diff(np.floor(np.cumsum(pitch / SOUND_RATE)), prepend=0)
    sound = lfilter([1], [1, -0.95], pulses)
    for hertz, width in zip(_VOWELS[rng.integers(len(_VOWELS))], (80, 100, 140), strict=True):
        r = np.exp(-np.pi * width / SOUND_RATE)
        a = [1, -2 * r * np.cos(2 * np.pi * hertz / SOUND_RATE), r * r]
        sound = lfilter([1 - r], a, sound)
    sound = sound * np.sqrt(arch)
    return np.asarray(sound / np.abs(sound).max())
