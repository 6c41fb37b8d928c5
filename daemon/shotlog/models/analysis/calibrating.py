"""Calibration of the scores of windows by the profile of an editor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shotlog.schema import LabelCalibration


def calibrate_windows(
    labels: Sequence[str],
    scores: npt.NDArray[np.floating],
    calibration: LabelCalibration | None,
    *,
    exclusive: bool,
) -> npt.NDArray[np.floating]:
    """Return the scores of windows as a profile corrects them, each window by itself.

    Args:
        labels: Names of the scores.
        scores: (windows, labels) probabilities.
        calibration: The correction; None leaves the scores as they are.
        exclusive: True for labels of which one holds, False where each holds or not.
    """
    if calibration is None:
        return scores
    correct = calibration.of_one if exclusive else calibration.of_each
    rows = (correct(dict(zip(labels, row, strict=True))) for row in scores.tolist())
    return np.array([[row[label] for label in labels] for row in rows], np.float64)
