"""What broker and worker say to each other over their pipe; both are always of one version.

The broker's side gives a job at a time, or a few that run together. Each ends with exactly one
word: :class:`JobDone` or :class:`JobFailed`, which name it, or :class:`Preempted`, :class:`RunSeparately` or, of
the supervisor, :class:`WorkerCrashed`, which tell of all that are not over.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shotlog.schema import Model
from shotlog.service.protocol import (
    DEFAULT_KEEP_ALIVE,
    AnalysisOptions,
    CacheStats,
    DeviceMemory,
    Failure,
    JobId,
)

EXIT_DEVICE_LOST = 3
"""Exit code of a worker whose device or memory is gone."""


class RunJobs(Model):
    """Analyse the edits of jobs together; all ask for the same.

    Attributes:
        specs: For each job the JSON text of its ``Submit``, as the journal holds it. A long one
            takes a tenth of a second to read: that is the worker's to do, as the broker answers
            nobody meanwhile.
        stay: Seconds that a model stays after its last use if nobody has a wish for it.
    """

    type: Literal["run"] = "run"
    specs: dict[JobId, str]
    stay: float = DEFAULT_KEEP_ALIVE


class Preempt(Model):
    """Leave what runs at the next frame; what was measured is kept, so it can go on later.

    A cancelled job is preempted too: only the broker knows that it will not go on.
    """

    type: Literal["preempt"] = "preempt"


class LoadModels(Model):
    """Make the models of these asks ready; answered by ``loaded``, or ``failed`` of no job.

    Attributes:
        asks: Which models, and where.
        keep_alive: Seconds that they stay after their last use; None: as was wished for them last.
        stay: As for :class:`RunJobs`.
    """

    type: Literal["load"] = "load"
    asks: AnalysisOptions
    keep_alive: float | None = None
    stay: float = DEFAULT_KEEP_ALIVE


class RunSelfTest(Model):
    """Try yourself: look at something with all that you have; answered by ``checked``.

    Attributes:
        asks: Of the models of these asks those are tried that are loaded; none is loaded for it.
    """

    type: Literal["check"] = "check"
    asks: AnalysisOptions


Command = Annotated[RunJobs | Preempt | LoadModels | RunSelfTest, Field(discriminator="type")]
COMMAND_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


class WorkerReady(Model):
    """The worker has begun, and takes orders."""

    type: Literal["ready"] = "ready"


class ModelsChanged(Model):
    """The models that are loaded now: ``videomae on cuda:0 NVIDIA H100 in bf16``.

    Said after a run, and by an idle worker that lets a model go as its time is over; it answers no
    order, and may come when the next one was given already.
    """

    type: Literal["holding"] = "holding"
    models: tuple[str, ...]


class ModelsLoaded(Model):
    """Models were made ready.

    Attributes:
        models: All that are loaded now, in the words of :class:`ModelsChanged`.
    """

    type: Literal["loaded"] = "loaded"
    models: tuple[str, ...]


class SelfTested(Model):
    """How the worker did when it tried itself.

    Attributes:
        ok: Whether what it did came out as it must.
        words: What it did, or what went wrong.
        seconds: How long that took.
    """

    type: Literal["checked"] = "checked"
    ok: bool
    words: str
    seconds: float


class WorkerStats(Model):
    """What devices hold and what the cache saved, after a run.

    Attributes:
        devices: Those that models are on.
        film: Since the last such word; the supervisor adds it up.
    """

    type: Literal["memory"] = "memory"
    devices: tuple[DeviceMemory, ...] = ()
    film: CacheStats = CacheStats()


class Progressed(Model):
    """How far what runs has come, at most ten times a second.

    Attributes:
        stage: What it is doing, for people.
        done: How much of the stage.
        total: Of how much.
        unit: Of both, for people.
        saved: Whether what is done of this stage is kept when the run is stopped.
    """

    type: Literal["progressed"] = "progressed"
    stage: str
    done: float
    total: float
    unit: str
    saved: bool


class ResultChunk(Model):
    """The next part of a log's JSON text; all of them come before ``done``."""

    type: Literal["part"] = "part"
    job: JobId
    text: str


class JobDone(Model):
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
    """What runs was left as asked; run again, it goes on where it was."""

    type: Literal["preempted"] = "preempted"


class RunSeparately(Model):
    """Jobs were run together, and that failed: run each alone, so that it fails only the one."""

    type: Literal["apart"] = "apart"


class JobFailed(Model):
    """A job, or the loading of models (no job), failed; the worker goes on."""

    type: Literal["failed"] = "failed"
    job: JobId | None
    failure: Failure


class RestartRequested(Model):
    """The device's memory did not suffice; a process that is fresh has more of it for this run."""

    type: Literal["retiring"] = "retiring"


class FatalError(Model):
    """The worker's last words: it cannot go on, as its device or its memory is gone."""

    type: Literal["dying"] = "dying"
    reason: str


Event = Annotated[
    WorkerReady | ModelsChanged | ModelsLoaded | SelfTested | WorkerStats | Progressed | ResultChunk | JobDone | Preempted | RunSeparately
    | JobFailed | RestartRequested | FatalError,
    Field(discriminator="type"),
]  # fmt: skip
EVENT_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


class WorkerCrashed(Model):
    """The worker ended without being asked to; said by the supervisor.

    Attributes:
        jobs: What it was doing; the journal has them as running.
        doing: What it was doing besides; None where it did nothing that was ordered.
        reason: Why, in words.
    """

    type: Literal["died"] = "died"
    jobs: tuple[JobId, ...] = ()
    doing: Literal["load", "check"] | None = None
    reason: str


class WorkerStopped(Model):
    """The worker ended as it was asked to, and its memory is given back; said by the supervisor."""

    type: Literal["gone"] = "gone"


WorkerEvent = (
    WorkerReady
    | ModelsChanged
    | ModelsLoaded
    | SelfTested
    | Progressed
    | JobDone
    | Preempted
    | RunSeparately
    | JobFailed
    | WorkerCrashed
    | WorkerStopped
)
"""What :meth:`~shotlog.service.supervision.supervisor.Supervisor.poll` gives."""
