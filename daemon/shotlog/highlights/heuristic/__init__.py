"""The built-in highlighter: what stands out in sound, motion, faces and cutting."""

from shotlog.highlights.heuristic.features import FACELESS, FEATURES, compute_criteria
from shotlog.highlights.heuristic.highlighter import HeuristicHighlighter

__all__ = [
    "FACELESS",
    "FEATURES",
    "HeuristicHighlighter",
    "compute_criteria",
]
