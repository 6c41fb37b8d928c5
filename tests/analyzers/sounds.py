"""Sounds for the tests of what listens: mono, float32, at the rate that measures hear."""

from __future__ import annotations

import numpy as np
from scipy.signal import resample_poly

from shotlog.demo import make_applause, make_babble, make_music
from shotlog.schema import SOUND_RATE, Samples
from shotlog.synthetic import AUDIO_RATE


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SOUND_RATE), np.float32)


def tone(seconds: float, hertz: float, peak: float) -> Samples:
    time = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    return (peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def noise(seconds: float, rms: float, seed: int = 0) -> Samples:
    white = np.random.default_rng(seed).standard_normal(round(seconds * SOUND_RATE))
    return (rms * white).astype(np.float32)


def music(seconds: float, gain: float = 1.0) -> Samples:
    made = make_music(np.random.default_rng(0), round(seconds * AUDIO_RATE))
    return gain * _heard(made)


def voice(seconds: float, seed: int = 0, gain: float = 1.0) -> Samples:
    made = make_babble(np.random.default_rng(seed), round(seconds * AUDIO_RATE))
    return gain * _heard(made)


def applause(seconds: float, seed: int = 0) -> Samples:
    made = make_applause(np.random.default_rng(seed), round(seconds * AUDIO_RATE))
    return _heard(made)


def _heard(made: Samples) -> Samples:
    return np.asarray(resample_poly(made, 1, AUDIO_RATE // SOUND_RATE), np.float32)
