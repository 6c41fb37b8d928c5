"""Evidence on the clock of a timeline: a value for every quarter second."""

from shotlog.analyzers.clock.edit_clock import (
    STEP,
    EditClock,
    NearestRows,
    Numbers,
    resample,
    steps_before,
    steps_of,
)
from shotlog.analyzers.clock.heard import SPOKEN, columns_of, find_gate, hear, hear_bands
from shotlog.analyzers.clock.speech import find_speech, join_ranges

__all__ = [
    "SPOKEN",
    "STEP",
    "EditClock",
    "NearestRows",
    "Numbers",
    "columns_of",
    "find_gate",
    "find_speech",
    "hear",
    "hear_bands",
    "join_ranges",
    "resample",
    "steps_before",
    "steps_of",
]
