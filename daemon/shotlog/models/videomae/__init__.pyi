from .architecture import Architecture
from .assembly import read_weights
from .layouts import TRUNK, CheckpointLayout
from .loading import LoadedModel, load
from .network import Backbone, Classifier, MotionPredictor, transformers_config
from .outline import Outline, read_outline

__all__ = [
    "TRUNK",
    "Architecture",
    "Backbone",
    "CheckpointLayout",
    "Classifier",
    "LoadedModel",
    "MotionPredictor",
    "Outline",
    "load",
    "read_outline",
    "read_weights",
    "transformers_config",
]
