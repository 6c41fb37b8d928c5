"""Corrections of editors as a file, and what they amount to."""

from shotlog.learning.corrections.collected import Conflict, Corrections
from shotlog.learning.corrections.files import read_corrections, write_corrections
from shotlog.learning.corrections.summary import (
    Agreement,
    Change,
    CorrectionSummary,
    Count,
    summarize_corrections,
)

__all__ = [
    "Agreement",
    "Change",
    "Conflict",
    "CorrectionSummary",
    "Corrections",
    "Count",
    "read_corrections",
    "summarize_corrections",
    "write_corrections",
]
