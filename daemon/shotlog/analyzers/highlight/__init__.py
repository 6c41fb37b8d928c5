"""Highlights: moments that stand out in an edit."""

from shotlog.analyzers.highlight.analyzer import HighlightAnalyzer
from shotlog.analyzers.highlight.edit_clock import STEP, EditClock, steps_of
from shotlog.analyzers.highlight.features import FEATURES, compute_features
from shotlog.analyzers.highlight.heard import hear
from shotlog.analyzers.highlight.moments import SelectionLimits, noise_threshold, select_moments
from shotlog.analyzers.highlight.salience import (
    combine,
    local_median,
    novelty,
    rise,
    smooth,
    z_scores,
)

__all__ = [
    "FEATURES",
    "STEP",
    "EditClock",
    "HighlightAnalyzer",
    "SelectionLimits",
    "combine",
    "compute_features",
    "hear",
    "local_median",
    "noise_threshold",
    "novelty",
    "rise",
    "select_moments",
    "smooth",
    "steps_of",
    "z_scores",
]
