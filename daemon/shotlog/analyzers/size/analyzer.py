"""Shot size by the faces in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from shotlog.analyzers.faces import FaceMeasure, read_samples
from shotlog.analyzers.size.people import find_principals, reframe
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale
from shotlog.schema import SIZES, UNDEFINED, Claim, Family, ShotAnalyzer, ShotView, Tier

_LEAST_CONFIDENCE = 0.45
"""Confidence below which no size is named: the shot changes, or it lies on a boundary."""


class SizeAnalyzer(ShotAnalyzer):
    """Analyzer of shot size: the share of the picture's height that a face fills.

    Without a face it abstains, since there is nothing to measure by.

    Args:
        scale: Boundaries between the sizes.
    """

    name = "builtin.size"
    family = Family.SIZE
    tier = Tier.BUILTIN
    version = "1"
    measures = (FaceMeasure(),)

    def __init__(self, scale: Scale = FITTED_SCALE) -> None:
        self._scale = scale

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot."""
        series = view.series.get(FaceMeasure.name)
        samples = read_samples(series) if series else []
        faces = [face for face in find_principals(reframe(samples)) if face]
        if not faces:
            return [_abstention(view, len(samples))]
        each = [self._scale.probabilities(Framing.of(face)) for face in faces]
        scores = {name: fmean(p[name] for p in each) for name in FAR_TO_NEAR}
        best = max(FAR_TO_NEAR, key=lambda name: scores[name])
        reasons = [
            f"face {median(face.h for face in faces):.0%} of picture height, "
            f"seen on {len(faces)} of {len(samples)} pictures"
        ]
        label, confidence = best, scores[best]
        # Probabilities are averaged first, so that one wrong sample does not decide.
        if confidence < _LEAST_CONFIDENCE:
            label, confidence = UNDEFINED, 1 - confidence
            reasons.append(_describe_tie(scores))
        return [
            Claim(
                label=label,
                scores=scores,
                confidence=confidence,
                range=view.shot.source,
                reasons=tuple(reasons),
            )
        ]


def _abstention(view: ShotView, count: int) -> Claim:
    why = "nobody in the picture to measure by" if count else "too short to be looked at"
    return Claim(label=UNDEFINED, scores={}, confidence=0.0, range=view.shot.source, reasons=(why,))


def _describe_tie(scores: dict[str, float]) -> str:
    first, second = sorted(scores, key=lambda name: -scores[name])[:2]
    return f"between {SIZES.display(first)} and {SIZES.display(second)}"
