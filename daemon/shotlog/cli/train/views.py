"""The plan of a training, and its report, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from shotlog.cli.output import SafeLine, titled_table

if TYPE_CHECKING:
    from shotlog.learning.highlights import Figures, MethodPlan, SourceGroup, Trained

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


def method_line(plan: MethodPlan) -> SafeLine:
    """Return a line about the methods that are tried, and why."""
    tried = "logistic regression and network" if plan.network else "logistic regression"
    return SafeLine(f"{tried}: {plan.reason}")


def report_table(trained: Trained) -> RenderableType:
    """Return the figures on films that were left out, and how the model was fitted."""
    report, fit = trained.report, trained.fit
    table = titled_table(f"Ranking of windows in {len(report.films)} films, each left out once")
    table.add_column("by")
    for name in ("AUC", "PR-AUC", "NDCG@10"):
        table.add_column(name, justify="right")
    rows: list[tuple[str, Figures]] = [
        (name, report.rankings[ranking]) for ranking, name in _RANKINGS.items()
    ]
    if trained.other is not None:
        rows.insert(1, ("other method", trained.other.rankings["model"]))
    for name, figures in rows:
        table.add_row(name, *(one.spell() for one in (figures.auc, figures.pr_auc, figures.ndcg)))
    gain = f"AUC over that of the heuristic: {report.gain.spell('+.3f')}"
    if report.is_worse:
        gain += "; with -o it would be refused, as it is worse"
    notes = (
        "in brackets: the interval that holds 95 % of the means when films are drawn again",
        f"{fit.picks} picks of {fit.films} films: {fit.notes[0]}",
        *fit.notes[1:],
        f"why this method: {trained.reason}",
    )
    return Group(table, SafeLine(gain, "bold"), *(SafeLine(note, "dim") for note in notes))
