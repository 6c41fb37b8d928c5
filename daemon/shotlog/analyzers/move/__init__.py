"""Camera moves from motion."""

from shotlog.analyzers.move.analyzer import MoveAnalyzer
from shotlog.analyzers.move.classifier import SEEN_AS, WEIGHTS, Head, Weights, weights
from shotlog.analyzers.move.features import (
    DEPTH_NAMES,
    FLOOR,
    LOOK_NAMES,
    Rows,
    backwards,
    depth,
    look,
    mirrored,
    rows_of,
    velocity,
)

__all__ = [
    "DEPTH_NAMES",
    "FLOOR",
    "LOOK_NAMES",
    "SEEN_AS",
    "WEIGHTS",
    "Head",
    "MoveAnalyzer",
    "Rows",
    "Weights",
    "backwards",
    "depth",
    "look",
    "mirrored",
    "rows_of",
    "velocity",
    "weights",
]
