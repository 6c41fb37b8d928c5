"""Detection of hard cuts and gradual transitions.

:class:`CutMeasure` measures every frame once, :func:`find_cuts` finds the cuts among its rows, and
:func:`refine_cuts` places hard cuts exactly.
"""

from shotlog.media.cuts.change import Floats, FrameChanges, find_new_frames
from shotlog.media.cuts.classifier import CutClassifier, CutClassifiers
from shotlog.media.cuts.finder import (
    CutMeasure,
    ExactCutMeasure,
    find_cuts,
    identify_finder,
    refine_cuts,
    uncertain_ranges,
)
from shotlog.media.cuts.transitions import Moments, find_transitions

__all__ = [
    "CutClassifier",
    "CutClassifiers",
    "CutMeasure",
    "ExactCutMeasure",
    "Floats",
    "FrameChanges",
    "Moments",
    "find_cuts",
    "find_new_frames",
    "find_transitions",
    "identify_finder",
    "refine_cuts",
    "uncertain_ranges",
]
