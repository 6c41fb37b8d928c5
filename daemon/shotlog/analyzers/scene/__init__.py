"""Shot size by the whole picture, for pictures in which no face is seen."""

from shotlog.analyzers.scene.analyzer import SceneAnalyzer
from shotlog.analyzers.scene.description import FEATURES, describe_picture
from shotlog.analyzers.scene.head import NOTHING, WEIGHTS_FILE, SceneHead, load_head
from shotlog.analyzers.scene.measure import (
    MAX_DISTANCE,
    SCENE_SIZES,
    SceneMeasure,
    read_probabilities,
)

__all__ = [
    "FEATURES",
    "MAX_DISTANCE",
    "NOTHING",
    "SCENE_SIZES",
    "WEIGHTS_FILE",
    "SceneAnalyzer",
    "SceneHead",
    "SceneMeasure",
    "describe_picture",
    "load_head",
    "read_probabilities",
]
