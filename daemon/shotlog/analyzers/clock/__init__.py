"""Evidence on the clock of a timeline: a value for every quarter second."""

from shotlog.analyzers.clock.edit_clock import (
    STEP,
    EditClock,
    NearestRows,
    Numbers,
    resample,
    steps_of,
)
from shotlog.analyzers.clock.heard import SPOKEN, columns_of, find_gate, hear

__all__ = [
    "SPOKEN",
    "STEP",
    "EditClock",
    "NearestRows",
    "Numbers",
    "columns_of",
    "find_gate",
    "hear",
    "resample",
    "steps_of",
]
