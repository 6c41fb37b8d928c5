"""Detection of hard cuts and gradual transitions, by cut finders that are plugins.

``CUT_FINDERS.choose`` makes a :class:`CutFinder` of what a user typed. The built-in one:
:class:`CutMeasure` measures every frame once, :func:`find_cuts` finds the cuts among its rows, and
:func:`refine_cuts` places hard cuts exactly; where only every n-th frame was measured,
:func:`doubtful_ranges` may hold brief changes. :func:`has_same_framing` compares the pictures on
both sides of one.
"""

from shotlog.media.cuts.builtin import BuiltinCuts, NoCuts
from shotlog.media.cuts.change import (
    Floats,
    FrameChanges,
    compute_signature,
    find_new_frames,
)
from shotlog.media.cuts.classifier import CutClassifier, CutClassifiers
from shotlog.media.cuts.closer_look import doubtful_ranges, replace_rows
from shotlog.media.cuts.contract import CUT_FINDERS, CutFinder, CutView, FrameRequest
from shotlog.media.cuts.finder import (
    CutMeasure,
    ExactCutMeasure,
    find_cuts,
    refine_cuts,
    uncertain_ranges,
)
from shotlog.media.cuts.framing import (
    compare_framing,
    has_same_framing,
    keep_border_rows,
    picture_at_end,
)
from shotlog.media.cuts.transitions import Moments, find_transitions

__all__ = [
    "CUT_FINDERS",
    "BuiltinCuts",
    "CutClassifier",
    "CutClassifiers",
    "CutFinder",
    "CutMeasure",
    "CutView",
    "ExactCutMeasure",
    "Floats",
    "FrameChanges",
    "FrameRequest",
    "Moments",
    "NoCuts",
    "compare_framing",
    "compute_signature",
    "doubtful_ranges",
    "find_cuts",
    "find_new_frames",
    "find_transitions",
    "has_same_framing",
    "keep_border_rows",
    "picture_at_end",
    "refine_cuts",
    "replace_rows",
    "uncertain_ranges",
]
