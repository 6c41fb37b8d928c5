"""The built-in highlighter: what stands out in sound, motion, faces and cutting."""

from shotlog.highlights.heuristic.features import FEATURES, compute_criteria
from shotlog.highlights.heuristic.highlighter import HeuristicHighlighter
from shotlog.highlights.heuristic.salience import (
    combine,
    local_median,
    novelty,
    rise,
    smooth,
    z_scores,
)

__all__ = [
    "FEATURES",
    "HeuristicHighlighter",
    "combine",
    "compute_criteria",
    "local_median",
    "novelty",
    "rise",
    "smooth",
    "z_scores",
]
