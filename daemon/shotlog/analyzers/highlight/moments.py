"""Chooses the moments that stand out: peaks, the stretches around them, their exact ends."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.highlight.edit_clock import STEP
from shotlog.schema import TimeRange

Numbers = npt.NDArray[np.float64]

_NOISE = 0.67
"""Features smoothed over 0.5 s, then over 1 s: sqrt(0.5 / sqrt(0.5**2 + 1**2)) of unit noise."""
_SNAP = Fraction(3, 2)
"""Seconds that an end is moved to meet a cut."""
_BREATH = Fraction(2)
"""Seconds that an end is moved to spare a phrase."""
_TAIL = Fraction(1, 2)
"""Seconds that are left after the last word."""
_SPOKEN = 0.5


@dataclass(frozen=True)
class Moment:
    """A stretch of the timeline that stands out.

    Attributes:
        first: Its first step.
        last: The step after its last.
        peak: The step where it stands out most.
        height: How far: excitement over the timeline's median.
        range: Its exact range.
    """

    first: int
    last: int
    peak: int
    height: float
    range: TimeRange


@dataclass(frozen=True)
class Choice:
    """How many moments are wanted, and how long, in seconds."""

    count: int
    shortest: Fraction
    longest: Fraction


def heights(excitement: Numbers) -> Numbers:
    """Excitement over the timeline's median, rounded so that equals are equal."""
    known = excitement[np.isfinite(excitement)]
    return np.round(excitement - (np.median(known) if len(known) else 0.0), 6)


def bar(known_steps: int, shortest: Fraction) -> float:
    """The height that a moment must pass: what chance gives to the highest of n is no highlight.

    The universal threshold sigma * sqrt(2 ln n) of Donoho and Johnstone ("Ideal spatial
    adaptation by wavelet shrinkage", Biometrika 1994), n being the number of shortest moments and
    sigma what is left of unit noise after smoothing.
    """
    n = max(2.0, known_steps * float(STEP / shortest))
    return _NOISE * math.sqrt(2 * math.log(n))


def choose(
    excitement: Numbers, speech: Numbers, cuts: Sequence[Fraction], end: Fraction, choice: Choice
) -> list[Moment]:
    """The moments that stand out, highest first, of equals the earlier; they never overlap.

    Args:
        excitement: (n,) how much goes on at each step; NaN where it is unknown.
        speech: (n,) probability that somebody speaks.
        cuts: Where shots change, in order.
        end: The timeline's length.
        choice: How many, how long.
    """
    height = heights(excitement)
    known = np.isfinite(height)
    least = bar(int(known.sum()), choice.shortest)
    free, guard = known.copy(), int(choice.shortest / STEP)
    found: list[Moment] = []
    for peak in _peaks(height, least):
        if len(found) == choice.count:
            break
        stretch = _grown(height, free, peak, choice) if free[peak] else None
        if stretch is not None:
            first, last = stretch
            lower, upper = _room(free, first, last)
            bounds = TimeRange.between(lower * STEP, max(min(upper * STEP, end), first * STEP))
            item = _snapped(first, last, peak, speech, cuts, bounds, choice)
            found.append(Moment(first, last, peak, float(height[peak]), item))
            free[max(0, first - guard) : last + guard] = False
    return found


def _peaks(height: Numbers, least: float) -> list[int]:
    """Local maxima above a bar, highest first, of equals the earlier."""
    padded = np.concatenate([[-np.inf], np.nan_to_num(height, nan=-np.inf), [-np.inf]])
    inner = padded[1:-1]
    top = (inner > padded[:-2]) & (inner >= padded[2:]) & (inner >= least)
    steps = np.flatnonzero(top)
    return [int(step) for step in steps[np.argsort(-height[steps], kind="stable")]]


def _grown(
    height: Numbers, free: npt.NDArray[np.bool_], peak: int, choice: Choice
) -> tuple[int, int] | None:
    """The steps around a peak that stand at least half as high; None where there is no room."""
    shortest, longest = math.ceil(choice.shortest / STEP), int(choice.longest / STEP)
    first, last = peak, peak + 1
    while last - first < longest:
        left = height[first - 1] if first > 0 and free[first - 1] else -np.inf
        right = height[last] if last < len(height) and free[last] else -np.inf
        best = max(left, right)
        if best == -np.inf or (last - first >= shortest and best < height[peak] / 2):
            break
        if right >= left:
            last += 1
        else:
            first -= 1
    return (first, last) if last - first >= shortest else None


def _room(free: npt.NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """How far a stretch may be widened before it meets another one or the unknown."""
    before, after = np.flatnonzero(~free[:first]), np.flatnonzero(~free[last:])
    return (
        int(before[-1]) + 1 if len(before) else 0,
        last + int(after[0]) if len(after) else len(free),
    )


def _snapped(
    first: int,
    last: int,
    peak: int,
    speech: Numbers,
    cuts: Sequence[Fraction],
    bounds: TimeRange,
    choice: Choice,
) -> TimeRange:
    """The exact range: ends on a cut near by, else where nobody is speaking."""
    start, end = first * STEP, min(last * STEP, bounds.end)
    starts = [_near_cut(start, cuts), _phrase_start(first, speech), start]
    ends = [_near_cut(end, cuts), _phrase_end(last, speech), end]
    seen = peak * STEP
    for a in starts:
        for b in ends:
            if a is None or b is None or not (bounds.start <= a <= seen < b <= bounds.end):
                continue
            if choice.shortest <= b - a <= choice.longest:
                return TimeRange.between(a, b)
    return TimeRange.between(start, end)


def _near_cut(moment: Fraction, cuts: Sequence[Fraction]) -> Fraction | None:
    at = bisect_left(cuts, moment)
    near = [cut for cut in cuts[max(0, at - 1) : at + 1] if abs(cut - moment) <= _SNAP]
    return min(near, key=lambda cut: abs(cut - moment), default=None)


def _phrase_start(first: int, speech: Numbers) -> Fraction | None:
    """The pause before the phrase that a step would cut into."""
    for step in range(first, max(-1, first - int(_BREATH / STEP) - 1), -1):
        if not speech[step] > _SPOKEN:
            return step * STEP
    return None


def _phrase_end(last: int, speech: Numbers) -> Fraction | None:
    """Shortly after the phrase that is still spoken before a step."""
    if last == 0 or not speech[last - 1] > _SPOKEN:
        return None
    for step in range(last, min(len(speech), last + int(_BREATH / STEP) + 1)):
        if not speech[step] > _SPOKEN:
            return step * STEP + _TAIL
    return None
