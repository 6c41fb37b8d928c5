"""The samples of a frame's planes, where they lie in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane


def samples(plane: VideoPlane, kind: type[np.unsignedinteger[Any]] = np.uint8) -> npt.NDArray[Any]:
    """(h, w) the samples of a plane that holds one component; writing to them changes the frame.

    Args:
        plane: The plane.
        kind: Type of a sample.
    """
    lines = np.frombuffer(memoryview(plane), kind)
    return lines.reshape(plane.height, -1)[:, : plane.width]
