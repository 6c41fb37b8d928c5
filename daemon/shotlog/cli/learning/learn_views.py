"""Tables of what was learned from corrections, and of the profiles of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType

from shotlog.cli.output import SafeLine, titled_table

if TYPE_CHECKING:
    from shotlog.learning.figures import Estimate
    from shotlog.learning.profiles import LearnedProfile, ProfileFigures, StageTrial
    from shotlog.schema.learning import EditorProfile

_STAGES = {
    "calibration": "temperature and biases",
    "head": "weights by what the picture shows",
}
_FIGURES = ("given right", "F1", "NLL", "ECE")


def learned_view(learned: LearnedProfile) -> RenderableType:
    """Return the table of all corrections that were tried, and what could not be used."""
    table = titled_table("Corrections of scores, each on projects that it was not fitted on")
    for name in ("analyzer", "shots", "changed", "projects"):
        table.add_column(name, justify="left" if name == "analyzer" else "right")
    table.add_column("scores")
    for name in _FIGURES:
        table.add_column(name, justify="right")
    for stage in learned.stages:
        counts = (str(stage.shots), str(stage.changed), str(stage.projects))
        if stage.before is None or stage.after is None:
            table.add_row(stage.analyzer, *counts, SafeLine("not tried", "dim"))
            continue
        table.add_row(stage.analyzer, *counts, "before", *_cells(stage.before))
        table.add_row("", "", "", "", _STAGES[stage.stage], *_cells(stage.after))
    notes = (
        "in brackets: the interval that holds 95 % of the values when projects are drawn again",
        *(f"left out: {count} {what}" for what, count in sorted(learned.left_out.items())),
    )
    results = (_result(stage) for stage in learned.stages)
    return Group(table, *results, *(SafeLine(note, "dim") for note in notes))


def learned_facts(learned: LearnedProfile, *, applied: bool) -> dict[str, Any]:
    """Return the same as JSON.

    Args:
        learned: What was learned.
        applied: True where the profile is in use from now on.
    """
    return {
        "profile": learned.profile.model_dump(mode="json") if learned.profile.analyzers else None,
        "id": learned.profile.id if learned.profile.analyzers else None,
        "applied": applied,
        "stages": [stage.model_dump(mode="json") for stage in learned.stages],
        "left_out": dict(sorted(learned.left_out.items())),
    }


def profiles_view(profiles: Sequence[EditorProfile], chosen: str) -> RenderableType:
    """Return the table of the profiles of this machine.

    Args:
        profiles: The profiles.
        chosen: Name of the one that is in use; empty for none.
    """
    if not profiles:
        return SafeLine("no profile is on this machine; make one with: shotlog learn")
    table = titled_table("Profiles")
    for name in ("profile", "corrects", "figures"):
        table.add_column(name, overflow="fold")
    for profile in profiles:
        name = f"{profile.id} (in use)" if profile.name == chosen else profile.id
        facts = Group(*(SafeLine(f"{key}: {value}") for key, value in profile.made.items()))
        table.add_row(SafeLine(name), SafeLine(", ".join(sorted(profile.analyzers))), facts)
    return table


def _result(stage: StageTrial) -> SafeLine:
    gain = f", {_figure(stage.gain.accuracy, '+.3f')} given right" if stage.gain else ""
    what = "taken" if stage.taken else "left out"
    line = f"{stage.analyzer}, {_STAGES[stage.stage]}: {what}: {stage.reason}{gain}"
    return SafeLine(line, "bold" if stage.taken else "")


def _cells(figures: ProfileFigures) -> tuple[str, ...]:
    four = (figures.accuracy, figures.macro_f1, figures.nll, figures.ece)
    return tuple(map(_figure, four))


def _figure(estimate: Estimate, form: str = ".2f") -> str:
    mean, low, high = (f"{x:{form}}" for x in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"
