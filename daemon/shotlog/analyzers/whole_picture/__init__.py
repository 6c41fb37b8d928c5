"""Shot size by the whole picture, for pictures in which no face is seen."""

from shotlog.analyzers.whole_picture.analyzer import WholePictureAnalyzer
from shotlog.analyzers.whole_picture.description import FEATURES, describe_picture
from shotlog.analyzers.whole_picture.head import NOTHING, WEIGHTS_FILE, WholePictureHead, load_head
from shotlog.analyzers.whole_picture.measure import (
    MAX_DISTANCE,
    TOLD_SIZES,
    WholePictureMeasure,
    read_probabilities,
)

__all__ = [
    "FEATURES",
    "MAX_DISTANCE",
    "NOTHING",
    "TOLD_SIZES",
    "WEIGHTS_FILE",
    "WholePictureAnalyzer",
    "WholePictureHead",
    "WholePictureMeasure",
    "describe_picture",
    "load_head",
    "read_probabilities",
]
