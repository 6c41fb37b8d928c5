"""The model card of a trained model: its README.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined

from shotlog.learning.clips import Part
from shotlog.learning.figures import Estimate
from shotlog.learning.training.examples import PartWindows
from shotlog.learning.training.plan import TrainedClassifier, TrainingPlan


def write_model_card(
    plan: TrainingPlan, trained: TrainedClassifier, parts: Mapping[Part, PartWindows]
) -> str:
    """Return the text of the card, in Markdown with the header that the hub reads.

    Args:
        plan: The plan of the training.
        trained: The model with its scores.
        parts: The clips that were read, by part.
    """
    loader = PackageLoader("shotlog.learning.training", ".")
    pages = Environment(  # noqa: S701 -- Markdown, which no browser reads as a page
        loader=loader, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    counts = {
        question.family: {
            part: Counter(
                label for clip in own.clips for label in clip.labels.get(question.family, ())
            )
            for part, own in parts.items()
        }
        for question in trained.questions
    }
    return pages.get_template("model_card.md.j2").render(
        plan=plan,
        trained=trained,
        parts=parts,
        films={part: len({clip.film for clip in own.clips}) for part, own in parts.items()},
        counts=counts,
        estimate=_estimate,
        figure=_figure,
        options=plan.options.model_dump(mode="json"),
    )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _estimate(value: Estimate) -> str:
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"
