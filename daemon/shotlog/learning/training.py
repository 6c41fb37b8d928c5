"""The training of a model, and the refusal of one that is worse than none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shotlog.analyzers.clock import STEP
from shotlog.highlights.trained import CANDIDATES, TrainedModel
from shotlog.learning.evaluation import Report, evaluate
from shotlog.learning.films import WINDOW, LabelledFilm
from shotlog.learning.fitting import Fit, fit
from shotlog.learning.source_groups import WHOLE_SOURCES
from shotlog.schema import LabelsMissing, ModelWorse


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model with its report.

    Attributes:
        model: The model, fitted to all films.
        fit: How it was fitted.
        report: Its evaluation; each film was judged by a model that has not seen it.
    """

    model: TrainedModel
    fit: Fit
    report: Report

    @property
    def facts(self) -> dict[str, Any]:
        """All of it as JSON: ``report.json``."""
        weights = zip((f.name for f in CANDIDATES), map(float, self.fit.weights), strict=True)
        return {
            "method": "logistic regression, shrunk toward the heuristic",
            "window_seconds": float(WINDOW * STEP),
            "films": self.fit.films,
            "picks": self.fit.picks,
            "prior_strength": self.fit.strength,
            "bias": self.fit.bias,
            "weights": dict(weights),
            "held_out": self.report.model_dump(mode="json"),
        }

    def check(self) -> None:
        """Check that the model is of use.

        Raises:
            ModelWorse: It ranks films that it has not seen worse than the heuristic does.
        """
        if not self.report.is_worse:
            return
        model, heuristic = (self.report.rankings[n].auc.mean for n in ("model", "heuristic"))
        message = (
            f"on films that it has not seen, the model has an AUC of {model:.3f}, the heuristic"
            f" {heuristic:.3f}: it would make highlights worse"
        )
        raise ModelWorse("trained", message)


def train(films: Sequence[LabelledFilm]) -> Trained:
    """Train a model on films, and evaluate it on each of them by a model of the others.

    Films of which all was kept, or nothing, are left out.

    Raises:
        LabelsMissing: Fewer than two films are left.
    """
    usable = [film for film in films if film.tells_both]
    if not usable:
        message = "no window was left, or none was kept: there is nothing to compare"
        raise LabelsMissing("the timelines", message, WHOLE_SOURCES)
    report = evaluate(usable)
    fitted = fit(usable)
    return Trained(TrainedModel.of(fitted.weights, fitted.bias), fitted, report)
