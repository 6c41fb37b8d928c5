"""What client and daemon say to each other: the messages of protocol 1.1, and nothing else.

A message is a *header* (what it is, which message it answers) and a *body*, both JSON. Requests
go to the daemon, replies and events come back; an event is a reply to nothing. Bodies are strict:
an unknown field or type is refused. So a field that a later minor added to a request is not sent
where it holds its default: an older daemon would refuse what it need not know.
``docs/protocol.md`` is made from this module.
"""

from __future__ import annotations

import operator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema.base import Model
from shotlog.schema.commands import Hint
from shotlog.schema.ranges import Edit

PROTOCOL = (1, 1)
"""Major and minor. Another major cannot be understood; another minor only adds."""

OLDEST = (1, 0)
"""The oldest daemon that a client of today can use; what it lacks is told when it is asked for."""

JobId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
MessageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

LONGEST_STAY = 365 * 24 * 3600
"""Seconds; who wants more of it means for ever."""

KeepAlive = Annotated[int, Field(ge=-1, le=LONGEST_STAY)]
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


class Asks(Model):
    """How an edit is to be analysed: the options of ``shotlog analyze`` that decide findings.

    Attributes:
        models: ``auto``, ``builtin`` or ``local``.
        names: Only these models; empty for all that are here.
        device: Where they run.
        precision: What they compute in.
        disabled: Whether clips that are switched off are looked at too.
    """

    models: Literal["auto", "builtin", "local"] = "auto"
    names: tuple[str, ...] = ()
    device: str = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    disabled: bool = False


class Hello(Model):
    """The first request of a connection; any other before it is refused.

    Attributes:
        lowest: The oldest protocol that the client speaks.
        highest: The newest.
        required: Capabilities without which it has no use for the daemon.
        client: The program's name.
        version: Of the program.
    """

    type: Literal["hello"] = "hello"
    lowest: tuple[int, int] = OLDEST
    highest: tuple[int, int] = PROTOCOL
    required: tuple[str, ...] = ()
    client: str
    version: str


class Ping(Model):
    """Are you there? Answered by the broker itself, whatever the worker does."""

    type: Literal["ping"] = "ping"


class Submit(Model):
    """A job. The same id with the same content again is the same job; with other content, refused.

    Attributes:
        job: Chosen by the client, so that a request that got lost can be sent again.
        name: For people.
        edit: What to analyse; media are read by the daemon from their paths.
        asks: How.
        priority: Who goes first.
        durable: Whether it goes on when its client is gone; else it holds a lease that its
            client's messages renew, and is cancelled when the lease runs out.
        keep_alive: Seconds that models stay loaded after it, a year at the most; None: the
            daemon's own rule, -1: for ever.
    """

    type: Literal["submit"] = "submit"
    job: JobId
    name: str
    edit: Edit
    asks: Asks = Asks()
    priority: Priority = Priority.NORMAL
    durable: bool = True
    keep_alive: KeepAlive | None = None


class Attach(Model):
    """Tell me of this job from now on; answered by its state.

    Attributes:
        job: Its id.
    """

    type: Literal["attach"] = "attach"
    job: JobId


class Cancel(Model):
    """Stop this job; acknowledged at once, over when its state says so.

    Attributes:
        job: Its id.
    """

    type: Literal["cancel"] = "cancel"
    job: JobId


class Results(Model):
    """The log of a job that is done, a part at a time: ask for part 0, 1, ... until ``last``.

    Attributes:
        job: Its id.
        part: Which part.
    """

    type: Literal["results"] = "results"
    job: JobId
    part: Annotated[int, Field(ge=0)] = 0


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
    """Load a model now, so that the next job finds it warm.

    Attributes:
        asks: The models that a job with these options would use.
        keep_alive: As for :class:`Submit`.
    """

    type: Literal["load"] = "load"
    asks: Asks
    keep_alive: KeepAlive | None = None


class Unload(Model):
    """Give the models' memory back now: ends the worker, once it is idle."""

    type: Literal["unload"] = "unload"


class Pause(Model):
    """Start no work until ``resume``; what runs stops at the next frame and is kept.

    Attributes:
        batch: Hold jobs of priority ``batch`` alone. Since 1.1.
    """

    type: Literal["pause"] = "pause"
    batch: Annotated[bool, Field(exclude_if=operator.not_)] = False


class Resume(Model):
    """Go on, after a pause of either kind."""

    type: Literal["resume"] = "resume"


class Check(Model):
    """Have the worker try itself; ``canary`` of the status tells how that went. Since 1.1.

    Attributes:
        asks: The models that it is to try.
    """

    type: Literal["check"] = "check"
    asks: Asks = Asks()


class Shutdown(Model):
    """End.

    Attributes:
        drain: Finish what is queued first, and take nothing new. What is paused, before or
            meanwhile, is not finished but kept for the next start.
    """

    type: Literal["shutdown"] = "shutdown"
    drain: bool = False


Request = Annotated[
    Hello | Ping | Submit | Attach | Cancel | Results | ListJobs | Status | Metrics | Load | Unload
    | Pause | Resume | Check | Shutdown,
    Field(discriminator="type"),
]  # fmt: skip


def needs(request: Request) -> tuple[int, int]:
    """The oldest protocol in which a request can be said."""
    newer = isinstance(request, Check) or (isinstance(request, Pause) and request.batch)
    return (1, 1) if newer else OLDEST


class Limits(Model):
    """What the daemon takes.

    Attributes:
        message_bytes: Largest message in either direction.
        jobs: Most jobs that may wait.
        clips: Most clips that may wait.
    """

    message_bytes: int
    jobs: int
    clips: int


class Welcome(Model):
    """I am the daemon, and we understand each other.

    Attributes:
        protocol: What both speak from now on.
        capabilities: What it can do beyond this version of the protocol.
        version: Of Shotlog.
        boot: Changes with every start of the daemon.
        pid: Of the daemon.
        limits: What it takes.
    """

    type: Literal["welcome"] = "welcome"
    protocol: tuple[int, int]
    capabilities: tuple[str, ...]
    version: str
    boot: str
    pid: int
    limits: Limits


class Pong(Model):
    """I am.

    Attributes:
        boot: Changes with every start of the daemon.
    """

    type: Literal["pong"] = "pong"
    boot: str


class Failure(Model):
    """Why something did not go as asked.

    Attributes:
        code: For machines.
        message: What happened.
        hint: What to do.
        retryable: Whether the same request may succeed later.
    """

    code: ErrorCode
    message: str
    hint: Hint
    retryable: bool = False


class JobInfo(Model):
    """A job as the journal has it; told unasked at every change of state.

    Attributes:
        job: Its id.
        name: For people.
        state: Where it stands.
        priority: Who goes first.
        durable: See :class:`Submit`.
        clips: How many clips it has.
        attempts: How often a worker began it.
        created: Wall clock, seconds since 1970; informative.
        ended: The same, when it was over.
        stage: What it is doing, and how far that is; None while it waits.
        done: Of the stage.
        total: Of the stage.
        unit: Of the stage.
        failure: Why it failed.
    """

    type: Literal["job"] = "job"
    job: JobId
    name: str
    state: JobState
    priority: Priority
    durable: bool
    clips: int
    attempts: int = 0
    created: float
    ended: float | None = None
    stage: str | None = None
    done: float = 0
    total: float = 0
    unit: str = ""
    failure: Failure | None = None


class ProgressEvent(Model):
    """How far a job has come; lossy, at most ten a second, only the latest counts.

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


class ResultPart(Model):
    """A part of a log's JSON text.

    Attributes:
        job: Its id.
        part: Which part.
        last: Whether no more follow.
        text: To be joined with the others, in order.
    """

    type: Literal["result"] = "result"
    job: JobId
    part: int
    last: bool
    text: str


class JobList(Model):
    """Jobs.

    Attributes:
        jobs: Newest first.
        older: How many more there are, all of them over; each is answered for by its id. Since 1.1.
    """

    type: Literal["job-list"] = "job-list"
    jobs: tuple[JobInfo, ...]
    older: int = 0


class DeviceMemory(Model):
    """The memory of a device that models are on, in bytes. Since 1.1.

    Attributes:
        name: The device, ``cuda:0 NVIDIA H100``.
        used: What the worker holds of it.
        free: What nobody holds.
        total: All that it has.
    """

    name: str
    used: int
    free: int
    total: int


class FilmCount(Model):
    """How much film was asked about since the daemon began, summed over measures. Since 1.1.

    Attributes:
        asked: Seconds of film.
        held: So many of them were answered by the cache.
    """

    asked: float = 0.0
    held: float = 0.0


class Canary(Model):
    """How the worker did when it last tried itself. Since 1.1.

    Attributes:
        ok: Whether what it was to do came out as it must.
        words: What it did, or what went wrong.
        seconds: How long that took.
        age: Seconds since then.
    """

    ok: bool
    words: str
    seconds: float
    age: float


class WorkerInfo(Model):
    """The process that computes.

    Attributes:
        state: What it is doing.
        pid: None where none runs.
        models: The models that it holds, with where and in which precision they run.
        memory_bytes: What it holds of main memory.
        progress_age: Seconds since it last told of progress; None while it is idle.
        restarts: How often it died since the daemon began.
        failure: Why models could not be loaded when that was last tried. Since 1.1.
        devices: The memory of the devices that its models are on. Since 1.1.
        film: What its cache saved. Since 1.1.
    """

    state: Literal["absent", "starting", "idle", "busy", "stalled", "broken"]
    pid: int | None = None
    models: tuple[str, ...] = ()
    memory_bytes: int | None = None
    progress_age: float | None = None
    restarts: int = 0
    failure: Failure | None = None
    devices: tuple[DeviceMemory, ...] = ()
    film: FilmCount = FilmCount()


class StatusReport(Model):
    """How everything is.

    Attributes:
        version: Of Shotlog.
        boot: Changes with every start of the daemon.
        pid: Of the broker.
        uptime: Seconds.
        paused: Whether work is held.
        draining: Whether it ends when the queue is empty.
        alive: It answered.
        ready: It takes jobs.
        useful: A worker has finished something, or nothing was asked of it yet.
        queued: Jobs that wait.
        running: The job that runs.
        finished: Jobs done since the start.
        failed: Jobs failed since the start.
        eta: Seconds until the queue is empty, as far as that can be told.
        clients: How many are connected.
        dropped: Progress events that were dropped since the start.
        worker: The process that computes.
        journal: Path of the journal, and what is wrong with it (None: nothing).
        log: Path of the log file.
        endpoint: Where the daemon listens.
        holds: Why jobs of priority ``batch`` wait, in words; None: they do not. Since 1.1.
        canary: How the worker did when it last tried itself; None: it never did. Since 1.1.
    """

    type: Literal["status-report"] = "status-report"
    version: str
    boot: str
    pid: int
    uptime: float
    paused: bool
    draining: bool
    alive: bool
    ready: bool
    useful: bool
    queued: int
    running: JobId | None
    finished: int
    failed: int
    eta: float | None
    clients: int
    dropped: int
    worker: WorkerInfo
    journal: tuple[str, str | None]
    log: str
    endpoint: str
    holds: str | None = None
    canary: Canary | None = None


class MetricsText(Model):
    """Counters.

    Attributes:
        text: In Prometheus' text format, version 0.0.4.
    """

    type: Literal["metrics-text"] = "metrics-text"
    text: str


class Ack(Model):
    """Done as asked."""

    type: Literal["ack"] = "ack"


class Lagged(Model):
    """You read too slowly: you are no longer told of any job. Attach again."""

    type: Literal["lagged"] = "lagged"


class Refused(Model):
    """A request was not followed.

    Attributes:
        failure: Why.
    """

    type: Literal["refused"] = "refused"
    failure: Failure


class Goodbye(Model):
    """The daemon ends.

    Attributes:
        idle: By itself, as nobody needed it; else somebody stopped it. Since 1.1.
    """

    type: Literal["goodbye"] = "goodbye"
    idle: bool = False


Reply = Annotated[
    Welcome | Pong | JobInfo | ProgressEvent | ResultPart | JobList | StatusReport | MetricsText
    | Ack | Lagged | Refused | Goodbye,
    Field(discriminator="type"),
]  # fmt: skip


class Header(Model):
    """What stands before every body.

    Attributes:
        protocol: What the sender speaks.
        id: Of this message.
        reply_to: The request that this answers; None in a request and in an event.
    """

    protocol: tuple[int, int] = PROTOCOL
    id: MessageId
    reply_to: MessageId | None = None
