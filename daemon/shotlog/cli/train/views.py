"""The plan of a training, and its report, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from shotlog.cli.output import SafeLine, titled_table

if TYPE_CHECKING:
    from shotlog.learning import Estimate, SourceGroup, Trained

_RANKINGS = {
    "model": "this model",
    "heuristic": "heuristic",
    "centre": "middle",
    "random": "chance",
}


def plan_line(groups: Sequence[SourceGroup]) -> SafeLine:
    """Return a line about what there is to learn from, before it is measured."""
    seconds = float(sum(group.seconds for group in groups))
    left = float(sum(group.left for group in groups))
    return SafeLine(
        f"{len(groups)} films with {sum(group.picks for group in groups)} picks;"
        f" {seconds / 60:.1f} min of sources, of which {left / seconds:.0%} was left"
    )


def report_table(trained: Trained) -> RenderableType:
    """Return the figures on films that were left out, and what the model weighs."""
    report, fit = trained.report, trained.fit
    table = titled_table(f"Ranking of windows in {len(report.films)} films, each left out once")
    table.add_column("by")
    for name in ("AUC", "PR-AUC", "NDCG@10"):
        table.add_column(name, justify="right")
    for ranking, name in _RANKINGS.items():
        figures = report.rankings[ranking]
        table.add_row(name, *map(_figure, (figures.auc, figures.pr_auc, figures.ndcg)))
    weights = sorted(trained.facts["weights"].items(), key=lambda item: -abs(item[1]))
    largest = abs(weights[0][1])
    told = ", ".join(f"{name} {weight / largest:+.2f}" for name, weight in weights[:6])
    method = (
        f"{fit.picks} picks of {fit.films} films: logistic regression of {len(weights)} features,"
        f" drawn to the weights of the heuristic with a strength of {fit.strength:g}"
    )
    gain = f"AUC over that of the heuristic: {_figure(report.gain, '+.3f')}"
    if report.is_worse:
        gain += "; with -o it would be refused, as it is worse"
    notes = (
        "in brackets: the interval that holds 95 % of the means when films are drawn again",
        method,
        f"largest weights, as shares of the first: {told}",
    )
    return Group(table, SafeLine(gain, "bold"), *(SafeLine(note, "dim") for note in notes))


def _figure(estimate: Estimate, form: str = ".2f") -> str:
    mean, low, high = (f"{x:{form}}" for x in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"
