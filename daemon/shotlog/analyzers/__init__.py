"""Built-in measures and analyzers: thumbnails, faces, motion, sound, size, moves, highlights."""

import os

# Set before onnxruntime is imported: Shotlog sends no usage data.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from shotlog.analyzers.logistic import LogisticRegression
from shotlog.analyzers.thumbnail import ThumbnailMeasure, middle_thumbnail

__all__ = ["LogisticRegression", "ThumbnailMeasure", "middle_thumbnail"]
