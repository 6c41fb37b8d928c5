"""Reverse angles of a scene: a face that is turned to one side, then one turned to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from shotlog.schema import Facing, LoggedShot

_BETWEEN = 2
"""Shots that may lie between a shot and its reverse, such as an insert or both people together."""

_SIDES = (Facing.LEFT, Facing.RIGHT)

Numbered = tuple[int, LoggedShot]
"""A shot with its number, from 1."""


@dataclass(frozen=True)
class ReverseAngles:
    """Sides to which the faces of a scene are turned, and its reverse angles.

    Attributes:
        facings: Number of shots by the side to which their one face is turned.
        pairs: Numbers of the shots of each reverse angle: one, and the next one whose face is
            turned to the other side.
    """

    facings: Mapping[Facing, int]
    pairs: tuple[tuple[int, int], ...]

    @property
    def missing(self) -> Facing | None:
        """The side to which no face is turned; None where that is not known.

        A single shot is no conversation, and faces that look towards the camera may be of either
        side: there must be two shots of the other side, and more than of those.
        """
        for side, other in ((Facing.LEFT, Facing.RIGHT), (Facing.RIGHT, Facing.LEFT)):
            seen = self.facings[other]
            if not self.facings[side] and seen >= 2 and seen > self.facings[Facing.CAMERA]:
                return side
        return None

    @property
    def text(self) -> str:
        """The pairs of angles, or that one is missing, for people; "" where nothing is known."""
        if self.pairs:
            return ", ".join(f"#{first} → #{second}" for first, second in self.pairs)
        if self.missing is None:
            return ""
        return f"only one side of the conversation is seen: no face is turned {self.missing}"


def find_reverses(shots: Sequence[Numbered]) -> ReverseAngles:
    """Return the reverse angles of a scene.

    A shot follows its reverse at most three shots later. Where the cut between them keeps the
    framing, the same person has turned.

    Args:
        shots: The shots of the scene with their numbers, without black, title cards and bars.
    """
    facings = Counter(dict.fromkeys(Facing, 0))
    facings.update(shot.facing for _, shot in shots if shot.facing is not None)
    pairs = []
    for place, (number, shot) in enumerate(shots):
        if shot.facing not in _SIDES:
            continue
        near = islice(shots, place + 1, place + 2 + _BETWEEN)
        after = next((one for one in near if one[1].facing in _SIDES), None)
        if after is not None and after[1].facing is not shot.facing:
            adjacent = after[0] == number + 1
            if not (adjacent and after[1].same_framing):
                pairs.append((number, after[0]))
    return ReverseAngles(dict(facings), tuple(pairs))
