"""Replies and events of the bridge's protocol: one reply to each request, and events of its jobs.

A caller must ignore fields and types that it does not know.

Progress, jobs and failures reuse the daemon's models. The rest is flat and has a version of its
own, while the daemon's messages nest (the worker inside the status) and change with its protocol.
Error codes are texts, because errors in reading a timeline have codes besides those of the daemon.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from shotlog.bridge import requests
from shotlog.bridge.errors import ErrorDetails
from shotlog.bridge.requests import RequestId
from shotlog.bridge.result_models import EditSummary
from shotlog.schema import Model, PathText
from shotlog.service.protocol import DeviceMemory, Failure, JobId, JobInfo, JobState, ProgressEvent
from shotlog.settings import Settings


class _Reply(Model):
    id: RequestId | None
    type: str  # declared here to come second in a line; each kind has its own default


class _JobReply(_Reply):
    job: JobId
    """Id of the job, with which any caller can attach to it."""


class HelloReply(_Reply):
    """The versions fit."""

    type: Literal["welcome"] = "welcome"
    bridge: int
    """Version of the bridge's protocol."""
    version: str
    """Version of Shotlog."""
    capabilities: tuple[str, ...]
    """Types of the requests that it knows."""
    line_bytes: int
    """Maximum length of a request. Replies may be longer."""
    pid: int
    """Process id of the bridge."""


class Accepted(_JobReply):
    """The daemon has accepted the job."""

    type: Literal["accepted"] = "accepted"
    name: str
    """Name for people."""
    state: JobState
    """State of the job."""
    clips: int
    """Number of clips."""
    warnings: tuple[str, ...] = ()
    """Assumptions about the timeline, as sentences."""


class StateEvent(_JobReply):
    """The job has a new state that is not its end."""

    type: Literal["state"] = "state"
    state: JobState
    """State of the job."""
    attempts: int
    """Number of times that a worker started it."""


class JobProgress(ProgressEvent, _JobReply):
    """Progress of a job; at most ten events a second, of which only the latest counts."""


class DoneEvent(_JobReply):
    """The job is done. The last event of its request."""

    type: Literal["done"] = "done"
    found: EditSummary
    """Its findings."""


class ResultsReply(_JobReply):
    """The findings of a job."""

    type: Literal["results"] = "results"
    found: EditSummary
    """The findings."""


class FailedEvent(ErrorDetails, _JobReply):
    """The job ended without a result, or the daemon was lost. The last event of its request."""

    type: Literal["failed"] = "failed"


class Error(ErrorDetails, _Reply):
    """The request was refused or failed. Its id is null if it could not be read."""

    type: Literal["error"] = "error"


class NoticeEvent(_Reply):
    """Information for the user; needs no action. Its id is always null."""

    type: Literal["notice"] = "notice"
    id: None = None
    code: Literal["reconnected"]
    """`reconnected`: the daemon was lost and is connected again, or was restarted; its jobs
    continue."""
    message: str
    """Text for people."""


class JobSummary(JobInfo):
    """A job."""

    # Excluded: fields that change while a job runs; the events state and progress report them.
    type: Literal["job"] = Field("job", exclude=True)
    attempts: int = Field(0, exclude=True)
    stage: str | None = Field(None, exclude=True)
    done: float = Field(0, exclude=True)
    total: float = Field(0, exclude=True)
    unit: str = Field("", exclude=True)
    # Excluded: the bridge has jobs of this kind alone.
    kind: str = Field("analyze", exclude=True)


class JobsReply(_Reply):
    """A list of jobs."""

    type: Literal["jobs"] = "jobs"
    jobs: tuple[JobSummary, ...]
    """The jobs, newest first."""
    older: int = 0
    """Number of further jobs, all finished, which are available by their ids."""


class JobReply(_Reply):
    """The state of a job after ``cancel``."""

    type: Literal["job"] = "job"
    job: JobSummary
    """The job."""


class StatusReply(_Reply):
    """The state of the daemon."""

    type: Literal["status"] = "status"
    version: str
    """Version of the daemon's Shotlog."""
    ready: bool
    """True if it accepts jobs."""
    useful: bool
    """True if its worker finishes jobs."""
    paused: bool
    """True if all jobs are paused."""
    holds: str | None
    """Reason why jobs of priority `batch` wait, as text; null if they do not."""
    queued: int
    """Number of waiting jobs."""
    running: JobId | None
    """The running job."""
    eta: float | None
    """Estimated seconds until the queue is empty; null if unknown."""
    worker: str
    """State of the worker process: `absent`, `starting`, `idle`, `busy`, `stalled` or `broken`."""
    models: tuple[str, ...]
    """The loaded models, with device and precision."""
    devices: tuple[DeviceMemory, ...]
    """Memory of its devices, in bytes."""
    failure: Failure | None
    """Reason why the last loading of models failed; null if none has failed."""
    log: str
    """Path of the daemon's log."""


class ModelSummary(Model):
    """A model."""

    name: str
    """Name, for the field `names` of requests."""
    title: str
    """Description, one line."""
    answers: tuple[str, ...]
    """Its tasks: `size`, `move`, `movement`, `motion`, `image-text`."""
    here: bool
    """True if it is installed."""
    licence: str
    """Licence of its weights."""


class ModelsReply(_Reply):
    """A list of all models."""

    type: Literal["models"] = "models"
    models: tuple[ModelSummary, ...]
    """The models, in order of precedence."""


class SettingsReply(_Reply):
    """The settings in force."""

    type: Literal["settings"] = "settings"
    settings: Settings
    """The settings."""
    user: PathText | None
    """Path of the user's settings file, which need not exist; null for a user without a home."""
    project: PathText | None
    """Path of the project's settings file; null if there is none."""


class ReportReply(_JobReply):
    """The report of a job was written."""

    type: Literal["report"] = "report"
    path: PathText
    """Path of the page."""
    warnings: tuple[str, ...] = ()
    """What the page lacks, as sentences."""


class Acknowledged(_Reply):
    """The request was carried out, or has started."""

    type: Literal["ack"] = "ack"


Reply = (
    HelloReply | Accepted | ResultsReply | JobsReply | JobReply | StatusReply | ModelsReply
    | SettingsReply | ReportReply | Acknowledged | Error
)  # fmt: skip
"""Replies; each request gets exactly one."""

Event = StateEvent | JobProgress | DoneEvent | FailedEvent | NoticeEvent
"""Events, which follow the reply to ``analyze`` or ``attach``."""

Output = Annotated[Reply | Event, Field(discriminator="type")]
"""All lines on stdout."""

REPLIES: Mapping[type[Model], type[Model]] = MappingProxyType({
    requests.Hello: HelloReply,
    requests.AnalyzeRequest: Accepted,
    requests.Attach: Accepted,
    requests.Cancel: JobReply,
    requests.ResultsRequest: ResultsReply,
    requests.Jobs: JobsReply,
    requests.Status: StatusReply,
    requests.Pause: Acknowledged,
    requests.Resume: Acknowledged,
    requests.Models: ModelsReply,
    requests.Load: Acknowledged,
    requests.Unload: Acknowledged,
    requests.SettingsRequest: SettingsReply,
    requests.ReportRequest: ReportReply,
    requests.ShutdownBridge: Acknowledged,
})  # fmt: skip
"""The reply to each request, unless it gets an ``error``."""
