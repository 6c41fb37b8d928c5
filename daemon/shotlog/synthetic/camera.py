"""A pinhole camera that rotates and moves.

Rotating it gives the pure homographies of pan, tilt and roll; moving it among planes at different
depths gives true parallax (Hartley and Zisserman, Multiple View Geometry, 2004, ch. 6 and 8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Vector = npt.ArrayLike
"""(3,) metres, in the camera's axes: x to the right, y down, z forwards."""


@dataclass(frozen=True)
class Camera:
    """The position, orientation and focal length of a pinhole camera.

    The world's axes are those of computer vision: x to the right, y down, z away from the camera.
    A camera with all defaults stands at the origin and looks along z. It is turned by yaw first,
    then pitch, then roll.

    Attributes:
        x: Position to the right, in metres.
        y: Position downwards, in metres.
        z: Position forwards, in metres.
        yaw: Turn to the right (pan right), in radians.
        pitch: Turn upwards (tilt up), in radians.
        roll: Turn counter-clockwise about the line of sight as the operator sees it (roll left),
            in radians: the picture's content turns clockwise.
        focal: Focal length in picture widths; the horizontal angle of view is
            ``2 atan(0.5 / focal)``. 0.9 is about 32 mm on full frame.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    focal: float = 0.9

    def moved(self, other: Camera) -> Camera:
        """Return this camera with the position and turns of another added, its own focal length."""
        return replace(
            self,
            x=self.x + other.x,
            y=self.y + other.y,
            z=self.z + other.z,
            yaw=self.yaw + other.yaw,
            pitch=self.pitch + other.pitch,
            roll=self.roll + other.roll,
        )

    def rotation(self) -> Matrix:
        """Return the (3, 3) rotation from directions in the world to directions in the camera."""
        cy, sy = math.cos(self.yaw), math.sin(self.yaw)
        cp, sp = math.cos(self.pitch), math.sin(self.pitch)
        cr, sr = math.cos(self.roll), math.sin(self.roll)
        yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
        pitch = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
        roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        return np.asarray(roll @ pitch @ yaw, np.float64)

    def intrinsics(self, width: int, height: int) -> Matrix:
        """Return the (3, 3) matrix from directions in the camera to homogeneous pixels.

        The principal point is the middle of the picture; pixel centres lie at whole numbers.

        Args:
            width: Of the picture, in pixels.
            height: Of the picture, in pixels.
        """
        focal = self.focal * width
        return np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1.0]])

    def projection(self, width: int, height: int) -> Matrix:
        """Return the (3, 3) matrix from directions in the world to homogeneous pixels."""
        return np.asarray(self.intrinsics(width, height) @ self.rotation(), np.float64)

    def plane(self, corner: Vector, across: Vector, down: Vector) -> Matrix:
        """Return the (3, 3) matrix from a point of a plane to its place in the camera.

        Args:
            corner: The plane's point (0, 0), in metres.
            across: From there to (1, 0), in metres.
            down: From there to (0, 1), in metres.

        Returns:
            Takes (u, v, 1) to metres in the camera's axes; :meth:`intrinsics` takes these to
            homogeneous pixels, so that both together are the plane's homography.
        """
        offset = np.subtract(corner, (self.x, self.y, self.z))
        return np.asarray(self.rotation() @ np.column_stack([across, down, offset]), np.float64)
