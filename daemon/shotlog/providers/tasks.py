"""The tasks that a model elsewhere may be asked for, and the form of the answers to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from shotlog.models.catalog import Sampling, Task
from shotlog.schema import MOVEMENTS, MOVES, SIZES, UNDEFINED, Vocabulary


class AnswerForm(NamedTuple):
    """The form of the answers to a task: that of the published models on this machine.

    Attributes:
        labels: Names of the scores, in the order of the numbers in a row.
        exclusive: True where one label holds, so that probabilities add up to 1; False where each
            holds or not for itself.
        sampling: Rule that selects the frames of a shot.
    """

    labels: tuple[str, ...]
    exclusive: bool
    sampling: Sampling


def _exclusive(vocabulary: Vocabulary) -> AnswerForm:
    labels = tuple(name for name in vocabulary.names if name != UNDEFINED)
    return AnswerForm(labels, True, Sampling.UNIFORM)


TASKS: Final[Mapping[Task, AnswerForm]] = {
    Task.SIZE: _exclusive(SIZES),
    Task.MOVEMENT: _exclusive(MOVEMENTS),
    # The camera-motion model was trained with "undefined" as a label of its own.
    Task.MOVE: AnswerForm(MOVES.names, False, Sampling.TWO_SECONDS),
}
"""The form of the answers, by task."""
