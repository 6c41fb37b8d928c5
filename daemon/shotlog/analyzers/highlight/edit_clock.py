"""Brings the evidence of every shot onto the timeline's clock, in steps of a quarter of a second.

What is seen at a moment is the enabled clip on the highest track; what could not be looked at at
all (a title, an offline clip) is looked through. Where there is nothing, or the media gave no
evidence of a kind, the value is NaN: unknown, not zero.
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
"""Seconds of the timeline; what is shorter is no highlight."""

_REACH = 0.3
"""Seconds of media: how far from a step its evidence may have been taken, where none lies in it
(slow motion, rows half a second apart)."""

Reading = Callable[[Series, ShotView], Numbers]
"""Gives the (n, d) numbers that are wanted of a series's n rows; NaN leaves a row out."""


@dataclass(frozen=True, eq=False)
class EditClock:
    """The steps of a timeline, and which shot is seen at each.

    Attributes:
        shots: The shots.
        owner: (n,) index of the shot that is seen in the middle of a step; -1 in a gap.
    """

    shots: Sequence[ShotView]
    owner: npt.NDArray[np.intp]

    @classmethod
    def of(cls, view: EditView) -> EditClock:
        """Lays the shots out, those of higher tracks over those of lower ones."""
        owner = np.full(_steps_before(view.edit.duration), -1, dtype=np.intp)
        for index in sorted(range(len(view.shots)), key=lambda i: _layer(view.shots[i])):
            shot = view.shots[index]
            if shot.clip.enabled:
                seen = shot.shot.timeline
                owner[_steps_before(seen.start) : _steps_before(seen.end)] = index
        return cls(view.shots, owner)

    def __len__(self) -> int:
        return len(self.owner)

    def cuts(self) -> list[Fraction]:
        """The moments where one shot gives way to another, in order; edges of gaps are none."""
        changes = np.flatnonzero(
            (np.diff(self.owner) != 0) & (self.owner[1:] >= 0) & (self.owner[:-1] >= 0)
        )
        return [self._boundary(int(step) + 1) for step in changes]

    def _boundary(self, step: int) -> Fraction:
        """The exact moment between two shots: the later one's start, or the earlier one's end."""
        before, after = (self.shots[int(self.owner[at])].shot for at in (step - 1, step))
        start = after.timeline.start
        return start if _steps_before(start) == step else before.timeline.end

    def read(self, measure: type[Measure], columns: int, reading: Reading) -> Numbers:
        """What a measure's rows say at every step, (n, columns); NaN where it is unknown.

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
    shown = origin + (steps + 0.5) * float(STEP) * speed
    half = abs(speed) * float(STEP) / 2
    low, high = np.searchsorted(middle, shown - half), np.searchsorted(middle, shown + half)
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
    """How many steps have their middle before a moment."""
    return max(0, math.ceil(moment / STEP - Fraction(1, 2)))


def _layer(view: ShotView) -> tuple[tuple[int, ...], Fraction]:
    """What lies over what: the later child of a stack is on top (OTIO, ``Stack``).

    Two clips that share a moment part ways in a stack, so comparing the indices on the way down
    compares tracks.
    """
    way = tuple(part for part in view.clip.path if isinstance(part, int))
    return way, view.shot.timeline.start
