"""What the daemon answers: requests and the worker's events go in, letters come out.

Pure but for the journal and the worker that it is given: no socket, no thread, no clock of its own.
Every verb may come twice, whatever became of it the first time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shotlog.schema import JournalUnusable
from shotlog.service.broker.clients import Client, Clients
from shotlog.service.broker.counters import Counts
from shotlog.service.broker.outbox import OutgoingMessage
from shotlog.service.ipc import WorkerCrashed, WorkerEvent
from shotlog.service.journal import Journal, UnknownJob
from shotlog.service.protocol import (
    IDLE_TIMEOUT,
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Ack,
    Attach,
    Cancel,
    CorruptJob,
    ErrorCode,
    Failure,
    Goodbye,
    Header,
    Hello,
    JobInfo,
    JobList,
    JobRefused,
    Limits,
    ListJobs,
    Load,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    ProgressEvent,
    Refused,
    Reply,
    Request,
    ResultPart,
    Results,
    Resume,
    SelfTest,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Unload,
    Welcome,
    make_failure,
    read_spec,
)
from shotlog.service.scheduling import Dispatcher, IdleTimeout, Worker
from shotlog.service.security import paths_outside
from shotlog.service.supervision import RestartPolicy

LIMITS = Limits(message_bytes=MAX_MESSAGE_BYTES, jobs=512, clips=200_000)
"""What is taken: as many clips as a feature film has frames, and far more jobs than an editor
looks through."""

CAPABILITIES = ("jobs", "results", "models", "pause", "check", "metrics")
"""What this daemon can do; a client may require some of it in ``hello``."""

LISTED = 1000
"""So many of the newest jobs are listed beside those that are not over: 0.4 MB with names of 100
letters, of the 8 that a message may have."""

PART = 1024**2
"""Characters of a result in one message; whatever they are, they fit ``MAX_MESSAGE_BYTES``."""

_PATHS_TOLD = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Daemon:
    """Facts about the process, for whoever asks.

    Attributes:
        version: Of Shotlog.
        boot: Changes with every start.
        pid: Of the process.
        endpoint: Where it listens.
        log: Its log file.
    """

    version: str
    boot: str
    pid: int
    endpoint: str
    log: str


@dataclass(frozen=True)
class ServerPolicy:
    """What the user of the daemon has laid down.

    Attributes:
        limits: How much is taken.
        roots: Folders whose media may be read; empty: all.
        idle: Seconds without client and job until it ends, once no models are kept; 0: never.
    """

    limits: Limits = LIMITS
    roots: Sequence[Path] = ()
    idle: float = IDLE_TIMEOUT


class RequestHandler:
    """Answers clients. For one thread.

    Args:
        daemon: Who answers.
        journal: Of the jobs.
        worker: Computes.
        breaker: The one that the worker's supervisor tells of deaths.
        residency: Says when the worker is given up.
        rules: What is allowed.
        clock: A monotonic clock, in seconds.
        reason: Says at a time of the clock why batch jobs are to wait; None: they never are.
        mourn: Is called when the worker died.

    Attributes:
        dispatcher: Has the jobs.
        counts: What the clients asked and got.
        over: Whether the daemon is to end now.
    """

    def __init__(
        self,
        daemon: Daemon,
        journal: Journal,
        worker: Worker,
        breaker: RestartPolicy | None = None,
        residency: IdleTimeout | None = None,
        rules: ServerPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        reason: Callable[[float], str | None] | None = None,
        mourn: Callable[[], None] = lambda: None,
    ) -> None:
        self._reason, self._mourn = reason, mourn
        self._daemon, self._journal, self._worker = daemon, journal, worker
        self._rules = rules or ServerPolicy()
        self._clock = clock
        self._began = self._last_used = clock()
        self._letters: list[OutgoingMessage] = []
        self._clients = Clients()
        self.counts = Counts()
        self._shown: tuple[JobInfo, str] | None = None
        self._draining = self._idle = False
        self.over = False
        self.dispatcher = Dispatcher(
            journal,
            worker,
            breaker or RestartPolicy(clock),
            residency or IdleTimeout(clock=clock),
            self._tell,
            clock,
        )
        for info in self.dispatcher.jobs(newest=0):
            if not info.durable:
                self._clients.lease(info.job, clock())
        if self._rules.roots:
            self._refuse_forbidden()

    def handle(
        self, client: bytes, header: Header, request: Request, key: bytes = b""
    ) -> list[OutgoingMessage]:
        """Answers a request; gives the answer, and what others are to be told because of it.

        Args:
            client: Its connection.
            header: Of the request.
            request: What it asks.
            key: The public key that the connection has proven.
        """
        self._last_used = self._clock()
        self.counts.requests[request.type] += 1
        known = self._clients.hear(client, self._last_used)
        try:
            reply = self._answer(client, known, request, key)
        except JobRefused as refused:
            reply = Refused(failure=refused.failure)
        except JournalUnusable as error:
            reply = _refused(ErrorCode.JOURNAL, error.problem.message)
        except Exception as error:
            # Whatever is wrong with one request, the other clients have a daemon.
            _log.exception("a request could not be answered", extra={"verb": request.type})
            reply = _refused(ErrorCode.INTERNAL, f"it failed ({type(error).__name__})")
        if isinstance(reply, Refused):
            self.counts.refused[reply.failure.code] += 1
        # The answer first: what follows from a request may overtake no answer to it.
        letters, self._letters = self._letters, []
        return [OutgoingMessage(client, reply, header.id), *letters, *self.tick()]

    def hear(self, event: WorkerEvent) -> list[OutgoingMessage]:
        """The worker said something, or something became of it."""
        self.dispatcher.hear(event)
        if isinstance(event, WorkerCrashed):
            self._mourn()
        return self.tick()

    def tick(self) -> list[OutgoingMessage]:
        """Does what is due; call it several times a second."""
        now = self._clock()
        for job in self._clients.expired(now):
            with suppress(JournalUnusable):  # then it is tried again at the next tick
                self.dispatcher.cancel(job)
                self._clients.over(job)
                _log.info("cancelled, as its client is gone", extra={"job": job})
        self._clients.forget_silent(now)
        if self._reason is not None:
            self.dispatcher.hold(self._reason(now))
        self.dispatcher.tick()
        if self._draining and self.dispatcher.drained:
            self.over = True
        elif len(self.dispatcher.queue):
            self._last_used = now
        elif 0 < self._rules.idle < now - self._last_used and self._worker.pid is None:
            self.over = self._idle = True
        letters, self._letters = self._letters, []
        return letters

    def lagged(self, client: bytes) -> None:
        """A client did not read fast enough, and was told so."""
        self.counts.lagged += 1
        self._clients.lagged(client)

    def gone(self, client: bytes) -> None:
        """A client is no longer connected."""
        self._clients.gone(client)

    def keep_only(self, keys: frozenset[bytes]) -> list[bytes]:
        """Tells nobody with another key anything more; says who those were."""
        return self._clients.keep_only(keys)

    def close(self) -> list[OutgoingMessage]:
        """Leaves jobs so that the next daemon goes on with them, and says goodbye."""
        self.dispatcher.close()
        self._letters.clear()
        return [
            OutgoingMessage(client, Goodbye(idle=self._idle))
            for client in self._clients.everybody()
        ]

    def status(self) -> StatusReport:
        """How everything is."""
        jobs = self.dispatcher
        worker = self._worker.info()
        waiting = len(jobs.queue) - len(jobs.running)
        return StatusReport(
            version=self._daemon.version,
            boot=self._daemon.boot,
            pid=self._daemon.pid,
            uptime=self._clock() - self._began,
            paused=jobs.paused,
            draining=self._draining,
            alive=True,
            ready=not (self._draining or self.over or self._journal.problem),
            useful=jobs.useful and worker.state not in ("broken", "stalled"),
            queued=waiting,
            running=next(iter(jobs.running), None),
            finished=jobs.finished,
            failed=jobs.failed,
            eta=jobs.queue.eta(),
            clients=self.counts.connected,
            dropped=self.counts.dropped,
            worker=worker.model_copy(update={"failure": jobs.load_failure}),
            journal=(str(self._journal.path), self._journal.problem or self._journal.warning),
            log=self._daemon.log,
            endpoint=self._daemon.endpoint,
            batch_held_reason=jobs.holds,
            self_test=jobs.canary,
        )

    def _answer(
        self, identity: bytes, client: Client | None, request: Request, key: bytes
    ) -> Reply:
        if isinstance(request, Hello):
            return self._hello(identity, request, key)
        if client is None:
            return _refused(ErrorCode.NOT_INITIALISED, "hello comes first")
        match request:
            case Ping():
                return Pong(boot=self._daemon.boot)
            case Submit():
                return self._submit(client, request)
            case Attach(job=job):
                return self._attach(client, job)
            case Cancel(job=job):
                return self.dispatcher.cancel(job)
            case Results(job=job, part=part):
                return self._result(job, part)
            case ListJobs():
                jobs = tuple(self.dispatcher.jobs(LISTED))
                return JobList(jobs=jobs, older=self._journal.count() - len(jobs))
            case Status():
                return self.status()
            case Metrics():
                from shotlog.service.broker.metrics import exposition

                return MetricsText(text=exposition(self.status(), self.counts))
            case _:
                self._command(request)
                return Ack()

    def _command(self, request: Request) -> None:
        _log.info("asked to %s", request.type)
        match request:
            case Load(asks=asks, keep_alive=keep_alive):
                self.dispatcher.load(asks, keep_alive)
            case Unload():
                self.dispatcher.unload()
            case Pause(batch=batch):
                self.dispatcher.pause(batch)
            case Resume():
                self.dispatcher.resume()
            case SelfTest(asks=asks):
                self.dispatcher.check(asks)
            case Shutdown(drain=drain):
                self._draining = True
                self.over = self.over or not drain

    def _hello(self, identity: bytes, hello: Hello, key: bytes) -> Reply:
        spoken = min(hello.highest, PROTOCOL)
        if spoken[0] != PROTOCOL[0] or spoken < hello.lowest:
            return _refused(
                ErrorCode.PROTOCOL_MISMATCH,
                f"this daemon is Shotlog {self._daemon.version} and speaks protocol "
                f"{_version(PROTOCOL)}; {hello.client} {hello.version} wants "
                f"{_version(hello.lowest)} to {_version(hello.highest)}",
            )
        if missing := sorted(set(hello.required) - set(CAPABILITIES)):
            return _refused(
                ErrorCode.PROTOCOL_MISMATCH,
                f"this daemon is Shotlog {self._daemon.version}, which lacks {', '.join(missing)}",
            )
        self._clients.greet(identity, f"{hello.client} {hello.version}", self._clock(), key)
        return Welcome(
            protocol=spoken,
            capabilities=CAPABILITIES,
            version=self._daemon.version,
            boot=self._daemon.boot,
            pid=self._daemon.pid,
            limits=self._rules.limits,
        )

    def _submit(self, client: Client, spec: Submit) -> Reply:
        try:
            self.dispatcher.info(spec.job)
        except UnknownJob:
            if why := self._unwelcome(spec):
                return why
        info = self.dispatcher.submit(spec)
        if not (info.durable or info.state.is_terminal):
            self._clients.lease(info.job, self._clock(), client)
        return info

    def _unwelcome(self, spec: Submit) -> Refused | None:
        """Why a new job is not taken."""
        limits, waiting = self._rules.limits, self.dispatcher.waiting_clips
        clips = spec.task.clips
        if self._draining:
            return _refused(ErrorCode.DRAINING, "the daemon ends once its queue is empty")
        if clips > limits.clips:
            return _refused(
                ErrorCode.TOO_LARGE, f"it has {clips:,} clips, and {limits.clips:,} are taken"
            )
        if len(waiting) >= limits.jobs or sum(waiting.values()) + clips > limits.clips:
            words = f"{len(waiting):,} jobs with {sum(waiting.values()):,} clips wait already"
            return _refused(ErrorCode.BUSY, words)
        if forbidden := self._forbidden(spec):
            return Refused(failure=forbidden)
        return None

    def _forbidden(self, spec: Submit) -> Failure | None:
        """Why a job's media may not be read."""
        roots = self._rules.roots
        outside = [path for edit in spec.task.edits for path in paths_outside(roots, edit)]
        if not outside:
            return None
        told = ", ".join(outside[:_PATHS_TOLD]) + (", ..." if outside[_PATHS_TOLD:] else "")
        return make_failure(ErrorCode.FORBIDDEN_PATH, f"outside of what may be read: {told}")

    def _refuse_forbidden(self) -> None:
        """Fails the jobs of an earlier daemon that this one may not do."""
        for info in self.dispatcher.jobs(newest=0):
            with suppress(CorruptJob):  # it fails when it is its turn
                spec = read_spec(info.job, self._journal.spec(info.job))
                if forbidden := self._forbidden(spec):
                    self.dispatcher.refuse(info.job, forbidden)

    def _attach(self, client: Client, job: str) -> Reply:
        info = self.dispatcher.info(job)
        if not info.state.is_terminal:
            client.watching.add(job)
            if not info.durable:
                self._clients.lease(job, self._clock(), client)
        return info

    def _result(self, job: str, part: int) -> Reply:
        if self._shown is None or self._shown[0].job != job:
            self._shown = self._journal.info(job), self._journal.result(job)
        info, text = self._shown
        begin = part * PART
        last = begin + PART >= len(text)
        text = text[begin : begin + PART]
        reply = ResultPart(job=job, part=part, last=last, text=text, kind=info.kind)
        if last:
            self._shown = None
        return reply

    def _tell(self, news: JobInfo | ProgressEvent) -> None:
        self._letters += [
            OutgoingMessage(client, news) for client in self._clients.watchers(news.job)
        ]
        if isinstance(news, JobInfo) and news.state.is_terminal:
            self._clients.over(news.job)


def _refused(code: ErrorCode, message: str) -> Refused:
    return Refused(failure=make_failure(code, message))


def _version(protocol: tuple[int, int]) -> str:
    return ".".join(map(str, protocol))
