"""Nominal frame rate of footage, estimated from the timestamps of its frames."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from shotlog.schema import USUAL_RATES, exact_rate

_BEYOND = Fraction(4, 100)
"""Relative distance below or above all usual rates from which a rate is kept as it is: that of the
nearest usual rates (24 and 25)."""

_WINDOW = 20
"""Frames over which a cadence repeats: 2:3 pulldown does so every 2 or 4, 25 in 30 ticks every 5.
"""

# In a cadence at least this share of all windows is equally long, within this part of a frame: a
# tick of the cadence is shorter than a frame, while a dropped frame adds a whole one.
_MIN_EQUAL_SHARE, _EQUAL_WITHIN = Fraction(8, 10), Fraction(85, 100)

_CADENCE_ERROR = Fraction(5, 1000)
"""Relative error of the rate of a cadence from a usual rate, at most (of a few frames: one of
them). The mean of footage that drops frames regularly differs by more."""

_JITTER = Fraction(3, 10)
"""Relative difference of the longest and the shortest of distances that count as equal."""

# Distances must lie this near (in frames) to whole numbers of frames; only those up to the second
# number are counted, as longer ones are pauses.
_NEAR, _PAUSE = Fraction(45, 100), 4


def estimate_nominal_rate(
    times: Sequence[int], base: Fraction, rate: Fraction, variable: bool
) -> Fraction:
    """Estimate the usual rate nearest to that of the footage.

    The mean of a variable rate is no estimate, as recorders drop frames. Where windows of 20
    frames are equally long and have a usual rate, frames follow each other evenly or in a
    cadence, and that rate is returned: for 2:3 pulldown in ticks of 1001/60000 s it is 24000/1001.
    Elsewhere frames were dropped, and the most frequent distance is used.

    Args:
        times: Timestamps of the frames, rising, in units of ``base``.
        base: Seconds per tick.
        rate: The measured rate; the mean for a variable rate.
        variable: True for a variable rate.

    Returns:
        One of ``USUAL_RATES``; unchanged, a rate more than 4 % below or above all of them, and
        any constant rate.
    """
    if not variable or len(times) < 3:
        return rate
    distance = _cadence_distance(times)
    if distance is not None:
        nominal = _nearest_usual(1 / (distance * base))
        if abs(nominal * distance * base - 1) <= max(_CADENCE_ERROR, Fraction(1, len(times))):
            return nominal
    distances = sorted(b - a for a, b in pairwise(times))
    return _nearest_usual(1 / (_most_frequent(distances) * base))


def _nearest_usual(rate: Fraction) -> Fraction:
    """Return the usual rate with the smallest ratio to a rate, or the rate beyond all of them."""
    if rate < (1 - _BEYOND) * USUAL_RATES[0] or rate > (1 + _BEYOND) * USUAL_RATES[-1]:
        return exact_rate(rate)
    return min(USUAL_RATES, key=lambda usual: max(usual / rate, rate / usual))


def _cadence_distance(times: Sequence[int]) -> Fraction | None:
    """Return the mean distance of two frames in ticks; None where windows differ in length."""
    window = min(_WINDOW, len(times) - 1)
    spans = [b - a for a, b in zip(times, times[window:], strict=False)]
    middle = sorted(spans)[len(spans) // 2]
    equal = [span for span in spans if abs(span - middle) * window <= _EQUAL_WITHIN * middle]
    if len(equal) < _MIN_EQUAL_SHARE * len(spans):
        return None
    return Fraction(sum(equal), window * len(equal))


def _most_frequent(distances: Sequence[int]) -> Fraction:
    """Return the mean of the largest group of equal distances; of equal groups the shortest.

    Args:
        distances: Distances of neighbouring frames in ticks, rising.
    """
    ends = (bisect_right(distances, d * (1 + _JITTER), low) for low, d in enumerate(distances))
    length, low = max((end - low, -low) for low, end in enumerate(ends))
    rough = Fraction(sum(distances[-low : -low + length]), length)
    # Where all longer distances are whole multiples of it, their mean is more exact.
    counted = [(d, round(d / rough)) for d in distances if d <= _PAUSE * rough]
    if all(n and abs(d - n * rough) <= _NEAR * rough for d, n in counted):
        return Fraction(sum(d for d, _ in counted), sum(n for _, n in counted))
    return rough
