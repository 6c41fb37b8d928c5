"""Agreement of confidences with how often they were right."""

from __future__ import annotations

from typing import Final

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.schema import Model

_BINS: Final = 10
"""Bins of equal width of the calibration error."""


class Quality(Model):
    """The agreement of confidences with what was taken, on films that they were not fitted on.

    Attributes:
        brier: Mean squared difference from 1 where a passage was taken and 0 where it was left
            (Glenn W. Brier, "Verification of Forecasts Expressed in Terms of Probability", 1950).
        ece: Expected calibration error: the distance between the mean confidence and the share that
            was taken, averaged over the passages of ten bins of confidences (Guo, Pleiss, Sun and
            Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, equation 5).
    """

    brier: float
    ece: float


def measure_quality(probabilities: Numbers, taken: np.ndarray) -> Quality:
    """Return the agreement of (n,) probabilities with (n,) labels; its figures are 0 for none."""
    count = len(taken)
    away = probabilities - taken
    bins = np.minimum((probabilities * _BINS).astype(np.intp), _BINS - 1)
    sums = np.bincount(bins, weights=away, minlength=_BINS)
    return Quality(
        brier=float((away**2).sum() / max(count, 1)),
        ece=float(np.abs(sums).sum() / max(count, 1)),
    )
