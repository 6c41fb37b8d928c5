"""Analyzers of the installed models: one measure per model, one analyzer per head.

All heads of a model share one inference. An image-text model has no head, and one analyzer that
answers sizes from its embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Self

from shotlog.models.analysis.calibrating import calibrate_windows
from shotlog.models.analysis.decisions import (
    DEFAULT_RULES,
    DecisionRules,
    decide_label,
    decide_motion,
    decide_moves,
    decide_size,
)
from shotlog.models.analysis.measure import ModelMeasure
from shotlog.models.analysis.zero_shot import ZeroShotSizeAnalyzer
from shotlog.models.catalog import Activation, InstalledModel, ModelHead, Task
from shotlog.models.runtime import DeviceChoice, MemoryHooks
from shotlog.models.words import EmbeddingMeasure
from shotlog.schema import (
    MOVEMENTS,
    Analyzer,
    Claim,
    CorrectableAnalyzer,
    EditorProfile,
    Family,
    ProfileUnusable,
    ShotView,
    Tier,
)


def build_analyzers(
    installed: Sequence[InstalledModel],
    device: str = "auto",
    precision: str = "auto",
    *,
    overlap: Fraction = Fraction(0),
    rules: DecisionRules = DEFAULT_RULES,
    hooks: MemoryHooks | None = None,
) -> list[Analyzer]:
    """Return the analyzers of models, ordered by the rank of their cards.

    Args:
        installed: The models.
        device: ``auto``, ``cpu``, ``cuda``, ``mps``.
        precision: Of the weights: ``auto``, ``fp32``, ``bf16``, ``fp16``.
        overlap: Seconds that neighbouring windows of two seconds share.
        rules: Thresholds of the decisions.
        hooks: Called around loading and inference; None does nothing.

    Raises:
        ModelMissing: Files of a model are missing.
        ModelUnreadable: A model's config or weights are damaged, or its labels are not in the
            vocabulary of its task.
    """
    where = DeviceChoice(device, precision)
    # By name where ranks are equal, so that the order never depends on the folder.
    ranked = sorted(installed, key=lambda one: (one.card.rank, one.card.name))
    analyzers: list[Analyzer] = []
    for one in ranked:
        if one.card.text is not None:
            seen = EmbeddingMeasure(one, where, hooks)
            analyzers.append(ZeroShotSizeAnalyzer(one, seen, rules))
            continue
        measure = ModelMeasure(one, where, overlap, hooks)
        analyzers += [HeadAnalyzer(one, head, measure, rules) for head in one.card.heads]
    return analyzers


class HeadAnalyzer(CorrectableAnalyzer):
    """Analyzer of one head of a model.

    Args:
        installed: The model.
        head: The head.
        measure: Measure that runs the model.
        rules: Thresholds; the card's threshold overrides ``rules.on``.
    """

    tier = Tier.LOCAL
    version = "1"

    def __init__(
        self,
        installed: InstalledModel,
        head: ModelHead,
        measure: ModelMeasure,
        rules: DecisionRules = DEFAULT_RULES,
    ) -> None:
        self.name = f"{installed.card.name}.{head.task.value}"
        self.family = Family(head.task.value)
        self.measures = (measure,)
        self.weights = installed.short_fingerprint
        self._head, self._measure = head, measure
        self._rules = (
            rules if head.threshold is None else rules.model_copy(update={"on": head.threshold})
        )

    def with_profile(self, profile: EditorProfile) -> Self:
        """Return this analyzer with a profile; itself where the profile has nothing for its key.

        Raises:
            ProfileUnusable: The head tells amounts, which are no probabilities of labels.
        """
        corrected = super().with_profile(profile)
        if corrected is not self and self._head.activation is Activation.IDENTITY:
            message = f"it calibrates {self.name}, whose scores are no probabilities"
            raise ProfileUnusable(profile.name, message, "Learn it again with: shotlog learn.")
        return corrected

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot; for camera moves, at least one for each span."""
        series, video = view.series.get(self._measure.name), view.media.video
        if series is None or not len(series) or video is None:
            return []
        names, seen = self._measure.scores(series, self._head)
        exclusive = self._head.activation is Activation.SOFTMAX
        scores = calibrate_windows(names, seen, self.calibration, exclusive=exclusive)
        where, rules = view.shot.source, self._rules
        match self._head.task:
            case Task.SIZE:
                return [decide_size(names, scores, where, rules)]
            case Task.MOVEMENT:
                return [decide_label(MOVEMENTS, names, scores, where, rules)]
            case Task.MOTION:
                return [decide_motion(names, scores, where, rules)]
            case Task.MOVE:
                windows = self._measure.windows(view.shot.core, video)
                spans = [window.source for window in windows]
                return decide_moves(names, scores, spans, view.shot.seen, rules)
            case Task.IMAGE_TEXT:
                raise ValueError("an image-text model has no heads")
