"""Camera motion between two pictures, measured by tracked corners."""

from shotlog.analyzers.motion.measure import GRID, LONG, MotionMeasure

__all__ = ["GRID", "LONG", "MotionMeasure"]
