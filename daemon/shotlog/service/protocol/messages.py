"""What client and daemon say to each other: the messages of protocol 1.2, and nothing else.

A message is a *header* (what it is, which message it answers) and a *body*, both JSON. Requests
go to the daemon, replies and events come back; an event is a reply to nothing. Bodies are strict:
an unknown field or type is refused. So a field that a later minor added to a request is not sent
where it holds its default: an older daemon would refuse what it need not know.
``docs/protocol.md`` is made from this module.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema import Hint, Model
from shotlog.service.tasks import AnalysisOptions as AnalysisOptions
from shotlog.service.tasks import ModelOptions as ModelOptions
from shotlog.service.tasks import Task

PROTOCOL = (1, 2)
"""Major and minor. Another major cannot be understood; another minor only adds."""

OLDEST_PROTOCOL = (1, 0)
"""The oldest daemon that a client of today can use; what it lacks is told when it is asked for."""

JobId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
MessageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

MAX_KEEP_ALIVE = 365 * 24 * 3600
"""Seconds; who wants more of it means for ever."""

KeepAlive = Annotated[int, Field(ge=-1, le=MAX_KEEP_ALIVE)]
"""Seconds that models stay loaded after their last use; -1: for ever."""


class Priority(StrEnum):
    """Who goes first: device-seconds are shared 16 : 4 : 1 (see ``service/fair.py``)."""

    INTERACTIVE = "interactive"
    NORMAL = "normal"
    BATCH = "batch"


class JobState(StrEnum):
    """What becomes of a job; the last three are for good."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self in (JobState.CANCELLED, JobState.DONE, JobState.FAILED)


class ErrorCode(StrEnum):
    """Why a request was refused, or a job failed. Closed: a new one needs a new minor."""

    BAD_MESSAGE = "bad-message"
    NOT_INITIALISED = "not-initialised"
    PROTOCOL_MISMATCH = "protocol-mismatch"
    TOO_LARGE = "too-large"
    BUSY = "busy"
    DRAINING = "draining"
    UNKNOWN_JOB = "unknown-job"
    CONFLICT = "conflict"
    NOT_DONE = "not-done"
    FORBIDDEN_PATH = "forbidden-path"
    MODEL = "model"
    WORKER_LOST = "worker-lost"
    JOURNAL = "journal"
    INTERNAL = "internal"


class Hello(Model):
    """The first request of a connection; any other before it is refused."""

    type: Literal["hello"] = "hello"
    lowest: tuple[int, int] = OLDEST_PROTOCOL
    """The oldest protocol that the client speaks."""
    highest: tuple[int, int] = PROTOCOL
    """The newest."""
    required: tuple[str, ...] = ()
    """Capabilities without which it has no use for the daemon."""
    client: str
    """The program's name."""
    version: str
    """Of the program."""


class Ping(Model):
    """Are you there? Answered by the broker itself, whatever the worker does."""

    type: Literal["ping"] = "ping"


class Submit(Model):
    """A job. The same id with the same content is the same job; with other content, refused."""

    type: Literal["submit"] = "submit"
    job: JobId
    """Chosen by the client, so that a request that got lost can be sent again."""
    name: str
    """For people."""
    task: Task
    """What to do. Since 1.2; before, the fields ``edit`` and ``asks`` of an ``analyze`` task stood
    here in its place, and a message in that form is still taken."""
    priority: Priority = Priority.NORMAL
    """Who goes first."""
    durable: bool = True
    """Whether it goes on when its client is gone; else it holds a lease that its client's messages
    renew, and is cancelled when the lease runs out."""
    keep_alive: KeepAlive | None = None
    """Seconds that models stay loaded after it, a year at the most; None: the daemon's own rule,
    -1: for ever."""


class Attach(Model):
    """Tell me of this job from now on; answered by its state."""

    type: Literal["attach"] = "attach"
    job: JobId
    """Its id."""


class Cancel(Model):
    """Stop this job; acknowledged at once, over when its state says so."""

    type: Literal["cancel"] = "cancel"
    job: JobId
    """Its id."""


class Results(Model):
    """The result of a job that is done, a part at a time: ask for part 0, 1, ... until ``last``."""

    type: Literal["results"] = "results"
    job: JobId
    """Its id."""
    part: Annotated[int, Field(ge=0)] = 0
    """Which part."""


class ListJobs(Model):
    """The jobs that are not over, and the newest thousand that are; newest first."""

    type: Literal["jobs"] = "jobs"


class Status(Model):
    """How is everything?"""

    type: Literal["status"] = "status"


class Metrics(Model):
    """Counters, as Prometheus text."""

    type: Literal["metrics"] = "metrics"


class Load(Model):
    """Load a model now, so that the next job finds it warm."""

    type: Literal["load"] = "load"
    asks: AnalysisOptions
    """The models that a job with these options would use."""
    keep_alive: KeepAlive | None = None
    """As for :class:`Submit`."""


class Unload(Model):
    """Give the models' memory back now: ends the worker, once it is idle."""

    type: Literal["unload"] = "unload"


class Pause(Model):
    """Start no work until ``resume``; what runs stops at the next frame and is kept."""

    type: Literal["pause"] = "pause"
    batch: Annotated[bool, Field(exclude_if=operator.not_)] = False
    """Hold jobs of priority ``batch`` alone. Since 1.1."""


class Resume(Model):
    """Go on, after a pause of either kind."""

    type: Literal["resume"] = "resume"


class SelfTest(Model):
    """Have the worker try itself; ``canary`` of the status tells how that went. Since 1.1."""

    type: Literal["check"] = "check"
    asks: AnalysisOptions = AnalysisOptions()
    """The models that it is to try."""


class Shutdown(Model):
    """End."""

    type: Literal["shutdown"] = "shutdown"
    drain: bool = False
    """Finish what is queued first, and take nothing new. What is paused, before or meanwhile, is
    not finished but kept for the next start."""


Request = Annotated[
    Hello | Ping | Submit | Attach | Cancel | Results | ListJobs | Status | Metrics | Load | Unload
    | Pause | Resume | SelfTest | Shutdown,
    Field(discriminator="type"),
]  # fmt: skip


def minimum_protocol(request: Request) -> tuple[int, int]:
    """The oldest protocol in which a request can be said."""
    if isinstance(request, Submit):
        return request.task.since
    newer = isinstance(request, SelfTest) or (isinstance(request, Pause) and request.batch)
    return (1, 1) if newer else OLDEST_PROTOCOL


class Limits(Model):
    """What the daemon takes."""

    message_bytes: int
    """Largest message in either direction."""
    jobs: int
    """Most jobs that may wait."""
    clips: int
    """Most clips that may wait."""


class Welcome(Model):
    """I am the daemon, and we understand each other."""

    type: Literal["welcome"] = "welcome"
    protocol: tuple[int, int]
    """What both speak from now on."""
    capabilities: tuple[str, ...]
    """What it can do beyond this version of the protocol."""
    version: str
    """Of Shotlog."""
    boot: str
    """Changes with every start of the daemon."""
    pid: int
    """Of the daemon."""
    limits: Limits
    """What it takes."""


class Pong(Model):
    """I am."""

    type: Literal["pong"] = "pong"
    boot: str
    """Changes with every start of the daemon."""


class Failure(Model):
    """Why something did not go as asked."""

    code: ErrorCode
    """For machines."""
    message: str
    """What happened."""
    hint: Hint
    """What to do."""
    retryable: bool = False
    """Whether the same request may succeed later."""


class JobInfo(Model):
    """A job as the journal has it; told unasked at every change of state."""

    type: Literal["job"] = "job"
    job: JobId
    """Its id."""
    name: str
    """For people."""
    state: JobState
    """Where it stands."""
    priority: Priority
    """Who goes first."""
    durable: bool
    """Whether it goes on when its client is gone."""
    clips: int
    """How many clips it has."""
    attempts: int = 0
    """How often a worker began it."""
    created: float
    """Wall clock, seconds since 1970; informative."""
    ended: float | None = None
    """The same, when it was over; None before."""
    stage: str | None = None
    """What it is doing, and how far that is; None while it waits."""
    done: float = 0
    """Of the stage."""
    total: float = 0
    """Of the stage."""
    unit: str = ""
    """Of the stage."""
    failure: Failure | None = None
    """Why it failed."""
    kind: str = "analyze"
    """Of its task. Since 1.2."""


class ProgressEvent(Model):
    """How far a job has come; lossy, at most ten a second, only the latest counts."""

    type: Literal["progress"] = "progress"
    job: JobId
    """Its id."""
    stage: str
    """What it is doing."""
    done: float
    """How much of the stage."""
    total: float
    """Of how much."""
    unit: str
    """Of what."""


class ResultPart(Model):
    """A part of the JSON text of a job's result: of an ``analyze`` task, a log."""

    type: Literal["result"] = "result"
    job: JobId
    """Its id."""
    part: int
    """Which part."""
    last: bool
    """Whether no more follow."""
    text: str
    """To be joined with the others, in order."""
    kind: str = "analyze"
    """Of the job's task, which tells what the result is. Since 1.2."""


class JobList(Model):
    """Jobs."""

    type: Literal["job-list"] = "job-list"
    jobs: tuple[JobInfo, ...]
    """Newest first."""
    older: int = 0
    """How many more there are, all of them over; each is answered for by its id. Since 1.1."""


class DeviceMemory(Model):
    """The memory of a device that models are on, in bytes. Since 1.1."""

    name: str
    """The device, ``cuda:0 NVIDIA H100``."""
    used: int
    """What the worker holds of it."""
    free: int
    """What nobody holds."""
    total: int
    """All that it has."""


class CacheStats(Model):
    """How much film was asked about since the daemon began, summed over measures. Since 1.1."""

    asked: float = 0.0
    """Seconds of film."""
    held: float = 0.0
    """So many of them were answered by the cache."""


class SelfTestResult(Model):
    """How the worker did when it last tried itself. Since 1.1."""

    ok: bool
    """Whether what it was to do came out as it must."""
    words: str
    """What it did, or what went wrong."""
    seconds: float
    """How long that took."""
    age: float
    """Seconds since then."""


class WorkerInfo(Model):
    """The process that computes."""

    state: Literal["absent", "starting", "idle", "busy", "stalled", "broken"]
    """What it is doing."""
    pid: int | None = None
    """None where none runs."""
    models: tuple[str, ...] = ()
    """The models that it holds, with where and in which precision they run."""
    memory_bytes: int | None = None
    """What it holds of main memory."""
    progress_age: float | None = None
    """Seconds since it last told of progress; None while it is idle."""
    restarts: int = 0
    """How often it died since the daemon began."""
    failure: Failure | None = None
    """Why models could not be loaded when that was last tried. Since 1.1."""
    devices: tuple[DeviceMemory, ...] = ()
    """The memory of the devices that its models are on. Since 1.1."""
    film: CacheStats = CacheStats()
    """What its cache saved. Since 1.1."""


class StatusReport(Model):
    """How everything is."""

    type: Literal["status-report"] = "status-report"
    version: str
    """Of Shotlog."""
    boot: str
    """Changes with every start of the daemon."""
    pid: int
    """Of the broker."""
    uptime: float
    """Seconds."""
    paused: bool
    """Whether work is held."""
    draining: bool
    """Whether it ends when the queue is empty."""
    alive: bool
    """It answered."""
    ready: bool
    """It takes jobs."""
    useful: bool
    """A worker has finished something, or nothing was asked of it yet."""
    queued: int
    """Jobs that wait."""
    running: JobId | None
    """The job that runs."""
    finished: int
    """Jobs done since the start."""
    failed: int
    """Jobs failed since the start."""
    eta: float | None
    """Seconds until the queue is empty, as far as that can be told."""
    clients: int
    """How many are connected."""
    dropped: int
    """Progress events that were dropped since the start."""
    worker: WorkerInfo
    """The process that computes."""
    journal: tuple[str, str | None]
    """Path of the journal, and what is wrong with it (None: nothing)."""
    log: str
    """Path of the log file."""
    endpoint: str
    """Where the daemon listens."""
    holds: str | None = None
    """Why jobs of priority ``batch`` wait, in words; None: they do not. Since 1.1."""
    canary: SelfTestResult | None = None
    """How the worker did when it last tried itself; None: it never did. Since 1.1."""


class MetricsText(Model):
    """Counters."""

    type: Literal["metrics-text"] = "metrics-text"
    text: str
    """In Prometheus' text format, version 0.0.4."""


class Ack(Model):
    """Done as asked."""

    type: Literal["ack"] = "ack"


class Lagged(Model):
    """You read too slowly: you are no longer told of any job. Attach again."""

    type: Literal["lagged"] = "lagged"


class Refused(Model):
    """A request was not followed."""

    type: Literal["refused"] = "refused"
    failure: Failure
    """Why."""


class Goodbye(Model):
    """The daemon ends."""

    type: Literal["goodbye"] = "goodbye"
    idle: bool = False
    """By itself, as nobody needed it; else somebody stopped it. Since 1.1."""


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
"""What each request is answered with, unless it is refused."""


class Header(Model):
    """What stands before every body."""

    protocol: tuple[int, int] = PROTOCOL
    """What the sender speaks."""
    id: MessageId
    """Of this message."""
    reply_to: MessageId | None = None
    """The request that this answers; None in a request and in an event."""
