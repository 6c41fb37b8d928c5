"""The kinds of job. A new kind is a module here, and its place in :data:`Task`.

Client, broker, journal and worker handle a task through :class:`JobTask` alone, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from shotlog.schema import Model
from shotlog.service.tasks.analyze import AnalysisOptions, Analyze, ModelOptions
from shotlog.service.tasks.base import JobTask, TaskContext

__all__ = [
    "TASK_TYPES",
    "AnalysisOptions",
    "Analyze",
    "JobTask",
    "ModelOptions",
    "Task",
    "TaskContext",
    "read_result",
]

# pydantic takes a discriminator only for two members or more; with a second kind this becomes
# Annotated[Analyze | Second, Field(discriminator="kind")].
Task = Analyze
"""A task of any kind; its field ``kind`` tells which."""


def _members(union: object) -> tuple[type[JobTask], ...]:
    """Return the classes of ``Annotated[A | B, ...]``, or the class that stands alone."""
    return get_args(get_args(union)[0]) if get_args(union) else (union,)


TASK_TYPES: Mapping[str, type[JobTask]] = MappingProxyType(
    {member.model_fields["kind"].default: member for member in _members(Task)}
)
"""The classes of tasks by their kind."""


def read_result(kind: str, text: str) -> Model:
    """Read the result of a job, passing over fields that only newer versions know.

    Args:
        kind: Of the job's task.
        text: JSON of the result.

    Raises:
        LookupError: no task of this kind is known.
        pydantic.ValidationError: the text is no result of such a task.
    """
    return TASK_TYPES[kind].result.model_validate_json(text, extra="ignore")
