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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.schema import ClipRange, EditView, Measure, Series, ShotView, SoundView, TimeRange

Numbers = npt.NDArray[np.float64]

STEP = Fraction(1, 4)
"""Length of a step of the timeline in seconds."""

_REACH = 0.3
"""Largest distance, in seconds of media, of evidence from a step that contains none (slow motion,
rows half a second apart)."""

RowReader = Callable[[Series, ClipRange], Numbers]
"""Returns (n, d) numbers for the n rows of a series; NaN skips a row."""


class NearestRows(NamedTuple):
    """The rows of a measure, shot by shot, and the one that is nearest to every step.

    Attributes:
        rows: (n,) number of the row, counted through all shots; -1 where there is none.
        shots: The shots that have rows, each with them, in the order in which rows are counted.
    """

    rows: npt.NDArray[np.intp]
    shots: tuple[tuple[ShotView, Series], ...]


@dataclass(frozen=True, eq=False)
class EditClock:
    """The steps of a timeline, and the visible shot of each.

    Attributes:
        shots: The shots.
        owner: (n,) index of the shot that is visible in the middle of a step; -1 in a gap.
        tracks: The ranges of the clips on the audio tracks; None where the edit has none, and its
            sound is that of the visible shots.
        sound: The clips among them whose sound is known.
        duration: Length of the timeline in seconds.
    """

    shots: Sequence[ShotView]
    owner: npt.NDArray[np.intp]
    duration: Fraction
    rate: Fraction
    tracks: Sequence[TimeRange] | None = None
    sound: Sequence[SoundView] = ()

    @classmethod
    def of(cls, view: EditView) -> EditClock:
        """Return the clock of an edit, with shots of higher tracks over those of lower ones."""
        owner = np.full(steps_before(view.edit.duration), -1, dtype=np.intp)
        for index in sorted(range(len(view.shots)), key=lambda i: _layer(view.shots[i])):
            shot = view.shots[index]
            # A disabled clip is invisible in the editor.
            if shot.clip.enabled:
                visible = shot.shot.timeline
                owner[steps_before(visible.start) : steps_before(visible.end)] = index
        tracks = [clip.timeline for clip in view.edit.sound if clip.enabled]
        return cls(
            view.shots, owner, view.edit.duration, view.edit.rate, tracks or None, view.sound
        )

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
        return start if steps_before(start) == step else before.timeline.end

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
                values[steps] = resample(shot.clip, series, reading(series, shot.clip), steps)
        return values

    def nearest(self, measure: str) -> NearestRows:
        """Return the row of a measure that is nearest to every step, of the rows of its shot.

        For rows that describe a shot or a part of it, such as those of windows, which lie further
        apart than the steps.

        Args:
            measure: Name of the measure.
        """
        rows = np.full(len(self), -1, dtype=np.intp)
        found: list[tuple[ShotView, Series]] = []
        count = 0
        for index, shot in enumerate(self.shots):
            steps, series = np.flatnonzero(self.owner == index), shot.series.get(measure)
            if not len(steps) or series is None or not len(series):
                continue
            shown, _, _ = _shown_media(shot.clip, steps)
            middle = (series.first + series.last) / 2 * float(series.tick)
            rows[steps] = count + np.abs(shown[:, None] - middle).argmin(axis=1)
            found.append((shot, series))
            count += len(series)
        return NearestRows(rows, tuple(found))

    def paces(self) -> Numbers:
        """Return (n,) the speed at each step of a clip with a speed ramp; 1 elsewhere."""
        paces = np.ones(len(self))
        for index, shot in enumerate(self.shots):
            if shot.clip.time_map.bends:
                steps = np.flatnonzero(self.owner == index)
                _, low, high = _shown_media(shot.clip, steps)
                paces[steps] = (high - low) / float(STEP)
        return paces


def steps_of(shown: TimeRange) -> npt.NDArray[np.intp]:
    """Return the steps whose middle lies in a range of the timeline."""
    return np.arange(steps_before(shown.start), steps_before(shown.end), dtype=np.intp)


def resample(
    clip: ClipRange, series: Series, rows: Numbers, steps: npt.NDArray[np.intp]
) -> Numbers:
    """Return the values of a clip's rows at steps that show it, (n, d); NaN where unknown.

    Args:
        clip: The clip; its time map maps to media time.
        series: The rows' moments.
        rows: (m, d) numbers of the rows; NaN skips a row.
        steps: (n,) numbers of the steps.
    """
    keep = np.isfinite(rows).all(axis=1)
    rows, middle = rows[keep], (series.first[keep] + series.last[keep]) / 2 * float(series.tick)
    if not len(rows):
        return np.full((len(steps), rows.shape[1]), np.nan)
    order = np.argsort(middle, kind="stable")
    rows, middle = rows[order], middle[order]
    shown, from_, to = _shown_media(clip, steps)
    low, high = np.searchsorted(middle, from_), np.searchsorted(middle, to)
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


def _shown_media(clip: ClipRange, steps: npt.NDArray[np.intp]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the media time of the middle of each step, and the ends of what the step shows."""
    time_map, step = clip.time_map, float(STEP)
    if not time_map.bends:
        origin, speed = float(time_map.to_source(Fraction(0))), float(time_map.speed)
        shown = np.asarray(origin + (steps + 0.5) * step * speed, np.float64)
        half = abs(speed) * step / 2
        return shown, shown - half, shown + half
    # A step may begin before its clip or end after it.
    start, end = clip.timeline.start - STEP, clip.timeline.end + STEP
    edges = [start, *(bend.at for bend in time_map.bends if start < bend.at < end), end]
    moments = np.array(edges, dtype=np.float64)
    media = np.array([time_map.to_source(edge) for edge in edges], dtype=np.float64)
    shown, first, last = (
        np.asarray(np.interp((steps + at) * step, moments, media), np.float64)
        for at in (0.5, 0.0, 1.0)
    )
    return shown, np.minimum(first, last), np.maximum(first, last)


def steps_before(moment: Fraction) -> int:
    """Return the number of steps whose middle is before a moment."""
    return max(0, math.ceil(moment / STEP - Fraction(1, 2)))


def _layer(view: ShotView) -> tuple[tuple[int, ...], Fraction]:
    """Return a sort key for stacking: the later child of a stack is on top (OTIO, ``Stack``)."""
    # Two clips that share a moment diverge in a stack, so comparing the indices from the root down
    # compares tracks.
    way = tuple(part for part in view.clip.path if isinstance(part, int))
    return way, view.shot.timeline.start
