"""The analyzer of shot sizes by a model elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.models.analysis import DEFAULT_RULES, DecisionRules, decide_size
from shotlog.providers.measure import RemoteMeasure, read_answer, scores_of
from shotlog.providers.scores import SCORED
from shotlog.providers.sent_requests import RemoteModel
from shotlog.schema import Claim, Family, ShotAnalyzer, ShotView, Tier


class RemoteSizeAnalyzer(ShotAnalyzer):
    """Analyzer of shot size by the scores of a provider, which decides as local models do.

    Args:
        model: Identity of the model.
        measure: Measure that asks the provider.
        names: Names of the providers that this machine knows.
        rules: Thresholds.
    """

    family = Family.SIZE
    tier = Tier.REMOTE
    version = "1"

    def __init__(
        self,
        model: RemoteModel,
        measure: RemoteMeasure,
        names: Sequence[str],
        rules: DecisionRules = DEFAULT_RULES,
    ) -> None:
        self.name = f"{model.name}.{self.family.value}"
        self.measures = (measure,)
        self.weights = model.version[:12] or None
        self._measure, self._names, self._rules = measure, names, rules

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim for the whole shot, with the answer that it was drawn from."""
        series = view.series.get(self._measure.name)
        if series is None or not len(series):
            return []
        claim = decide_size(SCORED, scores_of(series), view.shot.source, self._rules)
        return [claim.model_copy(update={"remote": read_answer(series, self._names)})]
