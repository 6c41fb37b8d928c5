"""Scores in the output of a model elsewhere, by task."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shotlog.models.analysis import read_label
from shotlog.models.catalog import Task
from shotlog.providers.tasks import TASKS
from shotlog.schema import ClipUnanswered, Family

_KEYS: Final = ("scores", "all_scores")
"""Keys of the scores: that of the published text, and that of the published predictor."""
_TOLERANCE: Final = 0.02
"""Deviation of a sum of probabilities from 1: five scores that were rounded to two digits."""


def read_scores(name: str, output: Any, tasks: Sequence[Task]) -> tuple[float, ...]:
    """Return the scores of tasks, each in the order of its labels in :data:`TASKS`.

    Labels are names (``LS``, ``pan_left``) or display names (``Long Shot``), in any letter case and
    any order.

    Args:
        name: Name of the provider, for errors.
        output: Output of the model.
        tasks: The task that was asked for, and others that the same output must answer.

    Raises:
        ClipUnanswered: It does not answer all of them.
    """
    told = _told(output, tasks[0])
    return tuple(score for task in tasks for score in _read(name, task, told.get(task)))


def read_tasks(output: Any, asked: Task) -> tuple[Task, ...]:
    """Return the tasks that an output answers for the same frames, the one asked for first."""
    sampling = TASKS[asked].sampling
    others = (task for task in _told(output, asked) if TASKS[task].sampling is sampling)
    return tuple(dict.fromkeys((asked, *others)))


def read_identity(output: Any) -> tuple[str, str] | None:
    """Return name and version of the model, where the output tells them; else None."""
    if not _is_map(output):
        return None
    model, version = output.get("model"), output.get("version")
    return (model, version) if isinstance(model, str) and isinstance(version, str) else None


def _told(output: Any, asked: Task) -> dict[Task, Any]:
    """Return the scores in an output: those of ``tasks``, else its own for the task asked for."""
    if not _is_map(output):
        return {}
    by_task = output.get("tasks")
    if not _is_map(by_task):
        return {asked: _scores_of(output)}
    return {task: _scores_of(by_task[task]) for task in TASKS if task in by_task}


def _scores_of(answer: Any) -> Any:
    return next((answer[k] for k in _KEYS if k in answer), None) if _is_map(answer) else None


def _read(name: str, task: Task, told: Any) -> tuple[float, ...]:
    form = TASKS[task]
    if not _is_map(told) or not told:
        message = f"its output has no scores of the {task}: its model answers other questions"
        raise ClipUnanswered(name, message, "See docs/remote.md for the output that is read.")
    scores: dict[str, float] = {}
    for text, score in told.items():
        label = read_label(Family(task.value), str(text))
        if label is None or label in scores:
            message = f"its label '{text}' is no {task}, or is there twice"
            raise ClipUnanswered(name, message, f"It must say {', '.join(form.labels)}.")
        if not _is_probability(score):
            raise ClipUnanswered(name, f"its score of {text} is {score!r}")
        scores[label] = float(score)
    if form.exclusive and abs(sum(scores.values()) - 1) > _TOLERANCE:
        raise ClipUnanswered(name, f"its scores add up to {sum(scores.values()):.3f}, not to 1")
    return tuple(scores.get(label, 0.0) for label in form.labels)


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_probability(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and -1e-6 <= value <= 1 + 1e-6
