"""How much moves in a window: the camera, what it looks at, and everything together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.move.features import Rows, velocity
from shotlog.schema import Series

NAMES = ("motion.camera", "motion.object", "motion.dynamics")

_HALF = (0.1, 0.08, 0.05)
"""What gives 1.5 of 3: widths per second of the whole picture; the same of what goes its own way;
grey change per pair of pictures (0 to 1). Set by eye: no labels say what they should be."""


def strength(series: Series, rows: Rows) -> npt.NDArray[np.float64]:
    """The three of :data:`NAMES`, each 0 (none) to 3, rising with what it measures."""
    column = MotionMeasure.columns.index
    pairs = series.values[series.last - series.first == 1]
    grey = pairs[:, column("change")] + np.abs(pairs[:, column("light")])
    speed = stray = 0.0
    if rows.enough:
        speed = float(np.median(np.linalg.norm(velocity(rows.short), axis=1)))
        stray = rows.middle("stray")
    amounts = np.array([speed, stray, float(grey.mean()) if len(grey) else 0.0])
    return np.asarray(3 * amounts / (amounts + _HALF))
