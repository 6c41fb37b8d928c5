"""What broker and worker say to each other over their pipe; both are always of one version.

The broker's side gives a job at a time. A job ends with exactly one of :class:`Done`,
:class:`Preempted`, :class:`Failed` or, made by the supervisor, :class:`Died`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shotlog.schema.base import Model
from shotlog.service.messages import Asks, Failure, JobId, Submit


class Run(Model):
    """Analyse an edit."""

    type: Literal["run"] = "run"
    spec: Submit


class Preempt(Model):
    """Leave this job at the next frame; what was measured is kept, so it can go on later.

    A cancelled job is preempted too: only the broker knows that it will not go on.
    """

    type: Literal["preempt"] = "preempt"
    job: JobId


class LoadModels(Model):
    """Make the models of these asks ready; answered by ``holding``, or ``failed`` of no job."""

    type: Literal["load"] = "load"
    asks: Asks


Order = Annotated[Run | Preempt | LoadModels, Field(discriminator="type")]
ORDERS: TypeAdapter[Order] = TypeAdapter(Order)


class Ready(Model):
    """The worker has begun, and takes orders."""

    type: Literal["ready"] = "ready"


class Holding(Model):
    """The models that are loaded now: ``videomae on cuda:0 NVIDIA H100 in bf16``."""

    type: Literal["holding"] = "holding"
    models: tuple[str, ...]


class Progressed(Model):
    """How far a job has come, at most ten times a second."""

    type: Literal["progressed"] = "progressed"
    job: JobId
    stage: str
    done: float
    total: float
    unit: str


class Part(Model):
    """The next part of a log's JSON text; all of them come before ``done``."""

    type: Literal["part"] = "part"
    job: JobId
    text: str


class Done(Model):
    """A job is done.

    Attributes:
        job: Which.
        text: The log as JSON. Empty on the pipe, where it comes in parts; the supervisor joins
            them.
    """

    type: Literal["done"] = "done"
    job: JobId
    text: str = ""


class Preempted(Model):
    """A job was left as asked; run again, it goes on where it was."""

    type: Literal["preempted"] = "preempted"
    job: JobId


class Failed(Model):
    """A job, or the loading of models (no job), failed; the worker goes on."""

    type: Literal["failed"] = "failed"
    job: JobId | None
    failure: Failure


class Retiring(Model):
    """The device's memory did not suffice; a process that is fresh has more of it for this job."""

    type: Literal["retiring"] = "retiring"
    job: JobId


class Dying(Model):
    """The worker's last words: it cannot go on, as its device or its memory is gone."""

    type: Literal["dying"] = "dying"
    reason: str


Word = Annotated[
    Ready | Holding | Progressed | Part | Done | Preempted | Failed | Retiring
    | Dying,
    Field(discriminator="type"),
]  # fmt: skip
WORDS: TypeAdapter[Word] = TypeAdapter(Word)


class Died(Model):
    """The worker ended without being asked to; said by the supervisor.

    Attributes:
        job: What it was doing; the journal has it as running. None where it did nothing.
        reason: Why, in words.
    """

    type: Literal["died"] = "died"
    job: JobId | None
    reason: str


class Gone(Model):
    """The worker ended as it was asked to, and its memory is given back; said by the supervisor."""

    type: Literal["gone"] = "gone"


WorkerEvent = Ready | Holding | Progressed | Done | Preempted | Failed | Died | Gone
"""What :meth:`~shotlog.service.supervisor.Supervisor.poll` gives."""
