"""A highlighter whose model was learned from finished edits, and the folder of such a model."""

from shotlog.highlights.trained.blocks import AUDIO, DYNAMICS, FACES, WINDOW, WindowBlocks
from shotlog.highlights.trained.folder import check_model_folder, read_model, write_model
from shotlog.highlights.trained.highlighter import TrainedHighlighter
from shotlog.highlights.trained.logistic import CANDIDATES, LogisticModel
from shotlog.highlights.trained.model import FeatureBlock, Method, TrainedModel
from shotlog.highlights.trained.network import LinearLayer, NetworkModel, normalised

__all__ = [
    "AUDIO",
    "CANDIDATES",
    "DYNAMICS",
    "FACES",
    "WINDOW",
    "FeatureBlock",
    "LinearLayer",
    "LogisticModel",
    "Method",
    "NetworkModel",
    "TrainedHighlighter",
    "TrainedModel",
    "WindowBlocks",
    "check_model_folder",
    "normalised",
    "read_model",
    "write_model",
]
