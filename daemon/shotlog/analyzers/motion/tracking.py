"""Points that can be tracked, and where they go in another picture."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels

Points = npt.NDArray[np.complex128]
"""Places in a picture: x + i·y from its centre (y downwards), as parts of its longer side."""

CELL = 20
"""One point at most is tracked per cell of so many pixels, so that no small thing with much
texture (a logo, a caption) outweighs a large one with little."""

_BAR_RANGE = 12
"""A line at the edge of the picture whose grey levels spread no further is a bar, not picture."""

_TEXTURE = 3e-5
"""Least eigenvalue (cv2.cornerMinEigenVal, of 8 bit pictures of half the size) that can be tracked
at all."""

_WINDOW = 13
_LEVELS = 3
_CLOSED = 0.5
"""A track must come back to within so many pixels of where it started."""


class TrackablePicture(NamedTuple):
    """A picture made ready for tracking.

    Attributes:
        pixels: Lightly smoothed picture, (h, w) uint8.
        inner: (left, top, right, bottom) of what is not letterbox or pillarbox.
        points: (n, 2) float32 pixel places of its best corners, one per cell.
        cells: Number of cells inside the bars.
    """

    pixels: Pixels
    inner: tuple[int, int, int, int]
    points: npt.NDArray[np.float32]
    cells: int

    @property
    def side(self) -> int:
        """The longer side in pixels, the unit of length."""
        height, width = self.pixels.shape
        return int(max(height, width))

    @property
    def centre(self) -> complex:
        """The picture's centre in pixels."""
        height, width = self.pixels.shape
        return complex((width - 1) / 2, (height - 1) / 2)


def look(pixels: Pixels) -> TrackablePicture:
    """Finds the best corner of every cell (Shi and Tomasi, "Good features to track", 1994).

    Corners are looked for in a picture of half the size: tracking needs texture around a place,
    not its exact pixel.
    """
    smooth = np.asarray(cv2.GaussianBlur(pixels, (5, 5), 0), np.uint8)
    left, top, right, bottom = inner = _inner(pixels)
    region = smooth[top:bottom, left:right]
    size = CELL // 2
    rows, columns = region.shape[0] // CELL, region.shape[1] // CELL
    if not rows or not columns:
        return TrackablePicture(smooth, inner, np.empty((0, 2), np.float32), 0)
    half = cv2.resize(
        region[: rows * CELL, : columns * CELL],
        (columns * size, rows * size),
        interpolation=cv2.INTER_AREA,
    )
    strength = cv2.cornerMinEigenVal(half, 3)
    cells = strength.reshape(rows, size, columns, size).swapaxes(1, 2).reshape(-1, size * size)
    best = cells.argmax(axis=1)
    number = np.arange(rows * columns)
    keep = cells[number, best] > _TEXTURE
    x = left + number % columns * CELL + 2 * (best % size) + 0.5
    y = top + number // columns * CELL + 2 * (best // size) + 0.5
    points = np.stack([x, y], axis=1)[keep].astype(np.float32)
    return TrackablePicture(smooth, inner, points, rows * columns)


def _inner(pixels: Pixels) -> tuple[int, int, int, int]:
    """The picture without bars, and without the rim that a tracking window would see them in."""
    left, right = _span(np.ptp(pixels, axis=0))
    if left >= right:
        return 0, 0, 0, 0
    top, bottom = _span(np.ptp(pixels[:, left:right], axis=1))
    return left, top, right, max(top, bottom)


def _span(spread: npt.NDArray[np.uint8]) -> tuple[int, int]:
    lively = np.flatnonzero(spread > _BAR_RANGE)
    if not len(lively):
        return 0, 0
    start, end = int(lively[0]), int(lively[-1]) + 1
    rim = _WINDOW // 2 + 2
    return start + rim * (start > 1), end - rim * (end < len(spread) - 1)


def track(
    a: TrackablePicture, b: TrackablePicture, rotation: complex = 1, shift: complex = 0
) -> tuple[Points, Points]:
    """Where the corners of one picture are in another, forwards and backwards in agreement.

    Args:
        a: The earlier picture.
        b: The later one, of the same size.
        rotation: What is expected of the whole picture: a place p goes to rotation * p + shift.
        shift: See rotation.

    Returns:
        (n,) places before and (n,) places after, of the tracks that can be believed.
    """
    if not len(a.points):
        return np.empty(0, complex), np.empty(0, complex)
    start = a.points
    place = _places(a, start)
    expected = _pixels(a, rotation * place + shift)
    forth, found = _flow(a.pixels, b.pixels, start, expected, _LEVELS)
    # The way back begins where it should end, so that it needs no coarser levels.
    back, again = _flow(b.pixels, a.pixels, forth, start, 0)
    left, top, right, bottom = b.inner
    keep = (
        found
        & again
        & (np.abs(back - start).max(axis=1) < _CLOSED)
        & (forth[:, 0] >= left)
        & (forth[:, 0] < right)
        & (forth[:, 1] >= top)
        & (forth[:, 1] < bottom)
    )
    return place[keep], _places(b, forth[keep])


def _flow(
    a: Pixels,
    b: Pixels,
    start: npt.NDArray[np.float32],
    guess: npt.NDArray[np.float32],
    levels: int,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Where tracked points are, (n, 2), and whether each was found."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        a,
        b,
        start[:, None],
        guess[:, None].copy(),
        winSize=(_WINDOW, _WINDOW),
        maxLevel=levels,
        criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.03),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(there[:, 0], np.float32), found[:, 0] > 0


def _places(gaze: TrackablePicture, pixels: npt.NDArray[np.float32]) -> Points:
    return (pixels[:, 0] + 1j * pixels[:, 1].astype(np.float64) - gaze.centre) / gaze.side


def _pixels(gaze: TrackablePicture, places: Points) -> npt.NDArray[np.float32]:
    at = places * gaze.side + gaze.centre
    return np.stack([at.real, at.imag], axis=1).astype(np.float32)
