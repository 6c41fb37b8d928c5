"""Shot size by the faces in the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median

from shotlog.analyzers.faces import Face, FaceMeasure
from shotlog.analyzers.size.claims import abstain, claim_likeliest
from shotlog.analyzers.size.features import SIZE_FEATURES, size_features
from shotlog.analyzers.size.people import read_principals
from shotlog.analyzers.size.scale import FAR_TO_NEAR, FITTED_SCALE, Framing, Scale
from shotlog.schema import Claim, CorrectableAnalyzer, Family, ShotView, Tier

_LEAST = 0.45
"""Confidence below which no size is named: the shot changes, or it lies on a boundary."""


class SizeAnalyzer(CorrectableAnalyzer):
    """Analyzer of shot size: the share of the picture's height that a face fills.

    It abstains where no face is seen; :mod:`shotlog.analyzers.whole_picture` judges those shots.

    Args:
        scale: Boundaries between the sizes.
    """

    name = "builtin.size"
    family = Family.SIZE
    tier = Tier.BUILTIN
    version = "3"
    measures = (FaceMeasure(),)
    profile_features = SIZE_FEATURES

    def __init__(self, scale: Scale = FITTED_SCALE) -> None:
        self._scale = scale

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot."""
        principals = read_principals(view)
        faces = [face for face in principals if face]
        if not faces:
            return [abstain(view, "no face seen" if principals else "too short to be looked at")]
        each = [self._scale.probabilities(Framing.of(face)) for face in faces]
        # Probabilities are averaged, so that one wrong sample does not decide.
        mean = {name: fmean(p[name] for p in each) for name in FAR_TO_NEAR}
        scores = self._correct(mean, faces)
        why = (
            f"face {median(face.h for face in faces):.0%} of picture height, "
            f"seen on {len(faces)} of {len(principals)} pictures"
        )
        return [claim_likeliest(view, scores, _LEAST, why)]

    def _correct(self, scores: Mapping[str, float], faces: Sequence[Face]) -> Mapping[str, float]:
        """Return the scores of a shot as the profile corrects them."""
        if (head := self.head_correction) is not None:
            scores = head.apply(scores, size_features(faces).tolist())
        return scores if self.calibration is None else self.calibration.of_one(scores)
