"""The analyzers of a model elsewhere: one for each of its tasks."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.models.analysis import (
    DEFAULT_RULES,
    DecisionRules,
    calibrate_windows,
    decide_label,
    decide_moves,
    decide_size,
)
from shotlog.models.catalog import Task
from shotlog.providers.measure import RemoteMeasure, read_answer
from shotlog.providers.tasks import TASKS
from shotlog.schema import (
    MOVEMENTS,
    Claim,
    CorrectableAnalyzer,
    Family,
    RemoteAnswer,
    ShotView,
    Tier,
)


class RemoteAnalyzer(CorrectableAnalyzer):
    """Analyzer of a task by the scores of a provider, which decides as local models do.

    Args:
        task: The task.
        measure: Measure that asks the provider.
        names: Names of the providers that this machine knows.
        rules: Thresholds.
    """

    tier = Tier.REMOTE
    version = "1"

    def __init__(
        self,
        task: Task,
        measure: RemoteMeasure,
        names: Sequence[str],
        rules: DecisionRules = DEFAULT_RULES,
    ) -> None:
        self.name = f"{measure.model.model}.{task.value}"
        self.family = Family(task.value)
        self.measures = (measure,)
        self.weights = measure.model.version[:12] or None
        self._task, self._measure = task, measure
        self._names, self._rules = names, rules

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return the claims of a local model with the same scores, and who answered."""
        series, video = view.series.get(self._measure.name), view.media.video
        if series is None or not len(series) or video is None:
            return []
        form, seen = TASKS[self._task], self._measure.scores(series, self._task)
        labels = form.labels
        scores = calibrate_windows(labels, seen, self.calibration, exclusive=form.exclusive)
        where, rules = view.shot.source, self._rules
        match self._task:
            case Task.SIZE:
                claims = [decide_size(labels, scores, where, rules)]
            case Task.MOVEMENT:
                claims = [decide_label(MOVEMENTS, labels, scores, where, rules)]
            case Task.MOVE:
                windows = self._measure.windows(view.shot.core, video)
                spans = [window.source for window in windows]
                claims = decide_moves(labels, scores, spans, view.shot.seen, rules)
            case other:
                raise ValueError(f"no provider answers for the {other}")
        return self._told(claims, read_answer(series, self._names))

    def _told(self, claims: Sequence[Claim], answer: RemoteAnswer) -> list[Claim]:
        """Return claims with the answer; seconds and cost in the first one of the first task."""
        paid = self._task is self._measure.model.tasks[0]
        free = answer.model_copy(update={"seconds": 0.0, "cost": 0.0})
        return [
            claim.model_copy(update={"remote": answer if paid and n == 0 else free})
            for n, claim in enumerate(claims)
        ]
