"""Measures of sound: loudness, spectrum and speech."""

from shotlog.analyzers.sound.loudness import HOP, SILENCE, LoudnessMeasure, k_weighted, k_weighting
from shotlog.analyzers.sound.speech import CHUNK, SpeechMeasure

__all__ = [
    "CHUNK",
    "HOP",
    "SILENCE",
    "LoudnessMeasure",
    "SpeechMeasure",
    "k_weighted",
    "k_weighting",
]
