"""Questions that a model learns to answer, and the answers of labelled clips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shotlog.learning.clips import LabelledClip, Part
from shotlog.models.catalog import Activation, ModelHead, Task
from shotlog.models.install import make_heads
from shotlog.schema import UNDEFINED, VOCABULARIES, Family, LabelsMissing

FEWEST_LABELS = 2
"""Labels between which a model decides."""


@dataclass(frozen=True)
class Question:
    """A question, and the labels between which a model decides.

    Attributes:
        head: The head of the model that answers it.
        labels: (k,) names of the answers, in the order of the head's outputs.
    """

    head: ModelHead
    labels: tuple[str, ...]

    @property
    def family(self) -> Family:
        """The family of the labels."""
        return Family(self.head.task.value)

    @property
    def exclusive(self) -> bool:
        """True where exactly one label of a clip holds."""
        return self.head.activation is Activation.SOFTMAX

    def targets(
        self, labels: Iterable[Mapping[Family, tuple[str, ...]]]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
        """Return (n, k) 1 where a label of a clip holds, and (n,) True where a clip tells it."""
        told = [clip.get(self.family, ()) for clip in labels]
        truth = [[label in names for label in self.labels] for names in told]
        holds = np.array(truth, np.float32).reshape(len(told), len(self.labels))
        # A clip whose labels are all unknown to the head tells nothing where one label must hold.
        tells = holds.any(1) if self.exclusive else [bool(names) for names in told]
        return holds, np.asarray(tells, np.bool_)


def ask(
    clips: Sequence[LabelledClip],
    families: Sequence[Family],
    known: Mapping[Task, tuple[str, ...]],
) -> tuple[Question, ...]:
    """Return a question for each family, whose labels are those of clips that are learned from.

    A base model that answers the same question, and knows all these labels, keeps its own: their
    order, and those that do not occur. Moves exclude each other where no clip has several.

    Args:
        clips: The clips, with their parts.
        families: One family, or size and movement.
        known: Labels of the base model by task.

    Raises:
        LabelsMissing: Fewer than two labels of a family occur.
    """
    learned = [clip for clip in clips if clip.part is Part.TRAIN]
    several = any(len(clip.labels.get(f, ())) > 1 for clip in clips for f in families)
    heads = make_heads([Task(family.value) for family in families], exclusive=not several)
    return tuple(
        Question(head, _labels_of(head.task, learned, known.get(head.task, ()))) for head in heads
    )


def _labels_of(
    task: Task, learned: Sequence[LabelledClip], known: tuple[str, ...]
) -> tuple[str, ...]:
    family = Family(task.value)
    seen = {label for clip in learned for label in clip.labels.get(family, ())} - {UNDEFINED}
    if len(seen) < FEWEST_LABELS:
        found = f"only {', '.join(seen)}" if seen else "none"
        raise LabelsMissing(
            family.value,
            f"a model decides between two labels at least, and in the part that is learned from"
            f" there is {found}",
            "Give more labelled clips with --data.",
        )
    if seen <= set(known):
        return known
    return tuple(name for name in VOCABULARIES[family].names if name in seen)
