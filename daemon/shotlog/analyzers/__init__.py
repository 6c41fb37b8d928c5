"""What looks: one small class per question."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

from shotlog.analyzers.thumbnail import ThumbnailMeasure, middle_thumbnail

__all__ = ["ThumbnailMeasure", "middle_thumbnail"]
