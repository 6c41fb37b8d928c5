"""Salience in a timeline: arithmetic on series of quarter seconds, NaN where unknown.

NumPy alone is used: SciPy's filters take longer to import than all that is computed here.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from shotlog.analyzers.clock import Numbers

SMOOTHED_NOISE = 0.67
"""Standard deviation of unit noise in a judgement: it was smoothed over 0.5 s, then over 1 s, and
sqrt(0.5 / sqrt(0.5**2 + 1**2)) is left."""

_MAX_SPREADS = 5.0
"""Limit of a z-score in either direction."""
_CALM = 4.0
"""Standard deviation of the smoothing of a judgement, in steps (1 s)."""
_TRUNCATE = 4.0
"""Standard deviations after which a Gaussian counts as 0."""
_FEWEST = 8
"""Least number of known values for a spread."""
_ALIKE = 0.25
"""Share of the least spread below which the median deviation means that most values are equal."""


def smooth(series: Numbers, sigma: float) -> Numbers:
    """Return the Gaussian mean over the known neighbours; unknown values stay unknown.

    Args:
        series: (n,) numbers.
        sigma: Standard deviation in steps.
    """
    reach = round(_TRUNCATE * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    known = np.isfinite(series)
    total = _convolved(np.where(known, series, 0.0), kernel)
    weight = _convolved(known.astype(np.float64), kernel)
    return np.where(known, total / np.where(known, weight, 1.0), np.nan)


def local_median(series: Numbers, width: int) -> Numbers:
    """Return the median of the ``width`` steps around; unknown ones count as the median of all."""
    known = np.isfinite(series)
    if not known.any():
        return series.copy()
    filled = np.where(known, series, np.median(series[known]))
    # An odd width: an even window would be off centre by half a step.
    padded = np.pad(filled, width // 2, mode="symmetric")
    return np.asarray(np.median(sliding_window_view(padded, width | 1), axis=1))


def rise(series: Numbers, before: int, after: int) -> Numbers:
    """Return the mean of the next ``after`` steps less that of the previous ``before`` ones."""
    past = np.append(np.nan, _trailing_mean(series, before)[:-1])
    return np.asarray(_trailing_mean(series[::-1], after)[::-1] - past)


def z_scores(series: Numbers, least_spread: float) -> Numbers:
    """Return the distance of each value from the median of the known ones, in spreads.

    The spread is that of Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): the
    median absolute deviation * 1.4826, or the mean one * 1.2533 where most values are equal; both
    estimate a normal distribution's sigma.

    Args:
        series: (n,) numbers; all results are NaN where too few are known.
        least_spread: Lower limit of the spread: smaller differences are irrelevant.
    """
    known = series[np.isfinite(series)]
    if len(known) < _FEWEST:
        return np.full_like(series, np.nan)
    middle = np.median(known)
    off = np.abs(known - middle)
    spread = 1.4826 * float(np.median(off))
    if spread < _ALIKE * least_spread:
        spread = 1.2533 * float(off.mean())
    spread = max(spread, least_spread)
    return np.asarray((series - middle) / spread)


def limited_z_scores(series: Numbers, least_spread: float) -> Numbers:
    """Return :func:`z_scores` of at most 5 in either direction, so that none alone decides."""
    return np.clip(z_scores(series, least_spread), -_MAX_SPREADS, _MAX_SPREADS)


def calm(judged: Numbers) -> Numbers:
    """Return a judgement smoothed over a second, as every highlighter does."""
    return smooth(judged, _CALM)


def combine(z: Numbers, weights: Numbers) -> Numbers:
    """Return Stouffer's weighted sum of the known z-scores of each step, (n, d) to (n,)."""
    known = np.isfinite(z)
    # Divided by the root of the summed squared weights, the sum has the same spread however many
    # features are known: silent media have no disadvantage.
    norm = np.sqrt(known @ weights**2)
    total = np.where(known, z, 0.0) @ weights
    return np.where(norm > 0, total / np.where(norm > 0, norm, 1.0), np.nan)


def novelty(z: Numbers, half: int) -> Numbers:
    """Return the difference between the past and the future of each step, (n, d) to (n,).

    The checkerboard novelty of Foote ("Automatic audio segmentation using a measure of audio
    novelty", ICME 2000) with a Gaussian taper and the inner product as similarity. That kernel is
    the outer product of one antisymmetric kernel with itself, so the sum over the
    self-similarity matrix is the squared length of the features filtered by it, and the matrix
    is never computed. The result is its root, per feature, in spreads.

    Args:
        z: Features in spreads; unknown ones count as 0.
        half: Steps that the kernel reaches to either side.
    """
    position = np.arange(-half, half + 1)
    # The taper ends at two standard deviations. Each side is scaled to a sum of 1, so that the
    # result is the difference of two means.
    kernel = np.sign(position) * np.exp(-0.5 * (2 * position / half) ** 2)
    kernel /= np.abs(kernel).sum() / 2
    filled = np.pad(np.where(np.isfinite(z), z, 0.0), ((half, half), (0, 0)), mode="edge")
    filtered = [np.convolve(feature, kernel, mode="valid") for feature in filled.T]
    return np.asarray(np.linalg.norm(filtered, axis=0) / np.sqrt(z.shape[1]))


def _convolved(series: Numbers, kernel: Numbers) -> Numbers:
    """Return a series filtered by a kernel of odd length; beyond its ends it counts as 0."""
    reach = len(kernel) // 2
    return np.convolve(series, kernel)[reach : reach + len(series)] if len(series) else series


def _trailing_mean(series: Numbers, width: int) -> Numbers:
    """Return the mean of the last ``width`` steps at each; NaN unless all of them are known."""
    known = np.isfinite(series)
    sums = np.cumsum(np.append(0.0, np.where(known, series, 0.0)))
    counts = np.cumsum(np.append(0, known))
    out = np.full(len(series), np.nan)
    if len(series) >= width:
        whole = counts[width:] - counts[:-width] == width
        out[width - 1 :] = np.where(whole, (sums[width:] - sums[:-width]) / width, np.nan)
    return out
