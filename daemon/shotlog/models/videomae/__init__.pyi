from .architecture import Architecture
from .checkpoint import read_json
from .layouts import TRUNK
from .loading import LoadedModel, load
from .network import Backbone, Classifier, MotionPredictor
from .outline import Outline, read_outline

__all__ = [
    "TRUNK",
    "Architecture",
    "Backbone",
    "Classifier",
    "LoadedModel",
    "MotionPredictor",
    "Outline",
    "load",
    "read_json",
    "read_outline",
]
