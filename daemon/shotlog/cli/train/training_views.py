"""The forecast of a training, and its result, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.filesize import decimal

from shotlog.cli.output import SafeLine, parts_table, property_table, titled_table

if TYPE_CHECKING:
    from shotlog.learning.assessment import Assessment
    from shotlog.learning.figures import Estimate
    from shotlog.learning.training import TrainedClassifier, TrainingForecast, TrainingPlan


def forecast_table(told: TrainingForecast, plan: TrainingPlan) -> RenderableType:
    """Return the facts about a training before it begins."""
    parts = ", ".join(
        f"{part} {count} of {told.films[part]} films" for part, count in told.clips.items()
    )
    rows: list[tuple[str, RenderableType]] = [("clips", SafeLine(parts))]
    rows += [
        ("steps", SafeLine(f"{told.steps} at most, of {plan.options.batch} clips")),
        ("weights", SafeLine(f"{told.weights:,}, of which {told.trained:,} are trained")),
        ("memory", SafeLine(f"{decimal(told.memory)} in float32")),
    ]
    facts = property_table(f"{plan.card.title}: {plan.options.recipe}", rows)
    return Group(facts, parts_table(plan.clips))


def result_json(trained: TrainedClassifier) -> dict[str, Any]:
    """Return the result of a training."""
    best = trained.state.best
    return {
        "folder": str(trained.folder),
        "name": trained.card.name,
        "steps": trained.state.step,
        "best": None if best is None else best.model_dump(mode="json"),
        "heads": [
            {**question.head.model_dump(mode="json"), "names": list(question.labels)}
            for question in trained.questions
        ],
        "test": [told.model_dump(mode="json") for told in trained.assessments],
    }


def result_table(trained: TrainedClassifier) -> RenderableType:
    """Return the figures of a model on films that it has not seen."""
    best = trained.state.best
    end = f"stopped after {trained.state.step} steps"
    if best is not None:
        end += f"; the weights are those of step {best.step}, macro-F1 {best.f1:.3f} on val"
    lines: list[RenderableType] = [SafeLine(end)]
    lines += [_figures(told) for told in trained.assessments]
    if not trained.assessments:
        lines.append(SafeLine("no clip is in the part test: nothing is known of other films"))
    return Group(*lines)


def _figures(told: Assessment) -> RenderableType:
    title = f"{told.family}: {told.clips} clips of {told.films} films that it has not seen"
    table = titled_table(title)
    for name in ("", "this model", "majority", "random"):
        table.add_column(name, justify="left" if not name else "right")
    rows = (
        ("accuracy", told.accuracy, told.majority.accuracy, told.random.accuracy),
        ("macro-F1", told.macro_f1, told.majority.macro_f1, told.random.macro_f1),
        ("mean AP", told.mean_ap, told.majority.mean_ap, told.random.mean_ap),
    )
    for name, figure, majority, random in rows:
        table.add_row(name, _interval(figure), f"{majority:.3f}", f"{random:.3f}")
    notes = (
        "in brackets: the interval that holds 95 % of the values when films are drawn again",
        *told.notes,
    )
    return Group(table, *(SafeLine(note, "dim") for note in notes))


def _interval(figure: Estimate) -> str:
    return f"{figure.mean:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
