"""Mapping from a face to a shot size: soft ordinal boundaries over the face's height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shotlog.analyzers.faces import Face

FAR_TO_NEAR = ("LS", "FS", "MS", "CS", "ECS")
"""The sizes from far to near."""

_LEAST_ROOM = 3.0
"""Face heights that a whole figure needs below its chin.

Sitting on the floor a figure has 3 heads there, which are 3.6 of the detector's faces; standing, it
has 7.8 (a figure of 7.5 heads; Loomis, Figure Drawing, 1943)."""


class Framing(NamedTuple):
    """Position of a face in the frame.

    Attributes:
        height: Height of the face over the picture's height.
        filling: The same, corrected where the face reaches out of the picture. The detector draws
            the box of a cropped face smaller than the face is, so the height is divided by the
            square of the visible share.
        room: Face heights between the chin and the bottom of the picture; at least 0.
    """

    height: float
    filling: float
    room: float

    @classmethod
    def of(cls, face: Face) -> Framing:
        """Return the framing of a face."""
        top, bottom = face.cy - face.h / 2, face.cy + face.h / 2
        # The floor limits the correction where hardly any of the face is visible.
        visible = max(0.1, (min(1.0, bottom) - max(0.0, top)) / face.h)
        return cls(face.h, face.h / min(1.0, visible) ** 2, max(0.0, (1 - bottom) / face.h))


@dataclass(frozen=True)
class Scale:
    """Proportional odds model (McCullagh 1980) over the logarithm of the face's height.

    ``P(at least as near as k) = 1 / (1 + exp(-slope * ln(height / boundary_k)))``. The nearest
    boundary uses ``filling``, since a distant figure may lose the top of its head, too. Where there
    is no room for a figure below the chin, a full shot counts as a medium shot.

    Attributes:
        boundaries: Face height over picture height between each size and the next nearer one.
        slope: Steepness, per unit of ln(height).
    """

    boundaries: tuple[float, float, float, float]
    slope: float

    def probabilities(self, framing: Framing) -> dict[str, float]:
        """Return the probability of each size, by name."""
        far, full, medium, close = self.boundaries
        full_or_nearer = self._past(framing.height, far)
        medium_or_nearer = self._past(framing.height, full)
        close_or_nearer = self._past(framing.height, medium)
        # Not above the probability of CS, so that the ordinal probabilities stay monotone.
        extreme = min(close_or_nearer, self._past(framing.filling, close))
        figure = full_or_nearer - medium_or_nearer
        whole = figure * self._past(framing.room, _LEAST_ROOM)
        return {
            "LS": 1 - full_or_nearer,
            "FS": whole,
            # A figure without room for its legs is a medium shot.
            "MS": medium_or_nearer - close_or_nearer + figure - whole,
            "CS": close_or_nearer - extreme,
            "ECS": extreme,
        }

    # Logistic function of slope * ln(value / boundary).
    def _past(self, value: float, boundary: float) -> float:
        return float(1 / (1 + (boundary / max(value, 1e-3)) ** self.slope))


FITTED_SCALE = Scale(boundaries=(0.061, 0.129, 0.378, 0.964), slope=6.45)
"""Fitted by ``benchmarks/fit_size.py`` to 24 labelled stills and 103 re-framings, 20 sources."""
