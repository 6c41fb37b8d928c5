"""Direct access to the samples of a frame's planes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.plane import VideoPlane


def plane_samples(
    plane: VideoPlane,
    kind: type[np.unsignedinteger[Any] | np.floating[Any]] = np.uint8,
    components: int = 1,
) -> npt.NDArray[Any]:
    """Return a view of the samples of a plane; writing to it changes the frame.

    Args:
        plane: The plane.
        kind: Type of a sample.
        components: Samples of one pixel that lie side by side in this plane.

    Returns:
        (h, w) array, or (h, w, components) of more than one component, without the padding at the
        end of the lines.
    """
    lines = np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)
    samples = lines[:, : plane.width * components]
    return samples if components == 1 else samples.reshape(plane.height, plane.width, components)
