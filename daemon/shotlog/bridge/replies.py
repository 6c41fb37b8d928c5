"""What the bridge says: one answer to each request, and events of the jobs that it is told of.

A caller must pass over fields and kinds that it does not know.

Progress, jobs and failures are the daemon's own models. The rest is the bridge's: its wire is flat
and has a version of its own, where the daemon's nests (the worker inside the status) and may change
with its protocol. Codes are texts here, because those of errors in reading a timeline come beside
the daemon's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from shotlog.bridge import requests as ask
from shotlog.bridge.errors import Why
from shotlog.bridge.requests import RequestId
from shotlog.bridge.result_models import Found
from shotlog.schema import Model
from shotlog.service.protocol import DeviceMemory, Failure, JobId, JobInfo, JobState, ProgressEvent


class _Told(Model):
    id: RequestId | None
    type: str  # stands here for its place in a line; each kind has its own


class _OfJob(_Told):
    job: JobId
    """Id of the job: with it any caller can attach to the job again, at any time."""


class Welcome(_Told):
    """We understand each other."""

    type: Literal["welcome"] = "welcome"
    bridge: int
    """The version that the bridge speaks."""
    version: str
    """Of Shotlog."""
    capabilities: tuple[str, ...]
    """What it can do: the requests that it knows."""
    line_bytes: int
    """The longest line that it takes. What it says may be longer."""
    pid: int
    """Of the bridge."""


class Accepted(_OfJob):
    """The daemon has the job."""

    type: Literal["accepted"] = "accepted"
    name: str
    """For people."""
    state: JobState
    """Where it stands."""
    clips: int
    """How many clips it has."""
    warnings: tuple[str, ...] = ()
    """What was assumed about the timeline, in words."""


class State(_OfJob):
    """A job goes on to another state that is not its end."""

    type: Literal["state"] = "state"
    state: JobState
    """Where it stands."""
    attempts: int
    """How often a worker began it."""


class Progress(ProgressEvent, _OfJob):
    """How far a job has come; at most ten a second, only the latest counts."""


class Done(_OfJob):
    """The job is done. The last that is said to its request."""

    type: Literal["done"] = "done"
    found: Found
    """What it found."""


class ToldResults(_OfJob):
    """What a job has found."""

    type: Literal["results"] = "results"
    found: Found
    """What it found."""


class Failed(Why, _OfJob):
    """The job is over, or the daemon is gone, and there is no result. The last that is said."""

    type: Literal["failed"] = "failed"


class Error(Why, _Told):
    """A request was not followed. Its id is null where it could not be read."""

    type: Literal["error"] = "error"


class Notice(_Told):
    """Nothing is asked of the caller: what an editor may want to know. Its id is always null."""

    type: Literal["notice"] = "notice"
    id: None = None
    code: Literal["reconnected"]
    """`reconnected`: the daemon was away and has come back, or was started again; jobs that were
    running go on."""
    message: str
    """In words."""


class ToldJob(JobInfo):
    """A job."""

    # What changes while a job runs is told by ``state`` and ``progress``.
    type: Literal["job"] = Field("job", exclude=True)
    attempts: int = Field(0, exclude=True)
    stage: str | None = Field(None, exclude=True)
    done: float = Field(0, exclude=True)
    total: float = Field(0, exclude=True)
    unit: str = Field("", exclude=True)
    # A caller of the bridge reads logs alone, whatever else the daemon has done.
    kind: str = Field("analyze", exclude=True)


class ToldJobs(_Told):
    """Jobs."""

    type: Literal["jobs"] = "jobs"
    jobs: tuple[ToldJob, ...]
    """Newest first."""
    older: int = 0
    """How many more the daemon knows, all of them over; each is answered for by its id."""


class ToldJobState(_Told):
    """How a job stands after ``cancel``."""

    type: Literal["job"] = "job"
    job: ToldJob
    """It."""


class ToldStatus(_Told):
    """How everything is."""

    type: Literal["status"] = "status"
    version: str
    """Of the daemon's Shotlog."""
    ready: bool
    """Whether it takes jobs."""
    useful: bool
    """Whether work comes to an end there."""
    paused: bool
    """Whether all work is held."""
    holds: str | None
    """Why jobs of priority `batch` wait, in words; null where they do not."""
    queued: int
    """Jobs that wait."""
    running: JobId | None
    """The job that runs."""
    eta: float | None
    """Seconds until the queue is empty, as far as that can be told."""
    worker: str
    """What the process that computes is doing: `absent`, `starting`, `idle`, `busy`, `stalled` or
    `broken`."""
    models: tuple[str, ...]
    """The models that it holds, with where and in which precision they run."""
    devices: tuple[DeviceMemory, ...]
    """The memory of its devices, in bytes."""
    failure: Failure | None
    """Why the last loading of models failed."""
    log: str
    """Path of the daemon's log."""


class ToldModel(Model):
    """A model."""

    name: str
    """To be called by."""
    title: str
    """What it does, in a line."""
    answers: tuple[str, ...]
    """What it speaks about: `size`, `move`, `movement`, `motion`."""
    here: bool
    """Whether it is on this machine."""
    licence: str
    """Terms of its weights."""


class ToldModels(_Told):
    """Every model."""

    type: Literal["models"] = "models"
    models: tuple[ToldModel, ...]
    """The one that speaks first at the front."""


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

ANSWERS: Mapping[type[Model], type[Model]] = MappingProxyType({
    ask.Hello: Welcome,
    ask.Analyze: Accepted,
    ask.Attach: Accepted,
    ask.Cancel: ToldJobState,
    ask.Results: ToldResults,
    ask.Jobs: ToldJobs,
    ask.Status: ToldStatus,
    ask.Pause: Ack,
    ask.Resume: Ack,
    ask.Models: ToldModels,
    ask.Load: Ack,
    ask.Unload: Ack,
    ask.ShutdownBridge: Ack,
})  # fmt: skip
"""What each request is answered with, unless it gets an ``error``."""
