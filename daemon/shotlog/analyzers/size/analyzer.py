"""Shot size by the faces in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from shotlog.analyzers.faces import Face, FaceMeasure, Look, looks
from shotlog.analyzers.size.people import principals
from shotlog.analyzers.size.scale import ORDER, SCALE, Framing, Scale
from shotlog.schema import SIZES, UNDEFINED, Claim, Family, ShotAnalyzer, ShotView, Tier

_LEAST_CONFIDENCE = 0.45
"""Below this no size is named: the shot changes, or it lies on a boundary."""


class SizeAnalyzer(ShotAnalyzer):
    """Names the size of a shot by how much of the picture's height a face fills.

    Without a face it abstains: how large nothing is cannot be told.

    Args:
        scale: Where the boundaries between the sizes lie.
    """

    name = "builtin.size"
    family = Family.SIZE
    tier = Tier.BUILTIN
    version = "1"
    measures = (FaceMeasure(),)

    def __init__(self, scale: Scale = SCALE) -> None:
        self._scale = scale

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """One claim for the whole shot."""
        series = view.series.get(FaceMeasure.name)
        seen = looks(series) if series else []
        faces = [face for face in principals(_reframed(seen)) if face]
        if not faces:
            return [_abstention(view, len(seen))]
        each = [self._scale.of(Framing.of(face)) for face in faces]
        scores = {name: fmean(p[name] for p in each) for name in ORDER}
        best = max(ORDER, key=lambda name: scores[name])
        reasons = [
            f"face {median(face.h for face in faces):.0%} of picture height, "
            f"seen on {len(faces)} of {len(seen)} pictures"
        ]
        label, confidence = best, scores[best]
        if confidence < _LEAST_CONFIDENCE:
            label, confidence = UNDEFINED, 1 - confidence
            reasons.append(_mixed(scores))
        return [
            Claim(
                label=label,
                scores=scores,
                confidence=confidence,
                range=view.shot.source,
                reasons=tuple(reasons),
            )
        ]


def _abstention(view: ShotView, looked_at: int) -> Claim:
    why = "nobody in the picture to measure by" if looked_at else "too short to be looked at"
    return Claim(label=UNDEFINED, scores={}, confidence=0.0, range=view.shot.source, reasons=(why,))


def _mixed(scores: dict[str, float]) -> str:
    first, second = sorted(scores, key=lambda name: -scores[name])[:2]
    return f"between {SIZES.display(first)} and {SIZES.display(second)}"


def _reframed(seen: Sequence[Look]) -> list[Look]:
    """The looks with all faces measured against one frame: the largest picture of the shot.

    Bars stay for a whole shot; a look that finds broader ones than another saw a dark picture.
    """
    if not seen:
        return []
    vertical = min(look.bars.vertical for look in seen)
    horizontal = min(look.bars.horizontal for look in seen)
    return [
        look._replace(
            faces=tuple(
                _against(
                    face,
                    _shares(look.bars.horizontal, horizontal),
                    _shares(look.bars.vertical, vertical),
                )
                for face in look.faces
            )
        )
        for look in seen
    ]


def _shares(bar: float, least: float) -> tuple[float, float]:
    """Offset and scale that take a place inside one bar to its place inside a narrower one."""
    whole = 1 - 2 * least
    return (bar - least) / whole, (1 - 2 * bar) / whole


def _against(face: Face, across: tuple[float, float], down: tuple[float, float]) -> Face:
    (x, wide), (y, high) = across, down
    return Face(
        score=face.score,
        cx=x + face.cx * wide,
        cy=y + face.cy * high,
        w=face.w * wide,
        h=face.h * high,
        eyes_y=y + face.eyes_y * high,
        mouth_y=y + face.mouth_y * high,
    )
