"""Scenes of the film: runs of shots in one setting, told by their colours or by an editor."""

from shotlog.analyzers.scenes.analyzer import ScenesAnalyzer
from shotlog.analyzers.scenes.linking import (
    LEAST_LIKENESS,
    PER_SECOND,
    ShotColours,
    link_across,
    select_pictures,
)
from shotlog.analyzers.scenes.measure import ColourMeasure, Histogram, compute_histogram

__all__ = [
    "LEAST_LIKENESS",
    "PER_SECOND",
    "ColourMeasure",
    "Histogram",
    "ScenesAnalyzer",
    "ShotColours",
    "compute_histogram",
    "link_across",
    "select_pictures",
]
