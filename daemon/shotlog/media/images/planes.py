"""Direct access to the samples of a frame's planes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane


def plane_samples(
    plane: VideoPlane, kind: type[np.unsignedinteger[Any]] = np.uint8
) -> npt.NDArray[Any]:
    """Return a view of the samples of a plane; writing to it changes the frame.

    Args:
        plane: A plane that holds one component.
        kind: Type of a sample.

    Returns:
        (h, w) array without the padding at the end of the lines.
    """
    lines = np.frombuffer(memoryview(plane), kind)
    return lines.reshape(plane.height, -1)[:, : plane.width]
