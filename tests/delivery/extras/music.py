"""Made music with known beats, and films to lay it under."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from shotlog.delivery.extras import ExtendedFilm
from shotlog.schema import SOUND_RATE, ClipRange, Edit, Samples, TimeMap, TimeRange


def clicks(tempo: float, seconds: float, level: float = 0.5, first: float = 0.3) -> Samples:
    """Return (n,) short noises on every beat at 16 kHz, over a soft chord."""
    count = round(seconds * SOUND_RATE)
    moments = np.arange(count) / SOUND_RATE
    chord = np.sin(2 * np.pi * np.outer((220, 277, 330), moments))
    sound = chord.sum(axis=0) * level * 0.05
    noise = np.random.default_rng(3).standard_normal(800) * np.exp(-np.arange(800) / 150)
    for beat in np.arange(first, seconds - 0.06, 60 / tempo):
        at = round(beat * SOUND_RATE)
        part = sound[at : at + len(noise)]
        part += level * 0.5 * noise[: len(part)]
    return np.asarray(np.clip(sound, -1, 1), np.float32)


def write_wave(path: Path, samples: Samples) -> Path:
    """Write (n,) samples at 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def span(start: Any, end: Any) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def film(shot: Any = 3, length: Any = 30, **more: Any) -> ExtendedFilm:
    """Return a film of shots of one length, at 25 frames a second."""
    shot, length = Fraction(shot), Fraction(length)
    clips = []
    for number in range(int(length / shot)):
        shown = TimeRange(start=number * shot, duration=shot)
        course = TimeMap(timeline_start=shown.start, source_start=shown.start)
        clips.append(
            ClipRange(
                id=f"V1/{number}", name="", media=None, source=shown, timeline=shown,
                time_map=course,
            )
        )  # fmt: skip
    edit = Edit(name="film", rate=Fraction(25), duration=length, clips=tuple(clips))
    return ExtendedFilm(edit, span(0, length), (1920, 1080), **more)
