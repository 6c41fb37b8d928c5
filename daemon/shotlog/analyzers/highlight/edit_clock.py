"""Resampling of the evidence of every shot to the timeline's clock, in quarter seconds.

The visible clip at a moment is the enabled one on the highest track; a clip without any evidence
(a title, an offline clip) is transparent. Where there is no clip, or the media gave no evidence of
a kind, the value is NaN: unknown, not zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.schema import EditView, Measure, Series, ShotView

Numbers = npt.NDArray[np.float64]

STEP = Fraction(1, 4)
"""Length of a step of the timeline in seconds."""

_REACH = 0.3
"""Largest distance, in seconds of media, of evidence from a step that contains none (slow motion,
rows half a second apart)."""

RowReader = Callable[[Series, ShotView], Numbers]
"""Returns (n, d) numbers for the n rows of a series's n rows; NaN skips a row."""


@dataclass(frozen=True, eq=False)
class EditClock:
    """The steps of a timeline, and the visible shot of each.

    Attributes:
        shots: The shots.
        owner: (n,) index of the shot that is visible in the middle of a step; -1 in a gap.
    """

    shots: Sequence[ShotView]
    owner: npt.NDArray[np.intp]

    @classmethod
    def of(cls, view: EditView) -> EditClock:
        """Return the clock of an edit, with shots of higher tracks over those of lower ones."""
        owner = np.full(_steps_before(view.edit.duration), -1, dtype=np.intp)
        for index in sorted(range(len(view.shots)), key=lambda i: _layer(view.shots[i])):
            shot = view.shots[index]
            # A disabled clip is invisible in the editor.
            if shot.clip.enabled:
                visible = shot.shot.timeline
                owner[_steps_before(visible.start) : _steps_before(visible.end)] = index
        return cls(view.shots, owner)

    def __len__(self) -> int:
        return len(self.owner)

    def cuts(self) -> list[Fraction]:
        """Return the moments of cuts from shot to shot, in order; edges of gaps are not cuts."""
        changes = np.flatnonzero(
            (np.diff(self.owner) != 0) & (self.owner[1:] >= 0) & (self.owner[:-1] >= 0)
        )
        return [self._boundary(int(step) + 1) for step in changes]

    def _boundary(self, step: int) -> Fraction:
        """Return the exact cut between two shots: the later's start, or the earlier's end."""
        before, after = (self.shots[int(self.owner[at])].shot for at in (step - 1, step))
        start = after.timeline.start
        return start if _steps_before(start) == step else before.timeline.end

    def read(self, measure: type[Measure], columns: int, reading: RowReader) -> Numbers:
        """Return the values of a measure at every step, (n, columns); NaN where unknown.

        A step holds the mean of the rows whose middle is shown during it, else the nearest row
        within reach.
        """
        values = np.full((len(self), columns), np.nan)
        order = np.argsort(self.owner, kind="stable")
        edges = np.searchsorted(self.owner[order], np.arange(len(self.shots) + 1))
        for index, shot in enumerate(self.shots):
            steps, series = order[edges[index] : edges[index + 1]], shot.series.get(measure.name)
            if len(steps) and series is not None and len(series):
                values[steps] = _resampled(shot, series, reading(series, shot), steps)
        return values


def _resampled(
    shot: ShotView, series: Series, rows: Numbers, steps: npt.NDArray[np.intp]
) -> Numbers:
    keep = np.isfinite(rows).all(axis=1)
    rows, middle = rows[keep], (series.first[keep] + series.last[keep]) / 2 * float(series.tick)
    if not len(rows):
        return np.full((len(steps), rows.shape[1]), np.nan)
    order = np.argsort(middle, kind="stable")
    rows, middle = rows[order], middle[order]
    origin, speed = float(shot.clip.time_map.to_source(Fraction(0))), float(shot.clip.speed)
    # Media time of the middle of each step.
    shown = origin + (steps + 0.5) * float(STEP) * speed
    half = abs(speed) * float(STEP) / 2
    low, high = np.searchsorted(middle, shown - half), np.searchsorted(middle, shown + half)
    # Prefix sums give the mean of any run of rows at once.
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    values: Numbers = (sums[high] - sums[low]) / np.maximum(high - low, 1)[:, None]

    after = np.clip(np.searchsorted(middle, shown), 1, max(len(middle) - 1, 1))
    before = after - 1
    after = np.minimum(after, len(middle) - 1)
    near = np.where(shown - middle[before] <= middle[after] - shown, before, after)
    close = np.abs(middle[near] - shown) <= _REACH
    lone = low == high
    values[lone & close] = rows[near[lone & close]]
    values[lone & ~close] = np.nan
    return values


def _steps_before(moment: Fraction) -> int:
    """Return the number of steps whose middle is before a moment."""
    return max(0, math.ceil(moment / STEP - Fraction(1, 2)))


def _layer(view: ShotView) -> tuple[tuple[int, ...], Fraction]:
    """Return a sort key for stacking: the later child of a stack is on top (OTIO, ``Stack``)."""
    # Two clips that share a moment diverge in a stack, so comparing the indices from the root down
    # compares tracks.
    way = tuple(part for part in view.clip.path if isinstance(part, int))
    return way, view.shot.timeline.start
