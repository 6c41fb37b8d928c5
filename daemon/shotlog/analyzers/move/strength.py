"""Amounts of motion in a window: camera, object, and overall dynamics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.move.features import MotionRows, velocities
from shotlog.schema import Series

STRENGTHS = ("motion.camera", "motion.object", "motion.dynamics")
"""Names of the amounts among the scores."""

_HALF = (0.1, 0.08, 0.05)
"""Values that give 1.5 of 3: speed of the whole picture in widths per second; the same of what
moves independently; grey change per pair of pictures (0 to 1). Set by eye, since no labels
exist."""


def motion_strengths(series: Series, rows: MotionRows) -> npt.NDArray[np.float64]:
    """Return the three amounts of :data:`STRENGTHS`, each 0 (none) to 3, rising with its value."""
    column = MotionMeasure.columns.index
    pairs = series.values[series.last - series.first == 1]
    grey = pairs[:, column("change")] + np.abs(pairs[:, column("light")])
    speed = stray = 0.0
    if rows.enough:
        speed = float(np.median(np.linalg.norm(velocities(rows.short), axis=1)))
        stray = rows.middle("stray")
    amounts = np.array([speed, stray, float(grey.mean()) if len(grey) else 0.0])
    return np.asarray(3 * amounts / (amounts + _HALF))
