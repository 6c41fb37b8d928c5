"""Corner detection in a picture, and tracking of the corners to another."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels

Positions = npt.NDArray[np.complex128]
"""Positions in a picture: x + i·y from its centre (y downwards), as shares of its longer side."""

CELL = 20
"""Side of a cell in pixels. At most one point is tracked per cell, so that no small textured thing
(a logo, a caption) outweighs a large plain one."""

_BAR_RANGE = 12
"""Range of grey levels up to which a line at the edge of the picture counts as a bar."""

_TEXTURE = 3e-5
"""Least trackable eigenvalue of cv2.cornerMinEigenVal, of 8 bit pictures of half the size."""

_WINDOW = 13
"""Side of the window of optical flow, in pixels."""
_LEVELS = 3
"""Additional pyramid levels of optical flow."""
_GAIN = 0.02
"""Least change of exposure that is corrected, as a share. A fade of 8 % between two pictures of a
tripod was tracked as a tilt."""
_GREY = (24, 240)
"""Grey levels whose ratio shows the exposure; below, they are too coarse, above, clipped."""
_CLOSED = 0.5
"""Largest forward-backward error of a track, in pixels."""


class TrackablePicture(NamedTuple):
    """A picture prepared for tracking.

    Attributes:
        pixels: Lightly smoothed picture, (h, w) uint8.
        inner: (left, top, right, bottom) inside letterbox and pillarbox.
        points: (n, 2) float32 pixel positions of the best corners, one per cell.
        cells: Number of cells inside the bars.
    """

    pixels: Pixels
    inner: tuple[int, int, int, int]
    points: npt.NDArray[np.float32]
    cells: int

    @property
    def side(self) -> int:
        """Longer side in pixels, the unit of length."""
        height, width = self.pixels.shape
        return int(max(height, width))

    @property
    def centre(self) -> complex:
        """Centre of the picture in pixels, as a complex number."""
        height, width = self.pixels.shape
        return complex((width - 1) / 2, (height - 1) / 2)


def detect_corners(pixels: Pixels) -> TrackablePicture:
    """Find the best corner of every cell (Shi and Tomasi, "Good features to track", 1994)."""
    # Coding noise would be tracked as texture.
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
    # Half the size is enough: tracking needs texture around a position, not its exact pixel.
    strength = cv2.cornerMinEigenVal(half, 3)
    cells = strength.reshape(rows, size, columns, size).swapaxes(1, 2).reshape(-1, size * size)
    best = cells.argmax(axis=1)
    number = np.arange(rows * columns)
    keep = cells[number, best] > _TEXTURE
    # A pixel of the half-size picture has its centre between two pixels of the whole one.
    x = left + number % columns * CELL + 2 * (best % size) + 0.5
    y = top + number // columns * CELL + 2 * (best // size) + 0.5
    points = np.stack([x, y], axis=1)[keep].astype(np.float32)
    return TrackablePicture(smooth, inner, points, rows * columns)


def _inner(pixels: Pixels) -> tuple[int, int, int, int]:
    """Return the part inside bars and inside the margin where a window would touch them."""
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
    # Half a window, and the radius of the blur.
    rim = _WINDOW // 2 + 2
    return start + rim * (start > 1), end - rim * (end < len(spread) - 1)


def track_corners(
    a: TrackablePicture, b: TrackablePicture, rotation: complex = 1, shift: complex = 0
) -> tuple[Positions, Positions]:
    """Return the positions of corners in two pictures, where forward and backward tracking agree.

    Args:
        a: The earlier picture.
        b: The later one, of the same size.
        rotation: Expected motion of the whole picture: p moves to rotation * p + shift.
        shift: See rotation.

    Returns:
        (n,) positions before and (n,) positions after, of the reliable tracks.
    """
    if not len(a.points):
        return np.empty(0, complex), np.empty(0, complex)
    start = a.points
    place = _to_positions(a, start)
    expected = _to_pixels(a, rotation * place + shift)
    later = _match_exposure(a.pixels, b.pixels)
    forth, found = _optical_flow(a.pixels, later, start, expected, _LEVELS)
    # The way back begins where it should end, so that it needs no coarser levels.
    back, again = _optical_flow(later, a.pixels, forth, start, 0)
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
    return place[keep], _to_positions(b, forth[keep])


def _match_exposure(earlier: Pixels, later: Pixels) -> Pixels:
    """Return the later picture with the exposure of the earlier one.

    Optical flow assumes that things keep their grey level. The median ratio of the pixels is 1
    where only things move, and the gain where the exposure changes.
    """
    a, b = (picture[::4, ::4].astype(np.float32) for picture in (earlier, later))
    usable = (np.minimum(a, b) > _GREY[0]) & (np.maximum(a, b) < _GREY[1])
    if not usable.any():
        return later
    gain = float(np.median(b[usable] / a[usable]))
    if abs(gain - 1) < _GAIN:
        return later
    return np.asarray(cv2.convertScaleAbs(later, alpha=1 / gain), np.uint8)


def _optical_flow(
    a: Pixels,
    b: Pixels,
    start: npt.NDArray[np.float32],
    guess: npt.NDArray[np.float32],
    levels: int,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return the tracked positions (n, 2), and which of them were found (n,)."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        a,
        b,
        start[:, None],
        # A copy, as OpenCV writes the result into the array of the guesses.
        guess[:, None].copy(),
        winSize=(_WINDOW, _WINDOW),
        maxLevel=levels,
        # OpenCV's defaults are 30 rounds and 0.01 pixels; 0.03 is far below _CLOSED.
        criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.03),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(there[:, 0], np.float32), found[:, 0] > 0


def _to_positions(trackable: TrackablePicture, pixels: npt.NDArray[np.float32]) -> Positions:
    return (pixels[:, 0] + 1j * pixels[:, 1].astype(np.float64) - trackable.centre) / trackable.side


def _to_pixels(trackable: TrackablePicture, positions: Positions) -> npt.NDArray[np.float32]:
    at = positions * trackable.side + trackable.centre
    return np.stack([at.real, at.imag], axis=1).astype(np.float32)
