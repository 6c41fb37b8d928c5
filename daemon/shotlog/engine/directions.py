"""Direction of moves, which depends on that in which a clip shows its media."""

from __future__ import annotations

from shotlog.schema import UNDEFINED, Claim, Family, TimeMap, TimeRange, reversed_move

_DIRECTED = (Family.MOVE, Family.MOVEMENT)
"""Families whose labels change when the picture runs backwards."""

_BOTH = "it runs forwards and backwards here, so the direction of its move is not named"


def directed(claim: Claim, family: Family, time_map: TimeMap, shown: TimeRange) -> Claim:
    """Return a claim about media that run forwards as one about what the timeline shows.

    A move is reversed where the clip runs backwards. Where a speed ramp shows it in both
    directions, a move that has a direction is ``undefined``.

    Args:
        claim: The claim.
        family: Its family.
        time_map: Between media time and the timeline.
        shown: The range of the timeline that it is about.
    """
    if family not in _DIRECTED:
        return claim
    directions = time_map.directions(shown)
    if directions == {-1}:
        scores = {reversed_move(name): score for name, score in claim.scores.items()}
        return claim.model_copy(update={"label": reversed_move(claim.label), "scores": scores})
    if len(directions) > 1 and reversed_move(claim.label) != claim.label:
        abstained = {"label": UNDEFINED, "confidence": 0.0, "reasons": (*claim.reasons, _BOTH)}
        return claim.model_copy(update=abstained)
    return claim
