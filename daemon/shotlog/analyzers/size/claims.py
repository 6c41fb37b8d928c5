"""Claims of a size from the probabilities of all sizes."""

from __future__ import annotations

from collections.abc import Mapping

from shotlog.schema import SIZES, UNDEFINED, Claim, ShotView


def claim_likeliest(view: ShotView, scores: Mapping[str, float], least: float, why: str) -> Claim:
    """Return the claim of the most probable size; an abstention where it is below ``least``."""
    best = max(scores, key=lambda name: scores[name])
    label, confidence, reasons = best, scores[best], [why]
    if confidence < least:
        label, confidence = UNDEFINED, 1 - confidence
        reasons.append(_describe_tie(scores))
    return Claim(
        label=label,
        scores=dict(scores),
        confidence=confidence,
        range=view.shot.source,
        reasons=tuple(reasons),
    )


def abstain(view: ShotView, why: str) -> Claim:
    """Return the claim of a shot whose size has no evidence."""
    return Claim(label=UNDEFINED, scores={}, confidence=0.0, range=view.shot.source, reasons=(why,))


def _describe_tie(scores: Mapping[str, float]) -> str:
    first, second = sorted(scores, key=lambda name: -scores[name])[:2]
    return f"between {SIZES.display(first)} and {SIZES.display(second)}"
