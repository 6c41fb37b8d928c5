"""Camera moves, classified from motion."""

from shotlog.analyzers.move.analyzer import MoveAnalyzer, is_blind
from shotlog.analyzers.move.classifier import (
    LOOKS_LIKE,
    WEIGHTS_FILE,
    Calibration,
    MoveClassifier,
    load_classifier,
)
from shotlog.analyzers.move.features import (
    DEPTH_FEATURES,
    FLOOR,
    LOOK_FEATURES,
    MotionRows,
    depth_features,
    look_features,
    mirror,
    reverse,
    select_rows,
    velocities,
)
from shotlog.analyzers.move.spans import split_windows

__all__ = [
    "DEPTH_FEATURES",
    "FLOOR",
    "LOOKS_LIKE",
    "LOOK_FEATURES",
    "WEIGHTS_FILE",
    "Calibration",
    "MotionRows",
    "MoveAnalyzer",
    "MoveClassifier",
    "depth_features",
    "is_blind",
    "load_classifier",
    "look_features",
    "mirror",
    "reverse",
    "select_rows",
    "split_windows",
    "velocities",
]
