"""Features of a shot's framing, by which the scores of sizes are corrected for an editor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces import Face

SIZE_FEATURES = (
    "height",
    "head_room",
    "head_room_in_faces",
    "chin_room_in_faces",
    "off_centre",
    "samples",
)
"""Names of the features of :func:`size_features`."""

_LEAST_HEIGHT = 1e-3
"""Least height of a face of which a logarithm is taken, as on the scale of sizes."""


def size_features(principals: Sequence[Face | None]) -> npt.NDArray[np.float64]:
    """Return the :data:`SIZE_FEATURES` of a shot.

    height: natural logarithm of the face's height. head_room: share of the picture's height above
    the face, 0 where it reaches over the edge. head_room_in_faces, chin_room_in_faces: ln(1 + room
    above the face, and below its chin, in face heights); the logarithm bounds distant faces.
    off_centre: distance of the face from the middle, in widths of the picture, whichever side.
    samples: ln(number of samples with a face). Each but the last is the median of its samples.

    Args:
        principals: The face that decides the size on each sample (:func:`read_principals`), on one
            sample at least; samples without a face are left out.

    Raises:
        ValueError: No sample has a face.
    """
    faces = [face for face in principals if face]
    if not faces:
        raise ValueError("features of a framing need a face")
    each = [_of_face(face) for face in faces]
    return np.array([*map(median, zip(*each, strict=True)), math.log(len(faces))])


def _of_face(face: Face) -> tuple[float, ...]:
    above, below = max(0.0, face.cy - face.h / 2), max(0.0, 1 - face.cy - face.h / 2)
    height = max(face.h, _LEAST_HEIGHT)
    return (
        math.log(height),
        above,
        math.log1p(above / height),
        math.log1p(below / height),
        abs(face.cx - 0.5),
    )
