"""Selection of moments: peaks, the stretches around them, and their exact ends."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import SPOKEN, STEP, EditClock, Numbers, hear
from shotlog.highlights.contract import Judgement
from shotlog.highlights.salience import SMOOTHED_NOISE
from shotlog.schema import EditView, MomentOptions, TimeRange

_SNAP = Fraction(3, 2)
"""Largest shift of an end to meet a cut, in seconds."""
_BREATH = Fraction(2)
"""Largest shift of an end to spare a phrase, in seconds."""
_TAIL = Fraction(1, 2)
"""Seconds kept after the last word."""
_EVERY = Fraction(12)
"""Seconds of the timeline per moment: more of them would be a summary."""


@dataclass(frozen=True)
class Selected:
    """A stretch of a timeline that a selection took.

    Attributes:
        first: Its first step.
        last: The step after its last.
        range: Its exact range.
        scores: Its figures by name; ``score`` is 0 to 100.
        confidence: Confidence that it is no chance, 0 to 1.
        reasons: Reasons of the selection itself, in words for an editor.
    """

    first: int
    last: int
    range: TimeRange
    scores: dict[str, float]
    confidence: float
    reasons: tuple[str, ...] = ()


class Moments:
    """Selects short moments that stand out, at most one for every 12 s.

    Their ``score`` is the percentage of the timeline that grips less than the moment's peak. The
    confidence is the height of the peak above the height that chance would reach somewhere in a
    timeline of this length.

    Args:
        options: Number and lengths.
    """

    def __init__(self, options: MomentOptions | None = None) -> None:
        self._options = options or MomentOptions()

    @property
    def key(self) -> str:
        """Its options."""
        return f"moments {self._options.model_dump_json()}"

    def warnings(self, view: EditView) -> tuple[str, ...]:
        """Return nothing: it is given nothing that could be wrong."""
        return ()

    def select(self, judgement: Judgement, clock: EditClock) -> list[Selected]:
        """Return the moments, best first; see :func:`select_moments`."""
        options = self._options
        # None in timelines shorter than 12 s.
        count = min(options.most, int(clock.duration / _EVERY))
        if count == 0:
            return []
        limits = SelectionLimits(count, options.shortest, options.longest)
        speech = hear(clock)[1][:, 0]
        moments = select_moments(judgement.viral, speech, clock.cuts(), clock.duration, limits)
        height = relative_heights(judgement.viral)
        known = np.sort(height[np.isfinite(height)])
        threshold = noise_threshold(len(known), options.shortest)
        return [
            Selected(
                m.first,
                m.last,
                m.range,
                {"score": round(100 * float(np.searchsorted(known, m.height)) / len(known), 1)},
                round(1 - threshold / m.height, 3),
            )
            for m in moments
        ]


@dataclass(frozen=True)
class HighlightMoment:
    """A stretch of the timeline that stands out.

    Attributes:
        first: Its first step.
        last: The step after its last.
        peak: Its highest step.
        height: Excitement of the peak over the timeline's median.
        range: Its exact range.
    """

    first: int
    last: int
    peak: int
    height: float
    range: TimeRange


@dataclass(frozen=True)
class SelectionLimits:
    """Largest number of moments, and their shortest and longest length in seconds."""

    count: int
    shortest: Fraction
    longest: Fraction


def relative_heights(excitement: Numbers) -> Numbers:
    """Return the excitement over its median, rounded so that equal values compare equal."""
    known = excitement[np.isfinite(excitement)]
    return np.round(excitement - (np.median(known) if len(known) else 0.0), 6)


def noise_threshold(known_steps: int, shortest: Fraction) -> float:
    """Return the height that a moment must exceed, since noise reaches it somewhere by chance.

    The universal threshold sigma * sqrt(2 ln n) of Donoho and Johnstone ("Ideal spatial
    adaptation by wavelet shrinkage", Biometrika 1994), n being the number of shortest moments and
    sigma that of unit noise after smoothing.
    """
    n = max(2.0, known_steps * float(STEP / shortest))
    return SMOOTHED_NOISE * math.sqrt(2 * math.log(n))


def select_moments(
    excitement: Numbers,
    speech: Numbers,
    cuts: Sequence[Fraction],
    end: Fraction,
    limits: SelectionLimits,
) -> list[HighlightMoment]:
    """Return the moments that stand out, highest first, of equals the earlier; they never overlap.

    Args:
        excitement: (n,) excitement of each step; NaN where unknown.
        speech: (n,) probability of speech.
        cuts: Moments of cuts, in order.
        end: Length of the timeline.
        limits: Number and lengths.
    """
    height = relative_heights(excitement)
    known = np.isfinite(height)
    threshold = noise_threshold(int(known.sum()), limits.shortest)
    free, guard = known.copy(), int(limits.shortest / STEP)
    moments: list[HighlightMoment] = []
    for peak in _peaks(height, threshold):
        if len(moments) == limits.count:
            break
        stretch = _grow(height, free, peak, limits) if free[peak] else None
        if stretch is not None:
            first, last = stretch
            lower, upper = _free_bounds(free, first, last)
            bounds = TimeRange.between(lower * STEP, max(min(upper * STEP, end), first * STEP))
            item = _snap(first, last, peak, speech, cuts, bounds, limits)
            moments.append(HighlightMoment(first, last, peak, float(height[peak]), item))
            # A guard of the shortest length on both sides keeps neighbours distinct.
            free[max(0, first - guard) : last + guard] = False
    return moments


def _peaks(height: Numbers, threshold: float) -> list[int]:
    """Return the local maxima above a threshold, highest first, of equals the earlier."""
    padded = np.concatenate([[-np.inf], np.nan_to_num(height, nan=-np.inf), [-np.inf]])
    inner = padded[1:-1]
    # ">" on one side alone, so that a plateau has one peak, at its start.
    top = (inner > padded[:-2]) & (inner >= padded[2:]) & (inner >= threshold)
    steps = np.flatnonzero(top)
    return [int(step) for step in steps[np.argsort(-height[steps], kind="stable")]]


def _grow(
    height: Numbers, free: npt.NDArray[np.bool_], peak: int, limits: SelectionLimits
) -> tuple[int, int] | None:
    """Return the steps around a peak with at least half its height; None if too few are free."""
    shortest, longest = math.ceil(limits.shortest / STEP), int(limits.longest / STEP)
    first, last = peak, peak + 1
    while last - first < longest:
        left = height[first - 1] if first > 0 and free[first - 1] else -np.inf
        right = height[last] if last < len(height) and free[last] else -np.inf
        best = max(left, right)
        if best == -np.inf or (last - first >= shortest and best < height[peak] / 2):
            break
        # Grow towards the higher side.
        if right >= left:
            last += 1
        else:
            first -= 1
    return (first, last) if last - first >= shortest else None


def _free_bounds(free: npt.NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    """Return the steps to which a stretch may be widened before another one or the unknown."""
    before, after = np.flatnonzero(~free[:first]), np.flatnonzero(~free[last:])
    return (
        int(before[-1]) + 1 if len(before) else 0,
        last + int(after[0]) if len(after) else len(free),
    )


def _snap(
    first: int,
    last: int,
    peak: int,
    speech: Numbers,
    cuts: Sequence[Fraction],
    bounds: TimeRange,
    limits: SelectionLimits,
) -> TimeRange:
    """Return the exact range: ends on a cut near by, else in a pause of speech."""
    start, end = first * STEP, min(last * STEP, bounds.end)
    starts = [_near_cut(start, cuts), _phrase_start(first, speech), start]
    ends = [_near_cut(end, cuts), _phrase_end(last, speech), end]
    highest = peak * STEP
    # In order of preference: cut, pause, as found.
    for a in starts:
        for b in ends:
            if a is None or b is None or not (bounds.start <= a <= highest < b <= bounds.end):
                continue
            if limits.shortest <= b - a <= limits.longest:
                return TimeRange.between(a, b)
    return TimeRange.between(start, end)


def _near_cut(moment: Fraction, cuts: Sequence[Fraction]) -> Fraction | None:
    at = bisect_left(cuts, moment)
    near = [cut for cut in cuts[max(0, at - 1) : at + 1] if abs(cut - moment) <= _SNAP]
    return min(near, key=lambda cut: abs(cut - moment), default=None)


def _phrase_start(first: int, speech: Numbers) -> Fraction | None:
    """Return the pause before the phrase that a step would cut into."""
    # Negated below, so that unknown speech (NaN) counts as a pause.
    for step in range(first, max(-1, first - int(_BREATH / STEP) - 1), -1):
        if not speech[step] > SPOKEN:
            return step * STEP
    return None


def _phrase_end(last: int, speech: Numbers) -> Fraction | None:
    """Return a moment shortly after the phrase that continues before a step."""
    if last == 0 or not speech[last - 1] > SPOKEN:
        return None
    for step in range(last, min(len(speech), last + int(_BREATH / STEP) + 1)):
        if not speech[step] > SPOKEN:
            return step * STEP + _TAIL
    return None
