"""Selection of passages: stretches that can be shown alone, the best of a timeline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import STEP, EditClock, Numbers, steps_before
from shotlog.highlights.boundaries import Boundaries, Transcript, find_boundaries
from shotlog.highlights.contract import Judgement
from shotlog.highlights.moments import Selected, noise_threshold, relative_heights
from shotlog.schema import PassageOptions, ScoreCalibration, TimelineTooShort, TimeRange

_HOOK: Final = Fraction(3)
"""Seconds at the start of a passage that have to grip."""
_HOOK_WEIGHT: Final = 0.25
"""Weight of the hook beside the peaks of the whole passage. A judgement."""
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


class Passages:
    """Selects the passages with the highest scores; they never overlap.

    A passage lasts as long as the options allow, and begins and ends as
    :func:`~shotlog.highlights.boundaries.find_boundaries` tells. What it has of

    - *viral*, what grips at once: its peaks, which are what rises above the upper quartile of the
      timeline, and a quarter of those of its first 3 s;
    - *compelling*, what holds: the mean over all of it,

    are percentages of all candidates that have as much or less. A mean counts by its height over
    that of the timeline, times the square root of the length, as short stretches reach the same
    height by chance more easily: the scan statistic of Kulldorff, Huang and Konty, "A scan
    statistic for continuous data based on the normal probability model" (International Journal of
    Health Geographics 8, 2009), for a known variance. Else the shortest would always win. The score
    is the mean of both percentages, weighted by the options, 0 to 100.

    Args:
        options: Weights, lengths and number.
        transcript: What is said in the timeline; None takes the voice detector.
    """

    def __init__(
        self, options: PassageOptions | None = None, transcript: Transcript | None = None
    ) -> None:
        self._options, self._transcript = options or PassageOptions(), transcript

    @property
    def options(self) -> PassageOptions:
        """Its options."""
        return self._options

    @property
    def key(self) -> str:
        """Its options and the transcript."""
        said = blake2b(repr(self._transcript).encode(), digest_size=8).hexdigest()
        return f"passages 1 {self._options.model_dump_json()} {said}"

    def select(self, judgement: Judgement, clock: EditClock) -> list[Selected]:
        """Return the passages, best first, of equals the earlier and shorter.

        None where nothing stands out, or where no stretch begins and ends as it has to.

        Raises:
            TimelineTooShort: see :func:`check_length`.
        """
        check_length(clock.duration, self._options)
        return self.choose(self.find_candidates(judgement, clock), judgement)

    def choose(self, found: Candidates, judgement: Judgement) -> list[Selected]:
        """Return the passages among some candidates, as :meth:`select` does."""
        height = relative_heights(judgement.viral)
        passages: list[Selected] = []
        # lexsort() sorts by its last key first.
        free = np.lexsort((found.end, found.start, -found.score))
        while len(free) and len(passages) < self._options.top:
            passages.append(self._selected(found, int(free[0]), height))
            free = free[~found.overlapping(passages[-1].range)[free]]
        return passages

    def find_candidates(self, judgement: Judgement, clock: EditClock) -> Candidates:
        """Return every stretch that may be a passage; none where nothing stands out."""
        options = self._options
        # Edges that lie further apart may leave a start without an end at an allowed length.
        far = max(options.min_duration, options.max_duration - options.min_duration)
        boundaries = find_boundaries(clock, self._transcript, far)
        start, end = self._pairs(boundaries)
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

    def _pairs(self, boundaries: Boundaries) -> tuple[_Indices, _Indices]:
        """Return the pairs of a start and an end whose distance is a length that is allowed."""
        starts, ends = (
            np.array([float(each.at) for each in edges])
            for edges in (boundaries.starts, boundaries.ends)
        )
        shortest, longest = self._options.min_duration, self._options.max_duration
        low = np.searchsorted(ends, starts + float(shortest) - _CLOSE)
        high = np.searchsorted(ends, starts + float(longest) + _CLOSE, side="right")
        counts = np.maximum(high - low, 0)
        start = np.repeat(np.arange(len(starts)), counts)
        # The numbers 0, 1, 2 ... within the ends of each start.
        within = np.arange(len(start)) - np.repeat(np.cumsum(counts) - counts, counts)
        return start, np.repeat(low, counts) + within

    def _selected(self, found: Candidates, number: int, height: Numbers) -> Selected:
        item = found.range(number)
        first, last = steps_before(item.start), steps_before(item.end)
        scores = {
            "score": round(float(found.score[number]), 1),
            "viral": round(float(found.viral[number]), 1),
            "compelling": round(float(found.compelling[number]), 1),
        }
        calibration, reason = self._options.calibration, found.reason(number)
        if calibration is None:
            noise = noise_threshold(int(np.isfinite(height).sum()), self._options.min_duration)
            peak = float(np.nanmax(height[first:last]))
            confidence, told = max(0.0, 1 - noise / peak) if peak > 0 else 0.0, [reason]
        else:
            confidence = _calibrated(scores["score"], calibration)
            told = [reason, f"calibrated on {calibration.clips} clips of {calibration.source}"]
        return Selected(first, last, item, scores, round(confidence, 3), tuple(told))


def check_length(
    duration: Fraction, options: PassageOptions, subject: str = "the timeline"
) -> None:
    """Check that a timeline is as long as the shortest passage.

    Args:
        duration: Its length in seconds.
        options: The options of passages.
        subject: Its name, for the error.

    Raises:
        TimelineTooShort: It is not.
    """
    if duration < options.min_duration:
        raise TimelineTooShort(
            subject,
            f"it is {float(duration):.1f} s long, and the shortest passage is to last"
            f" {float(options.min_duration):g} s",
            f"Ask for shorter ones, such as --min-duration {max(1, math.floor(duration / 4))}"
            f" --max-duration {max(2, math.floor(duration / 2))}.",
        )


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


def _calibrated(score: float, calibration: ScoreCalibration) -> float:
    # A score of 0 or 100 has no logit; it is told to a half.
    share = min(max(score, 0.5), 99.5) / 100
    logit = math.log(share / (1 - share))
    return 1 / (1 + math.exp(-(logit + calibration.bias) / calibration.temperature))
