"""Shot sizes from an image-text model that was never trained for them: zero-shot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from shotlog.models.analysis.calibrating import calibrate_windows
from shotlog.models.analysis.decisions import DEFAULT_RULES, DecisionRules, decide_label
from shotlog.models.catalog import InstalledModel, SizeCalibration
from shotlog.models.words import SIZE_PROMPTS, EmbeddingMeasure, digest_prompts
from shotlog.schema import SIZES, Claim, CorrectableAnalyzer, Family, ShotView, Tier

Numbers = TypeVar("Numbers", float, npt.NDArray[np.float64])

PRIOR = 0.5
"""Confidence that no size has before somebody has calibrated its model: the best accuracy published
for this way of asking. CLIP ViT-B/32 had 2 of 8 reference pictures right with one sentence for each
size, 4 of 8 with several (Scene Ripper, "Shot Type Classifier Comparison", 2026-02-01). On a finer
scale of sizes, where guessing has 6.7 % right, OpenAI's CLIP ViT-L/14 has 23.5 %, the best CLIP
33.6 %, and two SigLIP 2 have 7.3 and 9.8 % (OZU, CinemaCLIP, 2026: "shot-framing" in
``src/explorer/data.js`` of github.com/Synopsis/cinemaclip-release)."""

_EVEN = 1 / len(SIZE_PROMPTS)
_KNOWN = (PRIOR - _EVEN) / (1 - _EVEN)
"""Share of shots whose size the model knows, if it guesses the others and is right in ``PRIOR``."""

_HOW = "zero-shot, by comparing pictures with sentences"


class ZeroShotSizeAnalyzer(CorrectableAnalyzer):
    """Analyzer of shot size that compares frames with sentences about sizes.

    It uses the embeddings that search by words needs. Its answers come after those of all other
    analyzers, and lead only where those abstain (:meth:`LoggedShot.opinions`).

    Args:
        installed: The model.
        measure: Measure that runs it.
        rules: Threshold of models without a calibration.
    """

    family = Family.SIZE
    tier = Tier.LOCAL
    version = "1"
    zero_shot = True

    def __init__(
        self,
        installed: InstalledModel,
        measure: EmbeddingMeasure,
        rules: DecisionRules = DEFAULT_RULES,
    ) -> None:
        self.name = f"{installed.card.name}.{self.family.value}"
        self.measures = (measure,)
        self.weights = installed.short_fingerprint
        self._installed, self._measure, self._rules = installed, measure, rules

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot: the mean of what is seen on its frames."""
        series = view.series.get(self._measure.name)
        if series is None or not len(series):
            return []
        logits, told = self._measure.size_logits(series), self._card_calibration
        if told is None:
            scores, most = limit_to_prior(size_probabilities(logits)), PRIOR
            sure, basis = limit_to_prior(self._rules.sure), f"not calibrated: at most {PRIOR:.0%}"
        else:
            scores, most = size_probabilities(logits, told.temperature), 1.0
            sure, basis = told.threshold, f"calibrated on {told.measured_on}"
        names, rules = tuple(SIZE_PROMPTS), self._rules.model_copy(update={"sure": sure})
        corrected = calibrate_windows(names, scores, self.calibration, exclusive=True)
        claim = decide_label(SIZES, names, corrected, view.shot.source, rules)
        confidence = min(claim.confidence, most)  # an abstention is no surer than an answer
        reasons = (*claim.reasons, _HOW, basis.replace("%", " %"))
        return [claim.model_copy(update={"confidence": confidence, "reasons": reasons})]

    @property
    def _card_calibration(self) -> SizeCalibration | None:
        """The calibration in the card; None for one of other sentences."""
        told = self._installed.card.sizes
        return told if told and told.prompts == digest_prompts() else None


def size_probabilities(
    logits: npt.NDArray[np.float64], temperature: float = 1.0
) -> npt.NDArray[np.float64]:
    """Return the probabilities of the sizes on each frame, (frames, sizes), of their logits.

    A softmax, for SigLIP as well. That was trained with a sigmoid, which tells for each sentence by
    itself how likely it belongs to the picture; but a picture has exactly one size. Under this
    condition the sigmoids' probability of size k is proportional to its odds, ``exp(logit_k)``,
    which is the softmax; the bias of the logits cancels out.

    Args:
        logits: (frames, sizes).
        temperature: Divisor of the logits; 1 is what the model has learned.
    """
    return np.asarray(softmax(logits / temperature, axis=1), np.float64)


def limit_to_prior(probability: Numbers) -> Numbers:
    """Return probabilities moved towards that of a guess, so that certainty becomes :data:`PRIOR`.

    A mixture: the model knows the size, or each of the five sizes is equally likely. Sums and
    orders stay as they are.
    """
    return _EVEN + (probability - _EVEN) * _KNOWN
