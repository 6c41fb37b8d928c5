"""The built-in highlighter: what stands out in sound, motion, faces and cutting."""

from shotlog.highlights.heuristic.features import (
    FACELESS,
    FEATURES,
    UNWEIGHTED,
    Feature,
    compute_criteria,
    see_faces,
)
from shotlog.highlights.heuristic.highlighter import (
    ABSENCES,
    HeuristicHighlighter,
    limited,
    weigh,
)

__all__ = [
    "ABSENCES",
    "FACELESS",
    "FEATURES",
    "UNWEIGHTED",
    "Feature",
    "HeuristicHighlighter",
    "compute_criteria",
    "limited",
    "see_faces",
    "weigh",
]
