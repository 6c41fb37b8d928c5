"""Requests of a client to the daemon, as they are in the newest version of the protocol.

The daemon refuses fields and types that it does not know, so an older one would refuse a field
that a later minor version added. Such a field is therefore not sent while it has its default.
``docs/protocol.md`` is generated from this module and from ``replies``.
"""

from __future__ import annotations

import operator
from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema import Model
from shotlog.service.protocol.common import OLDEST_PROTOCOL, PROTOCOL, JobId, KeepAlive, Priority
from shotlog.service.tasks import AnalysisOptions, Task


class Hello(Model):
    """The first request of a connection; any other request before it is refused."""

    type: Literal["hello"] = "hello"
    lowest: tuple[int, int] = OLDEST_PROTOCOL
    """The oldest protocol version that the client speaks."""
    highest: tuple[int, int] = PROTOCOL
    """The newest protocol version that the client speaks."""
    required: tuple[str, ...] = ()
    """Capabilities that the client cannot work without."""
    client: str
    """Name of the client program."""
    version: str
    """Version of the client program."""


class Ping(Model):
    """Test of the connection. The broker answers at once, whatever the worker does."""

    type: Literal["ping"] = "ping"


class Submit(Model):
    """A new job. The same id with the same content is the same job; with other content, refused."""

    type: Literal["submit"] = "submit"
    job: JobId
    """Id of the job, chosen by the client, so that a lost request can be sent again."""
    name: str
    """Name of the job, for display."""
    task: Task
    """The work to do. Since 1.2; earlier versions had the fields ``edit`` and ``asks`` of an
    ``analyze`` task here in its place, and a message in that form is still accepted."""
    priority: Priority = Priority.NORMAL
    """Class of the job for scheduling."""
    durable: bool = True
    """True where the job continues without its client. Otherwise the messages of its client renew
    a lease, and the job is cancelled when the lease expires."""
    keep_alive: KeepAlive | None = None
    """Seconds that models stay loaded after the job, at most a year; None uses the daemon's
    default, -1 keeps them until they are unloaded."""


class Attach(Model):
    """Subscription to the events of a job; answered by its state."""

    type: Literal["attach"] = "attach"
    job: JobId
    """Id of the job."""


class Cancel(Model):
    """Cancellation of a job. The answer comes at once; the job ends when its state says so."""

    type: Literal["cancel"] = "cancel"
    job: JobId
    """Id of the job."""


class Results(Model):
    """One part of the result of a job that is done: ask for part 0, 1, ... until ``last``."""

    type: Literal["results"] = "results"
    job: JobId
    """Id of the job."""
    part: Annotated[int, Field(ge=0)] = 0
    """Number of the part, from 0."""


class ListJobs(Model):
    """All unfinished jobs and the newest thousand finished ones, newest first."""

    type: Literal["jobs"] = "jobs"


class Status(Model):
    """State of the daemon, its queue and its worker."""

    type: Literal["status"] = "status"


class Metrics(Model):
    """Counters and gauges, as Prometheus text."""

    type: Literal["metrics"] = "metrics"


class Load(Model):
    """Loading of models in advance, so that the next job does not wait for it."""

    type: Literal["load"] = "load"
    asks: AnalysisOptions
    """Options of a job; the models that it would use are loaded."""
    keep_alive: KeepAlive | None = None
    """As for :class:`Submit`."""


class Unload(Model):
    """Release of the models' memory: the worker process ends as soon as it is idle."""

    type: Literal["unload"] = "unload"


class Pause(Model):
    """Pause of all work until ``resume``; the running job stops at the next frame, resumable."""

    type: Literal["pause"] = "pause"
    # Not sent while false: a daemon of protocol 1.0 would refuse the field.
    batch: Annotated[bool, Field(exclude_if=operator.not_)] = False
    """Pause only jobs of priority ``batch``. Since 1.1."""


class Resume(Model):
    """End of a pause of either kind."""

    type: Literal["resume"] = "resume"


class SelfTest(Model):
    """Self-test of the worker; ``canary`` of the status has its result. Since 1.1."""

    # The name in JSON is fixed by protocol 1.1, like that of the result, `canary`.
    type: Literal["check"] = "check"
    asks: AnalysisOptions = AnalysisOptions()
    """Options that select the models to test."""


class Shutdown(Model):
    """End of the daemon."""

    type: Literal["shutdown"] = "shutdown"
    drain: bool = False
    """Finish the queued jobs first, and accept no new ones. Jobs that are paused, before or
    meanwhile, are not finished but kept for the next start."""


Request = Annotated[
    Hello | Ping | Submit | Attach | Cancel | Results | ListJobs | Status | Metrics | Load | Unload
    | Pause | Resume | SelfTest | Shutdown,
    Field(discriminator="type"),
]  # fmt: skip


def minimum_protocol(request: Request) -> tuple[int, int]:
    """Return the oldest protocol version that can express a request."""
    if isinstance(request, Submit):
        return request.task.minimum_protocol
    newer = isinstance(request, SelfTest) or (isinstance(request, Pause) and request.batch)
    of_kind = (1, 1) if newer else OLDEST_PROTOCOL
    if isinstance(request, (Load, SelfTest)):
        return max(of_kind, request.asks.minimum_protocol)
    return of_kind
