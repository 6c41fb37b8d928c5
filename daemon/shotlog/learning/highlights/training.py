"""The training of a model, and the refusal of one that is worse than none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shotlog.analyzers.clock import STEP
from shotlog.highlights.trained import WINDOW, TrainedModel, WindowBlocks
from shotlog.learning.highlights.evaluation import Report, evaluate
from shotlog.learning.highlights.films import LabelledFilm
from shotlog.learning.highlights.fitted import FittedModel, Fitting
from shotlog.learning.highlights.logistic import fit_logistic
from shotlog.learning.highlights.methods import AskedMethod, plan_methods
from shotlog.learning.highlights.network import network_fitting
from shotlog.learning.highlights.source_groups import WHOLE_SOURCES
from shotlog.schema import LabelsMissing, ModelWorse


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model with its report.

    Attributes:
        fit: The model, fitted to all films.
        report: Its evaluation; each film was judged by a model that has not seen it.
        reason: Why its method was taken, for people.
        other: The evaluation of the other method on the same split; None where one was tried.
    """

    fit: FittedModel
    report: Report
    reason: str
    other: Report | None = None

    @property
    def model(self) -> TrainedModel:
        """The model."""
        return self.fit.model

    @property
    def facts(self) -> dict[str, Any]:
        """All of it as JSON: ``report.json``."""
        other = self.other.model_dump(mode="json") if self.other else None
        return self.fit.facts | {
            "reason": self.reason,
            "window_seconds": float(WINDOW * STEP),
            "films": self.fit.films,
            "picks": self.fit.picks,
            "held_out": self.report.model_dump(mode="json"),
            "other_method_held_out": other,
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


def train(
    films: Sequence[LabelledFilm],
    blocks: WindowBlocks | None = None,
    method: AskedMethod = "auto",
) -> Trained:
    """Train a model on films, and evaluate it on each of them by a model of the others.

    Films of which all was kept, or nothing, are left out. Where a network is tried, a logistic
    regression is evaluated by the same split; unless a method was asked for, the one with the
    higher mean AUC is taken.

    Args:
        films: The films.
        blocks: The features of their windows; None where there is no model that gives vectors.
        method: The method that was asked for.

    Raises:
        LabelsMissing: Fewer than two films are left, or fewer than three for a network.
    """
    usable = [film for film in films if film.tells_both]
    if not usable:
        message = "no window was left, or none was kept: there is nothing to compare"
        raise LabelsMissing("the timelines", message, WHOLE_SOURCES)
    picks = sum(film.picks for film in usable)
    plan = plan_methods(method, picks, len(usable), model=blocks is not None)
    logistic = evaluate(usable, fit_logistic)
    if blocks is None or not plan.network:
        return Trained(fit_logistic(usable), logistic, plan.reason)
    fit = network_fitting(blocks)
    network = evaluate(usable, fit)
    if method == "network":
        return Trained(fit(usable), network, plan.reason, logistic)
    return _better(usable, (fit_logistic, logistic), (fit, network))


def _better(
    films: Sequence[LabelledFilm], logistic: tuple[Fitting, Report], network: tuple[Fitting, Report]
) -> Trained:
    """Return the model of the method with the higher mean AUC; of equals the simpler one's."""
    means = [report.rankings["model"].auc.mean for _, report in (logistic, network)]
    (fit, report), (_, other) = (logistic, network) if means[0] >= means[1] else (network, logistic)
    reason = (
        f"of both methods it is the better one on films that it has not seen: an AUC of"
        f" {max(means):.3f} against {min(means):.3f}"
    )
    return Trained(fit(films), report, reason, other)
