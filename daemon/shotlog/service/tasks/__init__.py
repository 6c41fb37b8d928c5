"""The kinds of task. A new kind is a module here and a member of :data:`Task`.

Client, broker, journal and worker use a task only through :class:`JobTask`, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from shotlog.schema import Model
from shotlog.service.tasks.analyze import Analyze
from shotlog.service.tasks.base import JobTask, TaskContext
from shotlog.service.tasks.options import AnalysisOptions, ModelOptions

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

# pydantic accepts a discriminator only for a union, so with a second kind this becomes
# Annotated[Analyze | Second, Field(discriminator="kind")].
Task = Analyze
"""A task of any kind, distinguished by its field ``kind``."""


def _members(union: object) -> tuple[type[JobTask], ...]:
    """Return the classes of ``Annotated[A | B, ...]``, or the single class."""
    return get_args(get_args(union)[0]) if get_args(union) else (union,)


TASK_TYPES: Mapping[str, type[JobTask]] = MappingProxyType(
    {member.model_fields["kind"].default: member for member in _members(Task)}
)
"""The class of each kind of task."""


def read_result(kind: str, text: str) -> Model:
    """Read the result of a job; unknown fields, which newer versions may add, are ignored.

    Args:
        kind: Kind of the job's task.
        text: JSON of the result.

    Raises:
        LookupError: the kind is unknown.
        pydantic.ValidationError: the text is not a result of this kind.
    """
    return TASK_TYPES[kind].result.model_validate_json(text, extra="ignore")
