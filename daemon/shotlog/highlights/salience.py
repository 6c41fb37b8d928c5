"""Salience in a timeline: arithmetic on series of quarter seconds, NaN where unknown.

SciPy is imported in the functions that use it: it takes longer than all of ``shotlog.engine``, and
a run whose claims are cached needs none of it.
"""

from __future__ import annotations

import numpy as np

from shotlog.analyzers.clock import Numbers

SMOOTHED_NOISE = 0.67
"""Standard deviation of unit noise in a judgement: it was smoothed over 0.5 s, then over 1 s, and
sqrt(0.5 / sqrt(0.5**2 + 1**2)) is left."""

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
    from scipy.ndimage import gaussian_filter1d

    known = np.isfinite(series)
    total = gaussian_filter1d(np.where(known, series, 0.0), sigma, mode="constant")
    weight = gaussian_filter1d(known.astype(np.float64), sigma, mode="constant")
    return np.where(known, total / np.where(known, weight, 1.0), np.nan)


def local_median(series: Numbers, width: int) -> Numbers:
    """Return the median of the ``width`` steps around; unknown ones count as the median of all."""
    from scipy.ndimage import median_filter

    known = np.isfinite(series)
    if not known.any():
        return series.copy()
    filled = np.where(known, series, np.median(series[known]))
    # An odd width: an even window would be off centre by half a step.
    return np.asarray(median_filter(filled, size=width | 1, mode="reflect"))


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
    from scipy.ndimage import convolve1d

    position = np.arange(-half, half + 1)
    # The taper ends at two standard deviations. Each side is scaled to a sum of 1, so that the
    # result is the difference of two means.
    kernel = np.sign(position) * np.exp(-0.5 * (2 * position / half) ** 2)
    kernel /= np.abs(kernel).sum() / 2
    filtered = convolve1d(np.where(np.isfinite(z), z, 0.0), kernel, axis=0, mode="nearest")
    return np.asarray(np.linalg.norm(filtered, axis=1) / np.sqrt(z.shape[1]))


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
