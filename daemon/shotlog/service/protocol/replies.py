"""Replies and events of the daemon to its clients. An event is a reply to no request.

``docs/protocol.md`` is generated from this module and from ``requests``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema import Model
from shotlog.service.protocol.common import Failure, JobId, JobState, Priority
from shotlog.service.protocol.requests import (
    Attach,
    Cancel,
    Hello,
    ListJobs,
    Load,
    Metrics,
    Pause,
    Ping,
    Results,
    Resume,
    SelfTest,
    Shutdown,
    Status,
    Submit,
    Unload,
)
from shotlog.service.protocol.status import StatusReport


class Limits(Model):
    """Limits of the daemon."""

    message_bytes: int
    """Size of the largest message in either direction, in bytes."""
    jobs: int
    """Number of jobs that may wait."""
    clips: int
    """Number of clips in waiting jobs."""


class Welcome(Model):
    """Acceptance of a connection."""

    type: Literal["welcome"] = "welcome"
    protocol: tuple[int, int]
    """The protocol version that both sides use from now on."""
    capabilities: tuple[str, ...]
    """Optional features that this daemon has."""
    version: str
    """Version of Shotlog."""
    boot: str
    """Random id that changes with every start of the daemon."""
    pid: int
    """Process id of the daemon."""
    limits: Limits
    """Limits of the daemon."""


class Pong(Model):
    """Proof that the broker is responsive."""

    type: Literal["pong"] = "pong"
    boot: str
    """Random id that changes with every start of the daemon."""


class JobInfo(Model):
    """A job as the journal has it; also sent as an event at every change of its state."""

    type: Literal["job"] = "job"
    job: JobId
    """Id of the job."""
    name: str
    """Name of the job, for display."""
    state: JobState
    """State of the job."""
    priority: Priority
    """Class of the job for scheduling."""
    durable: bool
    """True where the job continues without its client."""
    clips: int
    """Number of its clips."""
    attempts: int = 0
    """Number of times that a worker started it."""
    created: float
    """Time of its submission in seconds since 1970, by the wall clock; for display only."""
    ended: float | None = None
    """Time of its end, likewise; None before it."""
    stage: str | None = None
    """Name of the current stage; None while the job waits."""
    done: float = 0
    """Amount of the stage that is done."""
    total: float = 0
    """Amount of the whole stage."""
    unit: str = ""
    """Unit of both, for display."""
    failure: Failure | None = None
    """Why the job failed."""
    # A daemon before 1.2 does not send it, and has only this kind.
    kind: str = "analyze"
    """Kind of its task. Since 1.2."""


class ProgressEvent(Model):
    """Progress of a job, at most ten times a second. Events may be dropped; the latest counts."""

    type: Literal["progress"] = "progress"
    job: JobId
    """Id of the job."""
    stage: str
    """Name of the current stage."""
    done: float
    """Amount of the stage that is done."""
    total: float
    """Amount of the whole stage."""
    unit: str
    """Unit of both, for display."""


class ResultPart(Model):
    """A part of the JSON text of a job's result: of an ``analyze`` task, a log."""

    type: Literal["result"] = "result"
    job: JobId
    """Id of the job."""
    part: int
    """Number of the part, from 0."""
    last: bool
    """True for the last part."""
    text: str
    """Text of the part; the whole result is all parts joined in order."""
    # A daemon before 1.2 does not send it, and has only this kind.
    kind: str = "analyze"
    """Kind of the job's task, which determines the form of the result. Since 1.2."""


class JobList(Model):
    """A list of jobs."""

    type: Literal["job-list"] = "job-list"
    jobs: tuple[JobInfo, ...]
    """The jobs, newest first."""
    older: int = 0
    """Number of older finished jobs that are not listed; ``attach`` finds each by id. Since 1.1."""


class MetricsText(Model):
    """Counters and gauges."""

    type: Literal["metrics-text"] = "metrics-text"
    text: str
    """Metrics in the text format of Prometheus, version 0.0.4."""


class Ack(Model):
    """Acknowledgement of a request that has no other answer."""

    type: Literal["ack"] = "ack"


class Lagged(Model):
    """Notice that the client reads too slowly and all its subscriptions ended; attach again."""

    type: Literal["lagged"] = "lagged"


class Refused(Model):
    """Refusal of a request."""

    type: Literal["refused"] = "refused"
    failure: Failure
    """Why it was refused."""


class Goodbye(Model):
    """Notice that the daemon ends."""

    type: Literal["goodbye"] = "goodbye"
    idle: bool = False
    """True where it ends because it was idle; false where it was stopped. Since 1.1."""


Reply = Annotated[
    Welcome | Pong | JobInfo | ProgressEvent | ResultPart | JobList | StatusReport | MetricsText
    | Ack | Lagged | Refused | Goodbye,
    Field(discriminator="type"),
]  # fmt: skip


REPLY_TYPES: Mapping[type[Model], type[Model]] = MappingProxyType({
    Hello: Welcome,
    Ping: Pong,
    Submit: JobInfo,
    Attach: JobInfo,
    Cancel: JobInfo,
    Results: ResultPart,
    ListJobs: JobList,
    Status: StatusReport,
    Metrics: MetricsText,
    Load: Ack,
    Unload: Ack,
    Pause: Ack,
    Resume: Ack,
    SelfTest: Ack,
    Shutdown: Ack,
})  # fmt: skip
"""The type of the answer to each request, unless it is refused."""
