"""A closer look at film of which only every n-th frame was measured: where all frames are needed.

Encoders with B-frames keep more reference frames where the picture changes fast. Where frames stand
alone they are left out evenly, and a dissolve of four frames may keep only one. So the classifiers
name every place that is like a hard cut or a brief gradual change, all frames there are measured,
and the changes are found among the rows of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np
import numpy.typing as npt

from shotlog.media.cuts.change import FrameChanges, find_new_frames, unbroken_runs
from shotlog.media.cuts.classifier import load_classifiers
from shotlog.media.cuts.gradual import LENGTHS, find_candidates
from shotlog.media.cuts.hard_cuts import compute_pair_figures
from shotlog.schema import Series, TimeRange

_LEAST_PROBABILITY = 0.1
_SURE = 0.9
_BRIEF = 6
_MARGIN = 2
"""Least probability of a change that is looked at closely, probability from which a hard cut needs
no closer look, longest length of a gradual change in steps, and measured frames on either side that
are looked at as well. With these, the labelled files give the changes that all of their frames give
(``benchmarks/README.md``)."""


def doubtful_ranges(series: Series, span: TimeRange) -> list[TimeRange]:
    """Return the ranges in which every frame must be measured, from one measured frame to another.

    Args:
        series: Rows of :class:`~shotlog.media.cuts.finder.CutMeasure` of every n-th frame.
        span: The range that is searched; rows outside it are not used.
    """
    return [found for run in unbroken_runs(series.within(span)) for found in _doubtful_in_run(run)]


def _doubtful_in_run(run: Series) -> list[TimeRange]:
    new = find_new_frames(run.values)
    change = FrameChanges.of(run.values[new])
    if not len(change):
        return []
    rows, classifiers = np.flatnonzero(new), load_classifiers()
    hard = classifiers.hard.probability(compute_pair_figures(change))
    unsure = (hard >= _LEAST_PROBABILITY) & (hard < _SURE)
    pairs = [(index, index) for index in np.flatnonzero(unsure)]
    # A sure cut is like a gradual change of a few steps.
    sure = np.append(0, np.cumsum(hard >= _SURE))
    brief = (find_candidates(change, length) for length in LENGTHS if length <= _BRIEF)
    for item in chain.from_iterable(brief):
        likely = classifiers.gradual.probability(item.figures) >= _LEAST_PROBABILITY
        likely &= sure[item.start + 1] == sure[item.end + 1]
        pairs += zip(item.start[likely], item.end[likely], strict=True)
    first = np.append(run.first, run.last[-1])  # of each measured frame, one more than rows
    return [
        TimeRange.between(
            run.seconds(int(first[max(0, rows[a] - _MARGIN)])),
            # The end is exclusive, and the frame there is needed.
            run.seconds(int(first[min(len(run), rows[b] + 1 + _MARGIN)]) + 1),
        )
        for a, b in pairs
    ]


def replace_rows(series: Series, closer: Iterable[Series]) -> Series:
    """Return a series with those rows replaced between whose moments every frame was measured.

    Args:
        series: Rows of every n-th frame.
        closer: Rows of all frames, of disjoint ranges.
    """
    kept, parts = np.ones(len(series), dtype=bool), list[Series]()
    for run in chain.from_iterable(map(unbroken_runs, closer)):
        covered = (series.first >= run.first[0]) & (series.last <= run.last[-1])
        if covered.any():
            kept &= ~covered
            low, high = series.first[covered][0], series.last[covered][-1]
            parts.append(_part(run, (run.first >= low) & (run.last <= high)))
    return _part(series, kept).merged(parts)


def _part(series: Series, rows: npt.NDArray[np.bool_]) -> Series:
    return Series(series.tick, series.first[rows], series.last[rows], series.values[rows])
