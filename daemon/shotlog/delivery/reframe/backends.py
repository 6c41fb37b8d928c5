"""The reframers that come with Shotlog, but for the one that follows who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.ndimage import uniform_filter1d

from shotlog.delivery.reframe.contract import Reframer, SeenShot, Target
from shotlog.delivery.reframe.evidence import MovingMeasure, SubjectMeasure
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.tracks import FaceTrack
from shotlog.schema import Measure, TimeRange

Numbers = npt.NDArray[np.float64]

STEP: Final = Fraction(1, 5)
"""Seconds between the moments at which a subject is chosen."""
_HELD: Final = 2.0
"""Seconds for which a face that is no longer found is held: turned away, behind something."""
_CALMED: Final = 5
"""Samples over which the place of something is averaged: a second."""
_BESIDE: Final = 0.5
"""Prominence from which a second face is shown as well where both fit, of that of the first."""


class CenterReframer(Reframer):
    """The middle of the picture, or a point of the user's."""

    name = "center"
    summary: ClassVar[str] = "the middle of the picture, or a fixed point: x=0.3,y=0.5"
    version: ClassVar[str] = "1"

    x: float = Field(0.5, ge=0, le=1)
    """Horizontal place of the point, as a share of the picture."""
    y: float = Field(0.5, ge=0, le=1)
    """Vertical place of the point."""

    def follow(self, shots: Sequence[SeenShot], sound: EditSound) -> Sequence[Sequence[Target]]:
        """Return the point for every shot."""
        return [[point(shot, self.x, self.y)] for shot in shots]


class SubjectReframer(Reframer):
    """The most prominent face, else what moves, else what stands out."""

    name = "subject"
    summary: ClassVar[str] = "the most prominent face; without one what moves or stands out"
    version: ClassVar[str] = "1"

    hold: float = Field(1.5, ge=0, le=60)
    """Least seconds on one subject before the crop jumps to another."""

    @property
    def measures(self) -> Sequence[Measure]:
        """Measures of faces and of what moves."""
        return (SubjectMeasure(), MovingMeasure())

    def follow(self, shots: Sequence[SeenShot], sound: EditSound) -> Sequence[Sequence[Target]]:
        """Return the subjects of every shot."""
        return [self._follow(shot) for shot in shots]

    def _follow(self, shot: SeenShot) -> Sequence[Target]:
        moments = sample(shot)
        chosen = choose_face(shot.tracks, moments, [track.weight for track in shot.tracks])
        return targets_of(shot, moments, settle(chosen, self.hold), self.margin)


def sample(shot: SeenShot) -> Numbers:
    """Return moments of a shot in seconds of media time: its start, and each fifth of a second."""
    source = shot.view.shot.source
    count = max(1, source.duration // STEP)
    return np.array([float(source.start + n * STEP) for n in range(count)])


def choose_face(
    tracks: Sequence[FaceTrack], moments: Numbers, weights: Sequence[float]
) -> npt.NDArray[np.intp]:
    """Return (n,) the number of the face with the greatest weight of those present; -1 for none."""
    chosen = np.full(len(moments), -1, np.intp)
    for number in sorted(range(len(tracks)), key=lambda n: weights[n]):
        chosen[tracks[number].present(moments)] = number
    return chosen


def settle(chosen: npt.NDArray[np.intp], hold: float) -> npt.NDArray[np.intp]:
    """Return a choice without runs that are shorter than the hold, which join the run before.

    Gaps without a face that are shorter than two seconds belong to the face before, or after.
    """
    settled = chosen.copy()
    for first, last in runs(settled):
        if settled[first] == -1 and (last - first) * STEP < _HELD:
            beside = settled[first - 1] if first else settled[min(last, len(settled) - 1)]
            settled[first:last] = beside
    while True:
        # The shortest first; of equal ones the first of the shot last, which has none before it.
        short = [
            (last - first, first == 0, first, last)
            for first, last in runs(settled)
            if (last - first) * STEP < hold and last - first < len(settled)
        ]
        if not short:
            return settled
        *_, first, last = min(short)
        settled[first:last] = settled[first - 1] if first else settled[last]


def runs(values: npt.NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return first and end of every run of equal values."""
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return list(pairwise(edges))


def targets_of(
    shot: SeenShot, moments: Numbers, chosen: npt.NDArray[np.intp], margin: float
) -> list[Target]:
    """Return the targets of a choice of faces: a run of one face each, what stands out for -1."""
    source = shot.view.shot.source
    targets = []
    for first, last in runs(chosen):
        end = source.end if last == len(chosen) else source.start + last * STEP
        range_ = TimeRange.between(source.start + first * STEP, end)
        number = int(chosen[first])
        if number >= 0:
            targets.append(_of_face(shot, range_, moments[first:last], number, margin))
        else:
            targets.append(_of_place(shot, range_, moments[first:last]))
    return targets


def point(shot: SeenShot, x: float = 0.5, y: float = 0.5, lost: str | None = None) -> Target:
    """Return a fixed point for the whole of a shot."""
    return _point(shot.view.shot.source, x, y, lost)


def _of_face(
    shot: SeenShot, range_: TimeRange, moments: Numbers, number: int, margin: float
) -> Target:
    main = shot.tracks[number]
    boxes = main.at(moments)
    for track in shot.tracks:
        both = _union(boxes, track.at(moments))
        known = track is not main and track.weight >= _BESIDE * main.weight
        if known and track.present(moments).mean() > 0.9 and _fits(both, shot.crop, margin):
            boxes = both
    return Target(range_, moments, boxes)


def _of_place(shot: SeenShot, range_: TimeRange, moments: Numbers) -> Target:
    if shot.place is None:
        why = "no face is in sight any more" if shot.tracks else "no face, and nothing stands out"
        return _point(range_, 0.5, 0.5, why)
    known = uniform_filter1d(shot.place.centres, _CALMED, axis=0, mode="nearest")
    centres = [np.interp(moments, shot.place.moments, known[:, n]) for n in range(2)]
    none = np.zeros(len(moments))
    return Target(range_, moments, np.stack([*centres, none, none], axis=1))


def _point(range_: TimeRange, x: float, y: float, lost: str | None) -> Target:
    box = np.array([[x, y, 0.0, 0.0]])
    return Target(range_, np.array([float(range_.start)]), box, lost)


def _union(a: Numbers, b: Numbers) -> Numbers:
    low = np.minimum(a[:, :2] - a[:, 2:] / 2, b[:, :2] - b[:, 2:] / 2)
    high = np.maximum(a[:, :2] + a[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2)
    return np.concatenate([(low + high) / 2, high - low], axis=1)


def _fits(boxes: Numbers, crop: tuple[float, float], margin: float) -> bool:
    """Return True where a crop holds all boxes with their margin."""
    return bool((boxes[:, 2:] * (1 + 2 * margin) <= np.array(crop) + 1e-9).all())
