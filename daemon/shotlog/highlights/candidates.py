"""Every stretch of a timeline that may be a passage, with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import STEP, EditClock, Numbers, steps_before
from shotlog.highlights.boundaries import Boundaries, Transcript, find_boundaries
from shotlog.highlights.contract import Judgement
from shotlog.schema import PassageOptions, TimeRange

_HOOK: Final = Fraction(3)
"""Seconds at the start of a passage that have to grip."""
_HOOK_WEIGHT: Final = 0.25
"""Weight of the hook beside the peaks of the whole passage. A judgement; what heavier hooks cost is
in ``benchmarks/README.md``."""
_PEAKS: Final = 0.75
"""Quantile of the timeline above which a step is part of a peak."""
_KNOWN: Final = 0.5
"""Least share of a passage of which something is known."""
_FLAT: Final = 0.05
"""Spread of a judgement, in spreads of noise, below which nothing stands out."""
_CLOSE: Final = 1e-9
"""Seconds by which rounding may change a length."""

_Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Every stretch of a timeline that may be a passage, with its figures.

    Attributes:
        boundaries: The moments at which they begin and end.
        start: (n,) index of the start among the starts.
        end: (n,) index of the end among the ends.
        viral: (n,) percentage of the candidates that grip as much or less.
        compelling: (n,) percentage of them that hold as much or less.
        score: (n,) the weighted mean of both.
    """

    boundaries: Boundaries
    start: _Indices
    end: _Indices
    viral: Numbers
    compelling: Numbers
    score: Numbers

    def __len__(self) -> int:
        return len(self.score)

    def range(self, number: int) -> TimeRange:
        """Return the exact range of a candidate."""
        starts, ends = self.boundaries.starts, self.boundaries.ends
        return TimeRange.between(starts[self.start[number]].at, ends[self.end[number]].at)

    def reason(self, number: int) -> str:
        """Return the reason for both its ends, for an editor."""
        start = self.boundaries.starts[self.start[number]].reason
        return f"begins {start}, ends {self.boundaries.ends[self.end[number]].reason}"

    def only(self, numbers: _Indices) -> Candidates:
        """Return some of the candidates."""
        start, end = self.start[numbers], self.end[numbers]
        figures = [each[numbers] for each in (self.viral, self.compelling, self.score)]
        return Candidates(self.boundaries, start, end, *figures)

    def overlapping(self, item: TimeRange) -> npt.NDArray[np.bool_]:
        """Return (n,) True for those that have a moment in common with a range."""
        starts = np.array([each.at < item.end for each in self.boundaries.starts], dtype=np.bool_)
        ends = np.array([each.at > item.start for each in self.boundaries.ends], dtype=np.bool_)
        return np.asarray(starts[self.start] & ends[self.end])


def find_candidates(
    judgement: Judgement,
    clock: EditClock,
    options: PassageOptions,
    transcript: Transcript | None = None,
) -> Candidates:
    """Return every stretch of a timeline that may be a passage; none where nothing stands out.

    Args:
        judgement: The judgement.
        clock: The timeline.
        options: Weights and lengths.
        transcript: What is said in it; None takes the voice detector.
    """
    # Edges that lie further apart may leave a start without an end at an allowed length.
    far = max(options.min_duration, options.max_duration - options.min_duration)
    boundaries = find_boundaries(clock, transcript, far)
    start, end = _pairs(boundaries, options)
    first, last = (
        np.array([steps_before(each.at) for each in edges], dtype=np.intp)
        for edges in (boundaries.starts, boundaries.ends)
    )
    sums = [_Sums.of(series) for series in (judgement.viral, judgement.compelling)]
    shares = [each.known_share(first[start], last[end]) for each in sums]
    keep = np.minimum(*shares) >= _KNOWN
    if not _stands_out(judgement):
        keep[:] = False
    start, end = start[keep], end[keep]
    viral = _percentages(_grip(judgement.viral, first[start], last[end]))
    compelling = _percentages(sums[1].height(first[start], last[end]))
    total = options.viral_weight + options.compelling_weight
    score = (options.viral_weight * viral + options.compelling_weight * compelling) / total
    return Candidates(boundaries, start, end, viral, compelling, np.round(score, 6))


def _pairs(boundaries: Boundaries, options: PassageOptions) -> tuple[_Indices, _Indices]:
    """Return the pairs of a start and an end whose distance is a length that is allowed."""
    starts, ends = (
        np.array([float(each.at) for each in edges])
        for edges in (boundaries.starts, boundaries.ends)
    )
    low = np.searchsorted(ends, starts + float(options.min_duration) - _CLOSE)
    high = np.searchsorted(ends, starts + float(options.max_duration) + _CLOSE, side="right")
    counts = np.maximum(high - low, 0)
    start = np.repeat(np.arange(len(starts)), counts)
    # The numbers 0, 1, 2 ... within the ends of each start.
    within = np.arange(len(start)) - np.repeat(np.cumsum(counts) - counts, counts)
    return start, np.repeat(low, counts) + within


@dataclass(frozen=True, eq=False)
class _Sums:
    """Prefix sums of a series, by which the mean of any stretch is two differences.

    Attributes:
        total: (n + 1,) sums of the known values before each step.
        known: (n + 1,) their number.
    """

    total: Numbers
    known: npt.NDArray[np.int64]

    @classmethod
    def of(cls, series: Numbers) -> _Sums:
        known = np.isfinite(series)
        total = np.concatenate([[0.0], np.cumsum(np.where(known, series, 0.0))])
        return cls(total, np.concatenate([[0], np.cumsum(known)]))

    def mean(self, first: _Indices, last: _Indices) -> Numbers:
        count = np.maximum(self.known[last] - self.known[first], 1)
        return np.asarray((self.total[last] - self.total[first]) / count)

    def height(self, first: _Indices, last: _Indices) -> Numbers:
        over = self.mean(first, last) - self.total[-1] / max(int(self.known[-1]), 1)
        return np.asarray(over * np.sqrt(self.known[last] - self.known[first]))

    def known_share(self, first: _Indices, last: _Indices) -> Numbers:
        return np.asarray((self.known[last] - self.known[first]) / np.maximum(last - first, 1))


def _grip(viral: Numbers, first: _Indices, last: _Indices) -> Numbers:
    """Return what each stretch has of what grips: its peaks, and its hook."""
    if not np.isfinite(viral).any():
        return np.zeros(len(first))
    peaks = _Sums.of(np.maximum(viral - np.nanquantile(viral, _PEAKS), 0.0))
    hook = np.minimum(first + int(_HOOK / STEP), last)
    return peaks.height(first, last) + _HOOK_WEIGHT * peaks.height(first, hook)


def _percentages(values: Numbers) -> Numbers:
    """Return for each value the percentage of all that are as large or smaller."""
    if not len(values):
        return values
    rounded = np.round(values, 6)  # so that equal ones compare equal
    return 100 * np.searchsorted(np.sort(rounded), rounded, side="right") / len(values)


def _stands_out(judgement: Judgement) -> bool:
    series = (judgement.viral, judgement.compelling)
    known = [values[np.isfinite(values)] for values in series]
    return any(len(values) and float(np.std(values)) > _FLAT for values in known)
