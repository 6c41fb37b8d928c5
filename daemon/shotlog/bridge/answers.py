"""What the bridge says: one answer to each request, and events of the jobs that it is told of.

A caller must pass over fields and kinds that it does not know.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shotlog.bridge.forms import Found
from shotlog.bridge.requests import RequestId
from shotlog.schema.base import Model
from shotlog.schema.commands import Hint
from shotlog.service.messages import DeviceMemory, Failure, JobId, JobState, Priority


class _Told(Model):
    id: RequestId | None


class Welcome(_Told):
    """We understand each other.

    Attributes:
        bridge: The version that the bridge speaks.
        version: Of Shotlog.
        capabilities: What it can do: the requests that it knows.
        line_bytes: The longest line that it takes. What it says may be longer.
        pid: Of the bridge.
    """

    type: Literal["welcome"] = "welcome"
    bridge: int
    version: str
    capabilities: tuple[str, ...]
    line_bytes: int
    pid: int


class Accepted(_Told):
    """The daemon has the job.

    Attributes:
        job: Its id, to be kept: who has it can attach again at any time.
        name: For people.
        state: Where it stands.
        clips: How many clips it has.
        warnings: What was assumed about the timeline, in words.
    """

    type: Literal["accepted"] = "accepted"
    job: JobId
    name: str
    state: JobState
    clips: int
    warnings: tuple[str, ...] = ()


class State(_Told):
    """A job goes on to another state that is not its end.

    Attributes:
        job: Its id.
        state: Where it stands.
        attempts: How often a worker began it.
    """

    type: Literal["state"] = "state"
    job: JobId
    state: JobState
    attempts: int


class Progress(_Told):
    """How far a job has come; at most ten a second, only the latest counts.

    Attributes:
        job: Its id.
        stage: What it is doing.
        done: How much of the stage.
        total: Of how much.
        unit: Of what.
    """

    type: Literal["progress"] = "progress"
    job: JobId
    stage: str
    done: float
    total: float
    unit: str


class Done(_Told):
    """The job is done. The last that is said to its request.

    Attributes:
        job: Its id.
        found: What it found.
    """

    type: Literal["done"] = "done"
    job: JobId
    found: Found


class ToldResults(_Told):
    """What a job has found.

    Attributes:
        job: Its id.
        found: What it found.
    """

    type: Literal["results"] = "results"
    job: JobId
    found: Found


class Failed(_Told):
    """The job is over, or the daemon is gone, and there is no result. The last that is said.

    Attributes:
        job: Its id.
        code: Why, for machines; see below.
        message: What happened.
        hint: What to do.
        retryable: Whether the same request may succeed later.
    """

    type: Literal["failed"] = "failed"
    job: JobId
    code: str
    message: str
    hint: Hint
    retryable: bool


class Error(_Told):
    """A request was not followed. Its id is null where it could not be read.

    Attributes:
        code: Why, for machines; see below.
        message: What happened.
        hint: What to do.
        retryable: Whether the same request may succeed later.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    hint: Hint
    retryable: bool


class Notice(_Told):
    """Nothing is asked of the caller: what an editor may want to know. Its id is always null.

    Attributes:
        code: `reconnected`: the daemon was away and has come back, or was started again; jobs
            that were running go on.
        message: In words.
    """

    type: Literal["notice"] = "notice"
    id: None = None
    code: Literal["reconnected"]
    message: str


class ToldJob(Model):
    """A job.

    Attributes:
        job: Its id.
        name: For people.
        state: Where it stands.
        priority: Who goes first.
        durable: Whether it goes on without its client.
        clips: How many clips it has.
        created: Wall clock, seconds since 1970; informative.
        ended: The same, when it was over; null before.
        failure: Why it failed.
    """

    job: JobId
    name: str
    state: JobState
    priority: Priority
    durable: bool
    clips: int
    created: float
    ended: float | None
    failure: Failure | None


class ToldJobs(_Told):
    """Jobs.

    Attributes:
        jobs: Newest first.
        older: How many more the daemon knows, all of them over; each is answered for by its id.
    """

    type: Literal["jobs"] = "jobs"
    jobs: tuple[ToldJob, ...]
    older: int = 0


class ToldJobState(_Told):
    """How a job stands after ``cancel``.

    Attributes:
        job: It.
    """

    type: Literal["job"] = "job"
    job: ToldJob


class ToldStatus(_Told):
    """How everything is.

    Attributes:
        version: Of the daemon's Shotlog.
        ready: Whether it takes jobs.
        useful: Whether work comes to an end there.
        paused: Whether all work is held.
        holds: Why jobs of priority `batch` wait, in words; null where they do not.
        queued: Jobs that wait.
        running: The job that runs.
        eta: Seconds until the queue is empty, as far as that can be told.
        worker: What the process that computes is doing: `absent`, `starting`, `idle`, `busy`,
            `stalled` or `broken`.
        models: The models that it holds, with where and in which precision they run.
        devices: The memory of its devices, in bytes.
        failure: Why the last loading of models failed.
        log: Path of the daemon's log.
    """

    type: Literal["status"] = "status"
    version: str
    ready: bool
    useful: bool
    paused: bool
    holds: str | None
    queued: int
    running: JobId | None
    eta: float | None
    worker: str
    models: tuple[str, ...]
    devices: tuple[DeviceMemory, ...]
    failure: Failure | None
    log: str


class ToldModel(Model):
    """A model.

    Attributes:
        name: To be called by.
        title: What it does, in a line.
        answers: What it speaks about: `size`, `move`, `movement`, `motion`.
        here: Whether it is on this machine.
        licence: Terms of its weights.
    """

    name: str
    title: str
    answers: tuple[str, ...]
    here: bool
    licence: str


class ToldModels(_Told):
    """Every model.

    Attributes:
        models: The one that speaks first at the front.
    """

    type: Literal["models"] = "models"
    models: tuple[ToldModel, ...]


class Ack(_Told):
    """Done as asked, or begun."""

    type: Literal["ack"] = "ack"


Answer = (
    Welcome | Accepted | ToldResults | ToldJobs | ToldJobState | ToldStatus | ToldModels | Ack
    | Error
)  # fmt: skip
"""Each request gets exactly one."""

Event = State | Progress | Done | Failed | Notice
"""What is said later on."""

Told = Annotated[Answer | Event, Field(discriminator="type")]
"""Everything that comes on stdout."""
