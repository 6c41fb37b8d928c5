"""A logistic regression over the features of the heuristic and some more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from shotlog.analyzers.clock import EditClock, Numbers
from shotlog.highlights.contract import Embedder, Judgement
from shotlog.highlights.heuristic import (
    ABSENCES,
    FACELESS,
    FEATURES,
    UNWEIGHTED,
    Feature,
    HeuristicHighlighter,
    compute_criteria,
    limited,
    weigh,
)
from shotlog.highlights.trained.model import (
    Arrays,
    FeatureBlock,
    Method,
    TrainedModel,
    check_numbers,
)
from shotlog.schema import Measure

CANDIDATES: Final[tuple[Feature, ...]] = (*FEATURES, *UNWEIGHTED)
"""The features that a model can weigh, with the weights of the heuristic."""

_NORMALISATION: Final = (
    "spreads from the median of the timeline (robust z-score), smoothed over 0.5 s, limited to -2"
    " and 5; unknown ones are left out"
)
_OF_FACES: Final = {feature.name for feature in FEATURES} - {f.name for f in FACELESS}


@dataclass(frozen=True, eq=False)
class LogisticModel(TrainedModel):
    """Weights of features, learned from what editors kept and left.

    Attributes:
        features: The features; each weighs the same in both judgements.
        bias: Log odds, of a step with median features, that it is kept.
        digest: As of every model.
    """

    method: ClassVar[Method] = "logistic regression"
    features_version: ClassVar[str] = HeuristicHighlighter.version

    features: tuple[Feature, ...]
    bias: float
    digest: str = ""

    @classmethod
    def of(cls, weights: Numbers, bias: float) -> LogisticModel:
        """Return a model.

        Args:
            weights: (d,) weights of :data:`CANDIDATES`.
            bias: As the attribute.
        """
        pairs = zip(CANDIDATES, map(float, weights), strict=True)
        return cls(tuple(f._replace(viral=w, compelling=w) for f, w in pairs), bias)

    @property
    def described(self) -> tuple[FeatureBlock, ...]:
        """One block, ``criteria``."""
        names = tuple(feature.name for feature in self.features)
        block = FeatureBlock(
            name="criteria", dimensions=len(names), normalisation=_NORMALISATION, features=names
        )
        return (block,)

    @property
    def arrays(self) -> Arrays:
        """``weights`` (d,) and ``bias`` (1,)."""
        weights = np.array([feature.viral for feature in self.features])
        return {"weights": weights, "bias": np.array([self.bias])}

    @classmethod
    def of_arrays(
        cls, described: Sequence[FeatureBlock], arrays: Arrays, digest: str
    ) -> LogisticModel:
        """Return the model of a folder."""
        names = [name for block in described for name in block.features]
        known = {feature.name: feature for feature in CANDIDATES}
        if unknown := [name for name in names if name not in known]:
            raise ValueError(f"it has features that are not known here: {', '.join(unknown)}")
        weights, bias = (arrays[name].astype(np.float64) for name in ("weights", "bias"))
        if len(set(names)) != len(names) or weights.shape != (len(names),) or bias.shape != (1,):
            raise ValueError(f"it has {weights.size} weights for {len(names)} features")
        check_numbers(weights, bias)
        features = (
            known[name]._replace(viral=float(weight), compelling=float(weight))
            for name, weight in zip(names, weights, strict=True)
        )
        return cls(tuple(features), float(bias[0]), digest)

    def measures(self, embedders: Sequence[Embedder], *, faces: bool) -> tuple[Measure, ...]:
        """Return the measures of the heuristic."""
        return HeuristicHighlighter(faces=faces).measures(embedders)

    def judge(self, clock: EditClock, embedders: Sequence[Embedder], *, faces: bool) -> Judgement:
        """Return the judgement by the learned weights."""
        features = [f for f in self.features if faces or f.name not in _OF_FACES]
        criteria = compute_criteria(clock, features)
        judged = weigh(limited(criteria), np.array([feature.viral for feature in features]))
        return Judgement(judged, judged, criteria, ABSENCES)
