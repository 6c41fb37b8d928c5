"""Camera motion between two pictures, measured by tracked corners."""

from shotlog.analyzers.motion.measure import LONG_BASELINE, PICTURE_RATE, MotionMeasure

__all__ = ["LONG_BASELINE", "PICTURE_RATE", "MotionMeasure"]
