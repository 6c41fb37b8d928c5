"""Measures of sound: loudness, spectrum, mel bands and speech."""

from shotlog.analyzers.sound.loudness import (
    HOP,
    SILENCE,
    SOUND_NEED,
    LoudnessMeasure,
    k_weighted,
    k_weighting,
)
from shotlog.analyzers.sound.mel import BANDS, QUIETEST, MelMeasure
from shotlog.analyzers.sound.speech import CHUNK, SpeechMeasure
from shotlog.analyzers.sound.spoken import find_spoken

__all__ = [
    "BANDS",
    "CHUNK",
    "HOP",
    "QUIETEST",
    "SILENCE",
    "SOUND_NEED",
    "LoudnessMeasure",
    "MelMeasure",
    "SpeechMeasure",
    "find_spoken",
    "k_weighted",
    "k_weighting",
]
