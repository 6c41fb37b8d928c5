"""Commands from the broker to its worker, and events from the worker, over a pair of pipes.

Both processes are of one version of Shotlog, so these messages may change freely.

The worker runs one command at a time: a job, or several jobs together. A job ends with exactly one
event: :class:`JobDone` or :class:`JobFailed`, which name the job, or :class:`Preempted`,
:class:`RunSeparately` or :class:`WorkerCrashed`, which end every job that has not ended yet.
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
"""Exit code of a worker whose device failed or whose main memory is exhausted."""


class RunJobs(Model):
    """Run jobs together; their tasks are of one kind and have the same options.

    Attributes:
        specs: The JSON text of each job's ``Submit``, as the journal holds it, by job id.
        default_keep_alive: Seconds that a model stays loaded after its last use, unless a request
            sets another time for it.
    """

    type: Literal["run"] = "run"
    # Text, not models: to parse a large edit takes 0.1 s, in which the broker could not answer.
    specs: dict[JobId, str]
    default_keep_alive: float = DEFAULT_KEEP_ALIVE


class Preempt(Model):
    """Stop the running jobs at the next frame; what was measured is kept in the cache."""

    # Cancelled jobs are preempted, too: only the broker knows that they will not be resumed.
    type: Literal["preempt"] = "preempt"


class LoadModels(Model):
    """Load the models for some options; answered by ``loaded`` or ``load-failed``.

    Attributes:
        asks: Options that select the models and their device.
        keep_alive: Seconds that they stay loaded after their last use; None keeps the time of the
            last request that set one.
        default_keep_alive: See :class:`RunJobs`.
    """

    type: Literal["load"] = "load"
    asks: AnalysisOptions
    keep_alive: float | None = None
    default_keep_alive: float = DEFAULT_KEEP_ALIVE


class RunSelfTest(Model):
    """Test the worker's measures and loaded models on a known input; answered by ``self-tested``.

    Attributes:
        asks: Options that select the models; those that are not loaded are not tested.
    """

    type: Literal["check"] = "check"
    asks: AnalysisOptions


Command = Annotated[RunJobs | Preempt | LoadModels | RunSelfTest, Field(discriminator="type")]
COMMAND_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


class WorkerReady(Model):
    """The worker has started and accepts commands."""

    type: Literal["ready"] = "ready"


class ModelsChanged(Model):
    """The models that are loaded now; sent after a run, and when an idle worker unloads a model.

    Attributes:
        models: One description for each: ``videomae on cuda:0 NVIDIA H100 in bf16``.
    """

    # No answer to a command: it may arrive after the next command was sent.
    type: Literal["models-changed"] = "models-changed"
    models: tuple[str, ...]


class ModelsLoaded(Model):
    """Success of :class:`LoadModels`.

    Attributes:
        models: All models that are loaded now, described as in :class:`ModelsChanged`.
    """

    type: Literal["loaded"] = "loaded"
    models: tuple[str, ...]


class LoadFailed(Model):
    """Failure of :class:`LoadModels`; the worker keeps running."""

    type: Literal["load-failed"] = "load-failed"
    failure: Failure


class SelfTested(Model):
    """Result of a self-test of the worker.

    Attributes:
        ok: True where every result was as expected.
        words: Summary of what was tested, or of what went wrong.
        seconds: Duration of the test.
    """

    type: Literal["self-tested"] = "self-tested"
    ok: bool
    words: str
    seconds: float


class WorkerStats(Model):
    """Memory of the devices and use of the cache, sent after a run.

    Attributes:
        devices: Memory of each device that has a model loaded.
        film: Use of the cache since the last event of this type; the supervisor sums it up.
    """

    type: Literal["stats"] = "stats"
    devices: tuple[DeviceMemory, ...] = ()
    film: CacheStats = CacheStats()


class Progressed(Model):
    """Progress of the running jobs, sent at most ten times a second.

    Attributes:
        stage: Name of the current stage, for display.
        done: Amount of the stage that is done.
        total: Amount of the whole stage.
        unit: Unit of both, for display.
        saved: True where the finished part of this stage is kept when the run is stopped.
    """

    type: Literal["progressed"] = "progressed"
    stage: str
    done: float
    total: float
    unit: str
    saved: bool


class ResultChunk(Model):
    """The next part of the JSON text of a job's result; all parts precede ``done``."""

    type: Literal["part"] = "part"
    job: JobId
    text: str


class JobDone(Model):
    """Success of a job.

    Attributes:
        job: Id of the job.
        text: The result as JSON. Empty on the pipe, where it is sent as :class:`ResultChunk`; the
            supervisor joins them.
    """

    type: Literal["done"] = "done"
    job: JobId
    text: str = ""


class JobFailed(Model):
    """Failure of a job; the worker keeps running."""

    type: Literal["failed"] = "failed"
    job: JobId
    failure: Failure


class Preempted(Model):
    """The run was stopped by :class:`Preempt`; run again, its jobs resume from the cache."""

    type: Literal["preempted"] = "preempted"


class RunSeparately(Model):
    """Failure of jobs that ran together; the broker runs each alone to find the faulty one."""

    type: Literal["run-separately"] = "run-separately"


class RestartRequested(Model):
    """The device ran out of memory; a new process, which has more of it free, repeats the run."""

    type: Literal["restart-requested"] = "restart-requested"


class FatalError(Model):
    """Last event of a worker that must end: its device failed or its memory is exhausted."""

    type: Literal["fatal-error"] = "fatal-error"
    reason: str


Event = Annotated[
    WorkerReady | ModelsChanged | ModelsLoaded | LoadFailed | SelfTested | WorkerStats | Progressed
    | ResultChunk | JobDone | JobFailed | Preempted | RunSeparately | RestartRequested | FatalError,
    Field(discriminator="type"),
]  # fmt: skip
EVENT_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


class WorkerCrashed(Model):
    """Unexpected end of the worker; created by the supervisor, never sent over the pipe.

    Attributes:
        jobs: The jobs that it was running; the journal still has them as running.
        doing: The other command that it was running, if any.
        reason: Cause of death, as a sentence part: ``signal 9``.
    """

    type: Literal["crashed"] = "crashed"
    jobs: tuple[JobId, ...] = ()
    doing: Literal["load", "check"] | None = None
    reason: str


class WorkerStopped(Model):
    """Requested end of the worker, which frees its memory; created by the supervisor."""

    type: Literal["stopped"] = "stopped"


WorkerEvent = (
    WorkerReady
    | ModelsChanged
    | ModelsLoaded
    | LoadFailed
    | SelfTested
    | Progressed
    | JobDone
    | JobFailed
    | Preempted
    | RunSeparately
    | WorkerCrashed
    | WorkerStopped
)
"""Events that :meth:`~shotlog.service.supervision.supervisor.Supervisor.poll` returns."""
