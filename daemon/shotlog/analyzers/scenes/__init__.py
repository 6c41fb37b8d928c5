"""Scenes of the film: runs of shots in one setting, told by their colours or by an editor."""

from shotlog.analyzers.scenes.analyzer import ScenesAnalyzer, compare_shots
from shotlog.analyzers.scenes.linking import (
    LEAST_LIKENESS,
    PER_BLACK,
    PER_SECOND,
    ShotColours,
    link_across,
    select_pictures,
)
from shotlog.analyzers.scenes.measure import ColourMeasure, Histogram, compute_histogram

__all__ = [
    "LEAST_LIKENESS",
    "PER_BLACK",
    "PER_SECOND",
    "ColourMeasure",
    "Histogram",
    "ScenesAnalyzer",
    "ShotColours",
    "compare_shots",
    "compute_histogram",
    "link_across",
    "select_pictures",
]
