"""The labels that hold for clips, beside those that a model knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shotlog.learning.clips import LabelledClip
from shotlog.schema import UNDEFINED, VOCABULARIES, Family


@dataclass(frozen=True, eq=False)
class KnownLabels:
    """The labels that hold for clips.

    Attributes:
        labels: (k,) names: those of the model, in its order, then those that only clips have.
        holds: (n, k) True where a label holds.
        known: (n, k) True where it is known whether it holds.
        exclusive: True where exactly one label of a clip holds.
    """

    labels: tuple[str, ...]
    holds: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    exclusive: bool


def known_labels(
    clips: Sequence[LabelledClip], family: Family, answers: Sequence[str], *, one_of_many: bool
) -> KnownLabels:
    """Return the labels of clips.

    Args:
        clips: The clips; all of them have labels of the family.
        family: The question.
        answers: Labels that the model knows.
        one_of_many: True for a model of which one answer holds. Where a clip has several moves, or
            not all are known, each is judged by itself all the same.
    """
    told = {label for clip in clips for label in clip.labels[family]}
    others = (name for name in VOCABULARIES[family].names if name in told - set(answers))
    labels = (*answers, *others)
    holds = np.array([[label in clip.labels[family] for label in labels] for clip in clips])
    known = np.array([[_is_known(clip, family, label) for label in labels] for clip in clips])
    single = all(len(clip.labels[family]) == 1 and family not in clip.judged for clip in clips)
    return KnownLabels(
        labels, holds, known, exclusive=single and (one_of_many or family != Family.MOVE)
    )


def _is_known(clip: LabelledClip, family: Family, label: str) -> bool:
    return label == UNDEFINED or label in clip.judged.get(family, (label,))
