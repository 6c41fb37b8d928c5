"""A highlighter whose weights were learned from finished edits, and the folder of its model."""

from shotlog.highlights.trained.highlighter import TrainedHighlighter
from shotlog.highlights.trained.model import CANDIDATES, TrainedModel, read_model, write_model

__all__ = [
    "CANDIDATES",
    "TrainedHighlighter",
    "TrainedModel",
    "read_model",
    "write_model",
]
