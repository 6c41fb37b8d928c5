"""The plan of a training, and the model that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.learning.assessment import Assessment, ClipScores
from shotlog.learning.clips import FILMS_FILE, DataSet, LabelledClip, Part
from shotlog.learning.training.bases import Base, digest
from shotlog.learning.training.checkpoints import TrainingState
from shotlog.learning.training.options import TrainingOptions, TrainingRecipe
from shotlog.learning.training.output import CONFIG, WEIGHTS
from shotlog.learning.training.questions import Question, ask
from shotlog.models.catalog import Card, Licence
from shotlog.schema import Family, LabelsMissing, TrainingError


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """Everything that decides a training.

    Attributes:
        base: The model that it departs from.
        questions: The questions.
        options: The options.
        clips: The clips, each with its part.
        card: Card of the model to be.
        data_sets: The data sets, for the model card.
        warnings: Sentences for people about the split.
    """

    base: Base
    questions: tuple[Question, ...]
    options: TrainingOptions
    clips: tuple[LabelledClip, ...]
    card: Card
    data_sets: tuple[DataSet, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """Digest by which a checkpoint is known as one of this training."""
        clips = [
            (
                clip.id,
                clip.film,
                clip.part,
                clip.span,
                sorted(clip.labels.items()),
                sorted(clip.judged.items()),
            )
            for clip in self.clips
        ]
        heads = [(question.head.model_dump(), question.labels) for question in self.questions]
        use = (self.card.sampling, self.card.resize)
        return digest(self.options.deciding, self.base.fingerprint, heads, use, clips)


@dataclass(frozen=True, eq=False)
class TrainedClassifier:
    """A model that was trained.

    Attributes:
        folder: Its folder.
        card: Its card, with the temperatures and thresholds that were fitted.
        questions: Its questions, likewise.
        state: The end of the training.
        scores: Its scores of clips that it has not learned from, by part, for each question that
            clips of the part tell.
        assessments: Its figures on the part that judges, likewise.
    """

    folder: Path
    card: Card
    questions: tuple[Question, ...]
    state: TrainingState
    scores: dict[Part, tuple[ClipScores, ...]]
    assessments: tuple[Assessment, ...]


def plan_training(
    base: Base,
    families: Sequence[Family],
    options: TrainingOptions,
    clips: Sequence[LabelledClip],
    *,
    name: str,
    data_sets: Sequence[DataSet] = (),
    warnings: Sequence[str] = (),
) -> TrainingPlan:
    """Return the plan of a training.

    Args:
        base: The model that it departs from.
        families: One family, or size and movement.
        options: The options.
        clips: The clips, each with its part.
        name: Name of the model.
        data_sets: The data sets, for the model card.
        warnings: Sentences for people about the split.

    Raises:
        LabelsMissing: Too few labels occur, or no clip decides when to stop.
        TrainingError: The recipe needs a base with weights.
    """
    if base.outline is None and options.recipe is not TrainingRecipe.FULL:
        raise TrainingError(
            base.name, f"random weights hold nothing that '{options.recipe}' could build on",
            "Give --recipe full, or a model with --base.",
        )  # fmt: skip
    questions = ask(clips, families, base.labels)
    for family in families:
        if not any(clip.part is Part.VAL and family in clip.labels for clip in clips):
            raise LabelsMissing(
                family.value, f"no clip of the part '{Part.VAL}' tells when to stop",
                "Give more films with --data, or move one there in your own split.",
            )  # fmt: skip
    return TrainingPlan(
        base,
        questions,
        options,
        tuple(clips),
        _card(base, questions, name),
        tuple(data_sets),
        tuple(warnings),
    )


def _card(base: Base, questions: Sequence[Question], name: str) -> Card:
    families = [question.family for question in questions]
    mean, std = base.normalisation
    return Card(
        name=name,
        title=f"{' and '.join(families).capitalize()}, trained from {base.card.name}",
        heads=tuple(question.head for question in questions),
        sampling=base.sampling(families),
        resize=base.card.resize,
        files=(CONFIG, FILMS_FILE, WEIGHTS),
        mean=mean,
        std=std,
        licence=_licence(base),
    )


def _licence(base: Base) -> Licence:
    """Return the terms of the model: those of its base go on."""
    if base.outline is None:
        return base.card.licence
    terms = base.card.licence
    inherited = [terms.name, *([f"{terms.base_name} ({terms.base})"] if terms.base else [])]
    return Licence(
        name="not stated",
        base=base.card.name,
        base_name="; ".join(inherited),
        note=terms.note,
    )
