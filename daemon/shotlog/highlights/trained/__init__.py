"""A highlighter whose weights were learned from finished edits, and the folder of its model."""

from shotlog.highlights.trained.highlighter import TrainedHighlighter
from shotlog.highlights.trained.model import (
    CANDIDATES,
    TrainedModel,
    check_model_folder,
    read_model,
    write_model,
)

__all__ = [
    "CANDIDATES",
    "TrainedHighlighter",
    "TrainedModel",
    "check_model_folder",
    "read_model",
    "write_model",
]
