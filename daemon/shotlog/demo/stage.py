"""The stage: flat painted layers in space, and the moves of a camera among them.

Axes and units are those of :mod:`shotlog.synthetic.camera`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.synthetic import Camera, Matrix

Image = npt.NDArray[np.uint8]

HEAD = 0.23
"""Height of a head in metres: 7.5 of them make a person of 1.73 m."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A flat painting in space.

    Attributes:
        paint: (h, w, 3) opaque, or (h, w, 4) with premultiplied alpha; uint8.
        corner: Position of its upper left corner, in metres.
        across: Vector from there to its upper right corner, in metres.
        down: Vector from there to its lower left corner, in metres.
    """

    paint: Image
    corner: tuple[float, float, float]
    across: tuple[float, float, float]
    down: tuple[float, float, float]

    @classmethod
    def facing(
        cls, paint: Image, *, middle: float, top: float, width: float, height: float, away: float
    ) -> Layer:
        """Return a layer that faces the camera; all arguments are in metres."""
        corner = (middle - width / 2, top, away)
        return cls(paint, corner, (width, 0.0, 0.0), (0.0, height, 0.0))

    def homography(self, camera: Camera, width: int, height: int) -> Matrix:
        """Return the (3, 3) homography from pixels of the painting to pixels of the picture."""
        rows, columns = self.paint.shape[:2]
        plane = camera.plane(
            self.corner, np.divide(self.across, columns), np.divide(self.down, rows)
        )
        return np.asarray(camera.intrinsics(width, height) @ plane, np.float64)


def take_picture(
    layers: Sequence[Layer], camera: Camera, width: int, height: int, onto: Image | None = None
) -> Image:
    """Render the layers as the camera sees them.

    Args:
        layers: The layers, back to front. The visible part of an opaque layer must be in front of
            the camera.
        camera: The camera.
        width: Width of the picture in pixels.
        height: Height of the picture in pixels.
        onto: A picture to paint over; None takes a black one.

    Returns:
        (height, width, 3) uint8 RGB; ``onto`` itself where it is given.
    """
    picture = np.zeros((height, width, 3), np.uint8) if onto is None else onto
    for layer in layers:
        matrix = layer.homography(camera, width, height)
        if layer.paint.shape[2] == 3:
            cv2.warpPerspective(
                layer.paint,
                matrix,
                (width, height),
                dst=picture,
                flags=cv2.INTER_LINEAR,
                # Pixels of `dst` outside of the layer keep their value.
                borderMode=cv2.BORDER_TRANSPARENT,
            )
        else:
            _lay_over(picture, layer.paint, matrix)
    return picture


def _lay_over(picture: Image, paint: Image, matrix: Matrix) -> None:
    """Composite a transparent layer into the rectangle of the picture that it covers."""
    rows, columns = paint.shape[:2]
    corners = np.array([[[0, 0], [columns, 0], [columns, rows], [0, rows]]], np.float64)
    depth = matrix[2] @ np.vstack([corners[0].T, np.ones(4)])
    if (depth <= 0).any():
        return  # behind the camera, where the projection is not defined
    projected = cv2.perspectiveTransform(corners, matrix)[0]
    left, top = np.maximum(np.floor(projected.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(
        np.ceil(projected.max(axis=0)).astype(int) + 1, (picture.shape[1], picture.shape[0])
    )
    if right - left < 1 or bottom - top < 1:
        return
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64)
    size = (int(right - left), int(bottom - top))
    over = cv2.warpPerspective(paint, shift @ matrix, size, flags=cv2.INTER_LINEAR)
    below = picture[top:bottom, left:right]
    through = cv2.cvtColor(255 - over[..., 3], cv2.COLOR_GRAY2RGB)
    dimmed = cv2.multiply(below, through, scale=1 / 255)
    picture[top:bottom, left:right] = cv2.add(dimmed, cv2.cvtColor(over, cv2.COLOR_RGBA2RGB))


Path = Callable[[float], Camera]
"""Camera move: function from progress (0 at the start of a shot, 1 at its end) to a camera."""

# Signs by the axes of the camera: x to the right, y down, z forwards.
_PARTS = {
    "pan_right": ("yaw", 1),
    "pan_left": ("yaw", -1),
    "tilt_up": ("pitch", 1),
    "tilt_down": ("pitch", -1),
    "roll_left": ("roll", 1),
    "roll_right": ("roll", -1),
    "truck_right": ("x", 1),
    "truck_left": ("x", -1),
    "pedestal_down": ("y", 1),
    "pedestal_up": ("y", -1),
    "dolly_in": ("z", 1),
    "dolly_out": ("z", -1),
}


def camera_path(move: str, amount: float, start: Camera, seed: int = 0) -> Path:
    """Return the path of a camera that makes one move.

    Args:
        move: A name of :data:`shotlog.schema.labels.MOVES`: static, shake, a pan, tilt, roll,
            truck, pedestal, dolly or zoom.
        amount: Amount over the whole shot: radians, metres, or the ratio of focal lengths of a
            zoom; for a shake the amplitude in radians.
        start: Camera at the start of a dolly or zoom; for all other moves, the middle of the path.
        seed: Seed of a shake.

    Raises:
        ValueError: the move cannot be made with a camera alone.
    """
    if move == "static":
        return lambda _: start
    if move == "shake":
        return _shaken(amount, start, seed)
    if move in ("zoom_in", "zoom_out"):
        power = 1 if move == "zoom_in" else -1
        # A constant factor per second: with a constant step a zoom in would seem to slow down.
        return lambda u: replace(start, focal=start.focal * amount ** (power * _eased(u)))
    if move not in _PARTS:
        raise ValueError(f"{move} is no move of the camera alone")
    part, sign = _PARTS[move]
    back = 0.0 if part == "z" else 0.5
    origin = float(getattr(start, part))
    return lambda u: replace(start, **{part: origin + sign * amount * (_eased(u) - back)})


def _eased(u: float) -> float:
    """Return the eased progress: constant speed, with acceleration in the first and last tenth."""
    ramp = 0.1  # a real operator starts and stops softly
    u = min(max(u, 0.0), 1.0)
    if u > 0.5:
        return 1.0 - _eased(1.0 - u)
    far = u - ramp / 2 if u > ramp else u * u / (2 * ramp)
    return far / (1 - ramp)


def _shaken(amount: float, start: Camera, seed: int) -> Path:
    """Return the path of a hand-held camera: slow sway and quick tremor on all three axes."""
    rng = np.random.default_rng(seed)
    cycles = rng.uniform([4, 11, 19], [6, 15, 26], (3, 3))
    phases = rng.uniform(0, 2 * np.pi, (3, 3))
    weights = np.array([0.55, 0.30, 0.15])

    def at(u: float) -> Camera:
        yaw, pitch, roll = amount * np.sin(2 * np.pi * cycles * u + phases) @ weights
        return replace(
            start,
            yaw=start.yaw + float(yaw),
            pitch=start.pitch + float(pitch),
            roll=start.roll + 0.6 * float(roll),
        )

    return at
