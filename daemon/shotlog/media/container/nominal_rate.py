"""The usual rate that footage was meant to have, judged from how its frames lie."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from shotlog.schema import USUAL_RATES, exact_rate

_BEYOND = Fraction(4, 100)
"""A rate that lies further below or above all usual ones than their neighbours lie apart (24 and
25) is meant as it is."""

_WINDOW = 20
"""Frames over which a cadence comes out even: 2:3 pulldown does so every 2 or 4, 25 in 30 ticks
every 5."""

_EVEN, _EQUALLY = Fraction(8, 10), Fraction(85, 100)
"""So many windows of a cadence last equally long, to so much of a frame: a tick of the cadence is
shorter than a frame, and a frame that was dropped makes for a whole one."""

_CARRIED = Fraction(5, 1000)
"""The rate that a cadence carries lies so near a usual one (of a few frames: to one of them); the
mean of footage that drops frames regularly does not."""

_ALIKE = Fraction(3, 10)
"""Distances of which the longest is no more than this much longer than the shortest are one and
the same, with jitter."""

_NEAR, _GAP = Fraction(45, 100), 4
"""Distances lie so near whole numbers of frames, up to so many; beyond is a pause."""


def nominal_rate(times: Sequence[int], base: Fraction, rate: Fraction, variable: bool) -> Fraction:
    """The usual rate nearest to that of the footage.

    Of a variable rate the mean says little, as recorders drop frames. Where windows of 20
    frames last equally long and have a usual rate, frames follow each other evenly or in a
    cadence, and that rate is meant: of 2:3 pulldown in ticks of 1001/60000 s it is 24000/1001.
    Elsewhere frames were dropped, and the commonest distance counts.

    Args:
        times: Timestamps of the frames, rising, in units of ``base``.
        base: Seconds of a tick.
        rate: As measured: the mean for a variable rate.
        variable: Whether it is variable.

    Returns:
        One of ``USUAL_RATES``; a rate 4 % below or above all of them as it is, and so a constant
        rate that is not usual.
    """
    if not variable or len(times) < 3:
        return rate
    carried = _evenly(times)
    if carried is not None:
        meant = _usual(1 / (carried * base))
        if abs(meant * carried * base - 1) <= max(_CARRIED, Fraction(1, len(times))):
            return meant
    return _usual(1 / (_commonest(sorted(b - a for a, b in pairwise(times))) * base))


def _usual(rate: Fraction) -> Fraction:
    if rate < (1 - _BEYOND) * USUAL_RATES[0] or rate > (1 + _BEYOND) * USUAL_RATES[-1]:
        return exact_rate(rate)
    return min(USUAL_RATES, key=lambda usual: max(usual / rate, rate / usual))


def _evenly(times: Sequence[int]) -> Fraction | None:
    """How far two frames lie apart where all windows last equally long, in ticks."""
    window = min(_WINDOW, len(times) - 1)
    spans = [b - a for a, b in zip(times, times[window:], strict=False)]
    middle = sorted(spans)[len(spans) // 2]
    even = [span for span in spans if abs(span - middle) * window <= _EQUALLY * middle]
    return Fraction(sum(even), window * len(even)) if len(even) >= _EVEN * len(spans) else None


def _commonest(distances: Sequence[int]) -> Fraction:
    """The mean of the largest group of distances that are alike; of equal groups the shortest.

    Longer distances make it exact, where all are whole multiples of it.
    """
    ends = (bisect_right(distances, d * (1 + _ALIKE), low) for low, d in enumerate(distances))
    length, low = max((end - low, -low) for low, end in enumerate(ends))
    rough = Fraction(sum(distances[-low : -low + length]), length)
    counted = [(d, round(d / rough)) for d in distances if d <= _GAP * rough]
    if all(n and abs(d - n * rough) <= _NEAR * rough for d, n in counted):
        return Fraction(sum(d for d, _ in counted), sum(n for _, n in counted))
    return rough
