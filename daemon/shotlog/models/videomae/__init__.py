"""VideoMAE checkpoints: layouts, architecture, network, loading."""

from shotlog.models.videomae.architecture import Architecture
from shotlog.models.videomae.checkpoint import read_json
from shotlog.models.videomae.layouts import TRUNK
from shotlog.models.videomae.loading import LoadedModel, load
from shotlog.models.videomae.network import Backbone, Classifier, Predictor
from shotlog.models.videomae.outline import Outline, read_outline

__all__ = [
    "TRUNK",
    "Architecture",
    "Backbone",
    "Classifier",
    "LoadedModel",
    "Outline",
    "Predictor",
    "load",
    "read_json",
    "read_outline",
]
