"""A face in a picture: its place, its size, and how far it is turned to a side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Face(NamedTuple):
    """A face, in shares of the width and height of the picture without its bars.

    Attributes:
        score: The detector's score, 0 to 1.
        cx: Centre of the box, which reaches over the edge where the face does.
        cy: See cx.
        w: Width of the box, from cheek to cheek.
        h: Height of the box, from the hairline to the chin.
        eyes_y: Vertical position of the eyes, 0 at the top.
        mouth_y: Vertical position of the corners of the mouth.
        turn: How far it is turned to a side, -1 to 1: below 0 to the left of the picture, above 0
            to the right; see :func:`measure_turn`.
    """

    score: float
    cx: float
    cy: float
    w: float
    h: float
    eyes_y: float
    mouth_y: float
    turn: float

    @property
    def visible(self) -> float:
        """Share of the box that lies in the picture, 0 to 1."""
        return _overlap(self.cx, self.w) * _overlap(self.cy, self.h)

    @property
    def prominence(self) -> float:
        """Product of height, score and visible share."""
        return self.h * self.score * self.visible


def measure_turn(landmarks: npt.NDArray[np.float32]) -> float:
    """Return how far a face is turned to a side, -1 (left of the picture) to 1 (right).

    A nose stands out from the face, so a turn moves its tip away from the line from the middle of
    the eyes to the middle of the mouth, however the head is tilted. That line is the symmetry axis
    of Gee and Cipolla (Determining the Gaze of Faces in Images, Image and Vision Computing 12,
    1994); the turn is the distance of the tip from it, over the distance of eyes and mouth, which
    a turn leaves as it is.

    Args:
        landmarks: (5, 2) x, y in pixels of the eyes, the nose and the corners of the mouth; see
            :class:`~shotlog.analyzers.faces.centerface.Detections`.

    Returns:
        The turn; 0 where eyes and mouth are at one place.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    eyes = points[:2].mean(axis=0)
    (down_x, down_y), (nose_x, nose_y) = points[3:].mean(axis=0) - eyes, points[2] - eyes
    square = down_x * down_x + down_y * down_y
    if not square:
        return 0.0
    return float(np.clip((nose_x * down_y - nose_y * down_x) / square, -1, 1))


def _overlap(centre: float, length: float) -> float:
    return max(0.0, min(1.0, centre + length / 2) - max(0.0, centre - length / 2)) / length
