"""Shot size by the faces in the picture, and by the whole picture where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median

from shotlog.analyzers.faces import Face, FaceMeasure, read_samples
from shotlog.analyzers.scene import SceneMeasure, read_probabilities
from shotlog.analyzers.size.people import find_principals, reframe
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale
from shotlog.schema import SIZES, UNDEFINED, Claim, Family, Series, ShotAnalyzer, ShotView, Tier

_LEAST_BY_FACE = 0.45
"""Confidence below which faces name no size: the shot changes, or it lies on a boundary."""

_LEAST_BY_SCENE = 0.6
"""Probability below which the whole picture names no size.

Of 559 pictures and clips of sources that a head had not seen, 330 were answered, and 310 of the
answers were right or also right (``benchmarks/fit_scene.py``)."""


class SizeAnalyzer(ShotAnalyzer):
    """Analyzer of shot size: the share of the picture's height that a face fills.

    Where no face is seen, the whole picture is compared with pictures of known size: landscapes and
    streets, animals, hands, flowers, backs. Where that does not tell either, it abstains.

    Args:
        scale: Boundaries between the sizes by faces.
    """

    name = "builtin.size"
    family = Family.SIZE
    tier = Tier.BUILTIN
    version = "2"
    measures = (FaceMeasure(), SceneMeasure())

    def __init__(self, scale: Scale = FITTED_SCALE) -> None:
        self._scale = scale

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot."""
        series = view.series.get(FaceMeasure.name)
        samples = read_samples(series) if series else []
        faces = [face for face in find_principals(reframe(samples)) if face]
        if faces:
            return [self._by_faces(view, faces, len(samples))]
        scene = view.series.get(SceneMeasure.name)
        if scene is None or not len(scene):
            return [_abstain(view, "no face seen" if samples else "too short to be looked at")]
        return [_by_scene(view, scene)]

    def _by_faces(self, view: ShotView, faces: Sequence[Face], pictures: int) -> Claim:
        each = [self._scale.probabilities(Framing.of(face)) for face in faces]
        # Probabilities are averaged, so that one wrong sample does not decide.
        scores = {name: fmean(p[name] for p in each) for name in FAR_TO_NEAR}
        why = (
            f"face {median(face.h for face in faces):.0%} of picture height, "
            f"seen on {len(faces)} of {pictures} pictures"
        )
        return _claim(view, scores, _LEAST_BY_FACE, why)


def _by_scene(view: ShotView, rows: Series) -> Claim:
    if not (known := read_probabilities(rows)):
        return _abstain(view, "no face seen, and the picture is like none of known size")
    # The whole picture never tells an extreme close-up from a close-up.
    scores = {name: known.get(name, 0.0) for name in FAR_TO_NEAR}
    return _claim(view, scores, _LEAST_BY_SCENE, "no face seen: by the picture as a whole")


def _claim(view: ShotView, scores: Mapping[str, float], least: float, why: str) -> Claim:
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


def _abstain(view: ShotView, why: str) -> Claim:
    return Claim(label=UNDEFINED, scores={}, confidence=0.0, range=view.shot.source, reasons=(why,))


def _describe_tie(scores: Mapping[str, float]) -> str:
    first, second = sorted(scores, key=lambda name: -scores[name])[:2]
    return f"between {SIZES.display(first)} and {SIZES.display(second)}"
