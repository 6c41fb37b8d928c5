"""Questions that a model learns to answer, and the answers of labelled clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shotlog.learning.clips import LabelledClip, Part
from shotlog.models.catalog import Activation, ModelHead, Task
from shotlog.models.install import make_heads
from shotlog.schema import UNDEFINED, VOCABULARIES, Family, LabelsMissing

Labels = Mapping[Family, tuple[str, ...]]

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
        self, labels: Sequence[Labels], judged: Sequence[Labels]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
        """Return (n, k) 1 where a label of a clip holds, and (n, k) True where that is known.

        Args:
            labels: For each clip its labels by family; a family that is not a key is not known.
            judged: For each clip, by family, the labels of which it is known whether they hold;
                all of a family that is not a key.
        """
        shape = len(labels), len(self.labels)
        truth = [[name in told.get(self.family, ()) for name in self.labels] for told in labels]
        holds = np.array(truth, np.float32).reshape(shape)
        if self.exclusive:
            # A clip whose labels the head does not have tells nothing where one label must hold.
            return holds, np.repeat(holds.any(1, keepdims=True), shape[1], axis=1)
        known = [
            [self.family in told and name in sure.get(self.family, (name,)) for name in self.labels]
            for told, sure in zip(labels, judged, strict=True)
        ]
        return holds, np.array(known, np.bool_).reshape(shape)

    def targets_of(
        self, clips: Sequence[LabelledClip]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
        """Return the targets of clips as they are."""
        return self.targets([clip.labels for clip in clips], [clip.judged for clip in clips])


def ask(
    clips: Sequence[LabelledClip],
    families: Sequence[Family],
    known: Mapping[Task, tuple[str, ...]],
) -> tuple[Question, ...]:
    """Return a question for each family, whose labels are those of clips that are learned from.

    A base model that answers the same question, and knows all these labels, keeps its own: their
    order, and those that do not occur. Moves exclude each other where every clip has exactly one,
    and all of them are known.

    Args:
        clips: The clips, with their parts.
        families: One family, or size and movement.
        known: Labels of the base model by task.

    Raises:
        LabelsMissing: Fewer than two labels of a family occur.
    """
    learned = [clip for clip in clips if clip.part is Part.TRAIN]
    exclusive = all(
        len(clip.labels[family]) == 1 and family not in clip.judged
        for clip in clips
        for family in families
        if family in clip.labels
    )
    heads = make_heads([Task(family.value) for family in families], exclusive=exclusive)
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
