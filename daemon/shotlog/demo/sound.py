"""Procedural sound for the demo film: room tone, music, speech-like babble, applause, fireworks.

All functions return (n,) float32 mono in [-1, 1] at :data:`~shotlog.synthetic.video.AUDIO_RATE`.
The same generator state gives the same sound. Lengths are in samples.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import signal

from shotlog.synthetic import AUDIO_RATE

Samples = npt.NDArray[np.float32]
Generator = np.random.Generator

_VOWELS = (
    (730, 1090, 2440),
    (530, 1840, 2480),
    (270, 2290, 3010),
    (570, 840, 2410),
    (300, 870, 2240),
    (660, 1720, 2410),
)
"""First three formants of men's vowels in Hz (Peterson and Barney, JASA 24, 1952, table II)."""

_BANDWIDTHS = (70.0, 100.0, 140.0)
"""Bandwidths of the three formants in Hz."""


def fade(samples: Samples, seconds: float = 0.02) -> Samples:
    """Return the samples faded in and out, so that they do not click."""
    length = min(len(samples) // 2, round(seconds * AUDIO_RATE))
    ramp = np.sin(np.linspace(0, np.pi / 2, length, dtype=np.float32)) ** 2
    out = samples.copy()
    out[:length] *= ramp
    out[len(out) - length :] *= ramp[::-1]
    return out


def level(samples: Samples, dbfs: float) -> Samples:
    """Scale to a root-mean-square level in dB relative to full scale; peaks are limited softly."""
    # Silence has no level to scale by and stays silent.
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) or 1.0
    return np.asarray(np.tanh(samples * np.float32(10 ** (dbfs / 20) / rms)), np.float32)


def make_room_tone(rng: Generator, length: int) -> Samples:
    """Return noise that falls by 6 dB per octave above 150 Hz, at -62 dBFS: a quiet room."""
    white = rng.standard_normal(length).astype(np.float32)
    b, a = signal.butter(1, 150, fs=AUDIO_RATE)
    return level(np.asarray(signal.lfilter(b, a, white), np.float32), -62)


def make_music(rng: Generator, length: int) -> Samples:
    """Return four chords over a soft beat of 96 per minute, at -24 dBFS."""
    beat = AUDIO_RATE * 60 // 96
    out = np.zeros(length, np.float32)
    for number, start in enumerate(range(0, length, beat)):
        chord = _CHORDS[number // 4 % len(_CHORDS)]
        if number % 4 == 0:
            _add(out, start, _pad(chord, 4 * beat))
        _add(out, start, 0.9 * _tone(chord[0] / 2, beat) * _decay(beat, 0.25))
        _add(out, start, 0.55 * _kick() if number % 2 == 0 else 0.10 * _hiss(rng, 0.09))
        _add(out, start + beat // 2, 0.06 * _hiss(rng, 0.04))
        pluck = chord[int(rng.integers(len(chord)))] * 2
        _add(out, start + beat // 2, 0.30 * _tone(pluck, beat) * _decay(beat, 0.18))
    return fade(level(out, -24), 0.25)


_CHORDS = (
    (220.0, 261.63, 329.63),
    (174.61, 220.0, 261.63),
    (130.81, 196.0, 329.63),
    (196.0, 246.94, 293.66),
)
"""A minor, F, C and G, in Hz."""


def _add(out: Samples, start: int, sound: Samples) -> None:
    part = sound[: max(0, len(out) - start)]
    out[start : start + len(part)] += part


def _tone(hertz: float, length: int) -> Samples:
    turns = 2 * np.pi * hertz * np.arange(length) / AUDIO_RATE
    return (np.sin(turns) + 0.3 * np.sin(2 * turns) + 0.12 * np.sin(3 * turns)).astype(np.float32)


def _decay(length: int, seconds: float) -> Samples:
    return np.exp(-np.arange(length) / (seconds * AUDIO_RATE)).astype(np.float32)


def _pad(chord: tuple[float, ...], length: int) -> Samples:
    # Two voices a little out of tune beat against each other, as in a choir.
    tones = [_tone(note * detune, length) for note in chord for detune in (0.998, 1.002)]
    return fade(np.asarray(0.07 * np.sum(tones, axis=0), np.float32), 0.3)


def _kick() -> Samples:
    length = AUDIO_RATE // 4
    pitch = 48 + 70 * _decay(length, 0.03)
    return np.asarray(np.sin(2 * np.pi * np.cumsum(pitch) / AUDIO_RATE), np.float32) * _decay(
        length, 0.09
    )


def _hiss(rng: Generator, seconds: float) -> Samples:
    length = round(seconds * AUDIO_RATE)
    noise = rng.standard_normal(length).astype(np.float32)
    # The difference of white noise rises by 6 dB per octave: cymbals have no bass.
    return np.diff(noise, prepend=np.float32(0)) * _decay(length, seconds / 4)


def make_babble(rng: Generator, length: int) -> Samples:
    """Return speech-like sound without words, at -24 dBFS: vowels and hisses, phrases and pauses.

    A glottal pulse train goes through three resonators that glide from vowel to vowel (source and
    filter: Fant, Acoustic Theory of Speech Production, 1960; resonators: Klatt, JASA 67, 1980).
    """
    out = np.zeros(length, np.float32)
    at = 0
    while at < length:
        pitch = float(rng.uniform(118, 138))
        for _ in range(int(rng.integers(5, 10))):
            if rng.random() < 0.5:
                hiss = _fricative(rng)
                _add(out, at, hiss)
                at += len(hiss) - round(0.015 * AUDIO_RATE)
            voiced = _syllable(rng, pitch)
            _add(out, at, voiced)
            at += len(voiced) - round(0.03 * AUDIO_RATE)
            pitch *= 0.975
        at += round(float(rng.uniform(0.10, 0.22)) * AUDIO_RATE)
    return fade(level(out, -24), 0.03)


def _fricative(rng: Generator) -> Samples:
    length = round(float(rng.uniform(0.05, 0.09)) * AUDIO_RATE)
    low = float(rng.uniform(2500, 4500))
    b, a = signal.butter(2, (low, low + 3500), "bandpass", fs=AUDIO_RATE)
    noise = signal.lfilter(b, a, rng.standard_normal(length))
    return fade(0.05 * np.asarray(noise, np.float32), 0.02)


def _syllable(rng: Generator, pitch: float) -> Samples:
    """Return a vowel that glides into another one, voiced at a pitch in Hz."""
    length = round(float(rng.uniform(0.14, 0.24)) * AUDIO_RATE)
    glide = np.linspace(1.04, 0.96, length) + 0.01 * np.sin(np.arange(length) * 2e-3)
    phase = np.cumsum(pitch * glide / AUDIO_RATE) % 1.0
    # The glottis is open for 60 % of a period.
    opening = np.where(phase < 0.6, np.sin(np.pi * phase / 0.6) ** 2, 0.0)
    pulses = np.diff(opening, prepend=0.0) + 0.0008 * rng.standard_normal(length)
    first, last = (np.array(_VOWELS[i]) for i in rng.integers(len(_VOWELS), size=2))
    block = AUDIO_RATE // 100
    out = np.zeros(length)
    # The state of each filter goes on from block to block; without it every border would click.
    states = [np.zeros(2) for _ in _BANDWIDTHS]
    for start in range(0, length, block):
        weight = start / length
        part = pulses[start : start + block]
        for number, hertz in enumerate(first * (1 - weight) + last * weight):
            b, a = _resonator(float(hertz), _BANDWIDTHS[number])
            part, states[number] = signal.lfilter(b, a, part, zi=states[number])
        out[start : start + block] = part
    swell = np.sin(np.linspace(0, np.pi, length)) ** 0.6
    return np.asarray(out / (np.abs(out).max() + 1e-9) * swell * 0.5, np.float32)


def _resonator(hertz: float, bandwidth: float) -> tuple[list[float], list[float]]:
    """Return the coefficients (b, a) of Klatt's second-order resonator, with gain 1 at 0 Hz."""
    radius = np.exp(-np.pi * bandwidth / AUDIO_RATE)
    a1 = -2 * radius * np.cos(2 * np.pi * hertz / AUDIO_RATE)
    a2 = radius**2
    return [1 + a1 + a2], [1.0, float(a1), float(a2)]


def make_applause(rng: Generator, length: int) -> Samples:
    """Return about 260 claps a second that start together and thin out, at -13 dBFS."""
    seconds = length / AUDIO_RATE
    starts = (rng.beta(1.0, 1.4, int(260 * seconds)) * length).astype(int)
    out = np.zeros(length, np.float32)
    hands = [_clap(rng) for _ in range(40)]
    for start in starts:
        _add(out, int(start), hands[int(rng.integers(40))] * np.float32(rng.uniform(0.2, 1.0)))
    return fade(level(out, -13), 0.03)


def _clap(rng: Generator) -> Samples:
    length = round(0.035 * AUDIO_RATE)
    low = float(rng.uniform(700, 1500))
    b, a = signal.butter(2, (low, low * 2.4), "bandpass", fs=AUDIO_RATE)
    burst = rng.standard_normal(length) * np.exp(-np.arange(length) / (0.006 * AUDIO_RATE))
    return np.asarray(signal.lfilter(b, a, burst), np.float32)


def make_fireworks(rng: Generator, length: int, bursts: tuple[float, ...]) -> Samples:
    """Return booms and crackle, at -16 dBFS; ``bursts`` are their moments in seconds."""
    out = np.zeros(length, np.float32)
    b, a = signal.butter(2, 180, fs=AUDIO_RATE)
    for moment in bursts:
        start, long = round(moment * AUDIO_RATE), round(1.2 * AUDIO_RATE)
        thud = np.asarray(signal.lfilter(b, a, rng.standard_normal(long)), np.float32)
        _add(out, start, 9 * thud * _decay(long, 0.16))
        _add(out, start, 0.5 * rng.standard_normal(long).astype(np.float32) * _decay(long, 0.05))
        for crack in rng.uniform(0.25, 1.1, 60):
            _add(out, start + round(crack * AUDIO_RATE), 0.4 * _hiss(rng, 0.012))
    return fade(level(out, -16), 0.01)
