"""Finding cuts and gradual transitions between pictures."""

from shotlog.media.cuts.change import Change, Floats, fresh
from shotlog.media.cuts.classifier import CutHeads, Head
from shotlog.media.cuts.finder import CutMeasure, CutPlaceMeasure, find_cuts, placed, uncertain
from shotlog.media.cuts.transitions import Moments, transitions

__all__ = [
    "Change",
    "CutHeads",
    "CutMeasure",
    "CutPlaceMeasure",
    "Floats",
    "Head",
    "Moments",
    "find_cuts",
    "fresh",
    "placed",
    "transitions",
    "uncertain",
]
