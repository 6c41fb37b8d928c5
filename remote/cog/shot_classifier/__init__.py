"""Shot sizes and camera moves of short clips by VideoMAE models, for both predictors.

Plain Python with torch, transformers, PyAV and NumPy, in any versions that either container has.
It imports nothing of Shotlog, which needs a newer Python than the original container.
"""

from shot_classifier.checkpoint import CheckpointUnusable
from shot_classifier.classifier import Classifier, choose_precision
from shot_classifier.clip import FRAMES, ClipUnreadable, choose_frames, read_clip
from shot_classifier.heads import Answer, Head, describe_size, find_heads

__all__ = [
    "FRAMES",
    "Answer",
    "CheckpointUnusable",
    "Classifier",
    "ClipUnreadable",
    "Head",
    "choose_frames",
    "choose_precision",
    "describe_size",
    "find_heads",
    "read_clip",
]
