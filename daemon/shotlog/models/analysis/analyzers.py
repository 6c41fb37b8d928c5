"""Analyzers made of cards: one measure for each model, one analyzer for each of its heads.

All heads of a model share one look at the pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.models.analysis.decisions import RULES, Rules, motion, moves, one_of, size
from shotlog.models.analysis.measure import ModelMeasure, Place
from shotlog.models.catalog import Head, Installed, Task
from shotlog.models.runtime import Keeper
from shotlog.schema import MOVEMENTS, Analyzer, Claim, Family, ShotAnalyzer, ShotView, Tier

_SHOWN = 12
"""Hex digits of a fingerprint that go into a finding."""


def analyzers_of(
    installed: Sequence[Installed],
    device: str = "auto",
    precision: str = "auto",
    *,
    overlap: Fraction = Fraction(0),
    rules: Rules = RULES,
    keeper: Keeper | None = None,
) -> list[Analyzer]:
    """The analyzers of some models, in the order in which they speak: by rank of their cards.

    Args:
        installed: The models.
        device: Where they run: ``auto``, ``cpu``, ``cuda``, ``mps``.
        precision: Of their weights: ``auto``, ``fp32``, ``bf16``, ``fp16``.
        overlap: Seconds that neighbouring windows of two seconds share.
        rules: When a score is enough to say something.
        keeper: Decides about the device's memory; None: nobody does.

    Raises:
        ModelMissing: files of a model are gone.
        ModelUnreadable: a model's config or weights are damaged, or its labels are no words of its
            task.
    """
    where = Place(device, precision)
    ranked = sorted(installed, key=lambda one: (one.card.rank, one.card.name))
    measures = [(one, ModelMeasure(one, where, overlap, keeper)) for one in ranked]
    return [
        HeadAnalyzer(one, head, measure, rules)
        for one, measure in measures
        for head in one.card.heads
    ]


class HeadAnalyzer(ShotAnalyzer):
    """Answers the question of one head.

    Args:
        installed: The model.
        head: The head.
        measure: What the model saw.
        rules: When a score is enough; the card's threshold goes before ``rules.on``.
    """

    tier = Tier.LOCAL
    version = "1"

    def __init__(
        self, installed: Installed, head: Head, measure: ModelMeasure, rules: Rules = RULES
    ) -> None:
        self.name = f"{installed.card.name}.{head.task.value}"
        self.family = Family(head.task.value)
        self.measures = (measure,)
        self.weights = installed.fingerprint[:_SHOWN]
        self._head, self._measure = head, measure
        self._rules = (
            rules if head.threshold is None else rules.model_copy(update={"on": head.threshold})
        )

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """One claim for the whole shot; of camera moves, at least one for each span."""
        series, video = view.series.get(self._measure.name), view.media.video
        if series is None or not len(series) or video is None:
            return []
        names, scores = self._measure.scores(series, self._head)
        where, rules = view.shot.source, self._rules
        match self._head.task:
            case Task.SIZE:
                return [size(names, scores, where, rules)]
            case Task.MOVEMENT:
                return [one_of(MOVEMENTS, names, scores, where, rules)]
            case Task.MOTION:
                return [motion(names, scores, where, rules)]
            case Task.MOVE:
                windows = self._measure.windows(view.shot.core, video)
                return moves(names, scores, [w.source for w in windows], where, rules)
