"""Built-in measures and analyzers: thumbnails, faces, motion, sound, size, moves, highlights."""

import os

# Set before onnxruntime is imported: Shotlog sends no usage data.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from shotlog.analyzers.logistic import LogisticRegression
from shotlog.analyzers.pictures import (
    Letterbox,
    crop_letterbox,
    detect_letterbox,
    remove_letterbox,
    shrink,
)
from shotlog.analyzers.thumbnail import ThumbnailMeasure, middle_thumbnail

__all__ = [
    "Letterbox",
    "LogisticRegression",
    "ThumbnailMeasure",
    "crop_letterbox",
    "detect_letterbox",
    "middle_thumbnail",
    "remove_letterbox",
    "shrink",
]
