"""Measures of sound: loudness, spectrum, mel bands and speech."""

from shotlog.analyzers.sound.loudness import HOP, SILENCE, LoudnessMeasure, k_weighted, k_weighting
from shotlog.analyzers.sound.mel import BANDS, QUIETEST, MelMeasure
from shotlog.analyzers.sound.speech import CHUNK, SpeechMeasure

__all__ = [
    "BANDS",
    "CHUNK",
    "HOP",
    "QUIETEST",
    "SILENCE",
    "LoudnessMeasure",
    "MelMeasure",
    "SpeechMeasure",
    "k_weighted",
    "k_weighting",
]
