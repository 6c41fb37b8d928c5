"""Moments that stand out in an edit."""

from shotlog.analyzers.highlight.analyzer import HighlightAnalyzer
from shotlog.analyzers.highlight.edit_clock import STEP, EditClock
from shotlog.analyzers.highlight.moments import Choice, bar, choose
from shotlog.analyzers.highlight.salience import (
    combined,
    local_median,
    novelty,
    rise,
    smooth,
    z_scores,
)

__all__ = [
    "STEP",
    "Choice",
    "EditClock",
    "HighlightAnalyzer",
    "bar",
    "choose",
    "combined",
    "local_median",
    "novelty",
    "rise",
    "smooth",
    "z_scores",
]
