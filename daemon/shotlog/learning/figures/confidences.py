"""Agreement of confidences with how often they were right."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

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


class ReliabilityBin(Model):
    """A bin of confidences: how sure the answers were, and how many of them were right.

    Attributes:
        low: Lower end of the bin.
        high: Upper end; it belongs to the next bin, but for 1.
        count: Number of answers.
        confidence: Their mean confidence; None for an empty bin.
        right: Share of them that was right; None for an empty bin.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    right: float | None


def reliability(probabilities: Numbers, taken: np.ndarray) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a reliability diagram, from the lowest confidence to the highest.

    The diagram of DeGroot and Fienberg, "The Comparison and Evaluation of Forecasters" (1983), in
    the bins of the calibration error.

    Args:
        probabilities: (n,) confidences.
        taken: (n,) True where the answer was right.
    """
    bins = _bin_numbers(probabilities)
    counts = np.bincount(bins, minlength=_BINS)
    sums = np.bincount(bins, weights=probabilities, minlength=_BINS)
    hits = np.bincount(bins, weights=taken, minlength=_BINS)
    return tuple(
        ReliabilityBin(
            low=number / _BINS,
            high=(number + 1) / _BINS,
            count=int(count),
            confidence=float(total / count) if count else None,
            right=float(hit / count) if count else None,
        )
        for number, (count, total, hit) in enumerate(zip(counts, sums, hits, strict=True))
    )


def measure_quality(probabilities: Numbers, taken: np.ndarray) -> Quality:
    """Return the agreement of (n,) probabilities with (n,) labels; its figures are 0 for none."""
    count = len(taken)
    away = probabilities - taken
    sums = np.bincount(_bin_numbers(probabilities), weights=away, minlength=_BINS)
    return Quality(
        brier=float((away**2).sum() / max(count, 1)),
        ece=float(np.abs(sums).sum() / max(count, 1)),
    )


def _bin_numbers(probabilities: Numbers) -> npt.NDArray[np.intp]:
    return np.minimum((probabilities * _BINS).astype(np.intp), _BINS - 1)
