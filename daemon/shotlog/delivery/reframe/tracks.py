"""Faces of a shot joined to tracks: one for each person who is seen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from shotlog.delivery.reframe.evidence import SeenFace, SeenFaces

Numbers = npt.NDArray[np.float64]

_GAP: Final = 1.5
"""Longest time in seconds without the face in one track: a head that turns away and back. Far faces
are found in the finer pictures alone, once a second."""
_FAR: Final = 1.2
"""Largest way of a face between neighbouring pictures, in its own widths; it grows with the gap."""
_GROWTH: Final = 0.7
"""Largest change of its height, as the natural logarithm of the ratio: twice as high."""
_SURE: Final = 0.5
"""Mean score from which a track is a face; the detector keeps what scores 0.3."""
_LEAST: Final = 3
"""Pictures that show a face of a shot that has as many: fewer are mistaken patterns."""


@dataclass(frozen=True, eq=False)
class FaceTrack:
    """A face over a shot.

    Attributes:
        moments: (n,) seconds of media time at which it was found, in order.
        boxes: (n, 4) centre, width and height in shares of the picture.
        scores: (n,) scores of the detector.
    """

    moments: Numbers
    boxes: Numbers
    scores: Numbers

    @property
    def weight(self) -> float:
        """Prominence over the shot: the sum of height times score."""
        return float((self.boxes[:, 3] * self.scores).sum())

    def at(self, moments: Numbers) -> Numbers:
        """Return (n, 4) boxes at moments, between those known; beyond them the nearest."""
        columns = [np.interp(moments, self.moments, self.boxes[:, n]) for n in range(4)]
        return np.stack(columns, axis=1)

    def present(self, moments: Numbers) -> npt.NDArray[np.bool_]:
        """Return (n,) True where the face was found within the longest gap."""
        near = np.abs(moments[:, None] - self.moments[None, :]).min(axis=1)
        return np.asarray(near <= _GAP / 2 + 1e-9)


@dataclass(eq=False)
class _Growing:
    moments: list[float] = field(default_factory=list)
    faces: list[SeenFace] = field(default_factory=list)

    def add(self, at: float, face: SeenFace) -> None:
        self.moments.append(at)
        self.faces.append(face)


def join_faces(pictures: Sequence[SeenFaces]) -> tuple[FaceTrack, ...]:
    """Return the faces of a shot as tracks, the most prominent first.

    Neighbouring pictures are matched by the Hungarian method, by distance and size. Tracks that
    few pictures show, or that the detector doubts, are dropped.

    Args:
        pictures: Faces of successive pictures of one shot.
    """
    tracks: list[_Growing] = []
    for picture in pictures:
        alive = [track for track in tracks if picture.at - track.moments[-1] <= _GAP]
        taken: set[int] = set()
        for track, number in _match(alive, picture):
            track.add(picture.at, picture.faces[number])
            taken.add(number)
        for number, face in enumerate(picture.faces):
            if number not in taken:
                tracks.append(_Growing([picture.at], [face]))
    least = min(_LEAST, len(pictures))
    kept = [_finish(track) for track in tracks if len(track.moments) >= least]
    sure = [track for track in kept if track.scores.mean() >= _SURE]
    return tuple(sorted(sure, key=lambda track: (-track.weight, track.boxes[0, 0])))


def _match(tracks: Sequence[_Growing], picture: SeenFaces) -> list[tuple[_Growing, int]]:
    if not tracks or not picture.faces:
        return []
    costs = np.array([[_cost(each, picture.at, face) for face in picture.faces] for each in tracks])
    rows, columns = linear_sum_assignment(np.minimum(costs, 1e3))
    return [
        (tracks[row], column)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if np.isfinite(costs[row, column])
    ]


def _cost(track: _Growing, at: float, face: SeenFace) -> float:
    """Return the distance of a face from the end of a track; infinite where it is another's."""
    last = track.faces[-1]
    width, height = max(last.w, face.w), max(last.h, face.h)
    way = float(np.hypot((face.cx - last.cx) / width, (face.cy - last.cy) / height))
    growth = abs(float(np.log(face.h / last.h)))
    allowed = _FAR * (1 + (at - track.moments[-1]))
    return way + growth if way <= allowed and growth <= _GROWTH else float("inf")


def _finish(track: _Growing) -> FaceTrack:
    boxes = np.array([face[1:] for face in track.faces], np.float64)
    scores = np.array([face.score for face in track.faces], np.float64)
    return FaceTrack(np.array(track.moments, np.float64), boxes, scores)
