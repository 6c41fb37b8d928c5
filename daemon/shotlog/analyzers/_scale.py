"""From the height of a face to the size of a shot: soft ordinal boundaries.

``P(at least as close as k) = 1 / (1 + exp(-slope * (ln h - ln boundary_k)))``, the proportional
odds model (McCullagh 1980), h being the height of the face over the height of the picture.
"""

from __future__ import annotations

import math

from shotlog.analyzers.faces import Face

ORDER = ("LS", "FS", "MS", "CS", "ECS")
"""The sizes from far to near."""

BOUNDARIES = (0.055, 0.138, 0.41, 1.0)
"""Face height over picture height between each size and the next nearer one."""

SLOPE = 6.0
"""Steepness of the boundaries, per unit of ln(height)."""


def probabilities(face: Face) -> dict[str, float]:
    """How likely each size is, from one face."""
    return from_heights(face.h, _filling(face))


def from_heights(height: float, filling: float) -> dict[str, float]:
    """How likely each size is.

    Args:
        height: Face height over picture height.
        filling: The same, larger where the face reaches out of the picture; it decides between
            close-up and extreme close-up alone, since a figure may well lose the top of its head.
    """
    nearer = [_logistic(SLOPE * math.log(height / boundary)) for boundary in BOUNDARIES[:-1]]
    nearer.append(min(nearer[-1], _logistic(SLOPE * math.log(filling / BOUNDARIES[-1]))))
    edges = [1.0, *nearer, 0.0]
    return {name: edges[k] - edges[k + 1] for k, name in enumerate(ORDER)}


def _filling(face: Face) -> float:
    top, bottom = face.cy - face.h / 2, face.cy + face.h / 2
    seen = max(0.1, min(1.0, bottom) - max(0.0, top)) / face.h
    return face.h / min(1.0, seen) ** 2


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -50 else 0.0
