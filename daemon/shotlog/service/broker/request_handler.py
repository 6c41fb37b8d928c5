"""Handler of requests and worker events: returns the messages to send.

Free of input and output except for the journal and the worker that it is given: no socket, no
thread, no clock of its own. Every request may be repeated, whatever became of the first one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from shotlog.schema import JournalUnusable
from shotlog.service.broker.admission import CAPABILITIES, Admission, refused
from shotlog.service.broker.client_registry import ClientRecord, ClientRegistry
from shotlog.service.broker.counters import Counts
from shotlog.service.broker.metrics import render_metrics
from shotlog.service.broker.outbox import OutgoingMessage
from shotlog.service.broker.result_reader import ResultReader
from shotlog.service.broker.server_policy import DaemonInfo, ServerPolicy
from shotlog.service.ipc import WorkerCrashed, WorkerEvent
from shotlog.service.journal import Journal, UnknownJob
from shotlog.service.protocol import (
    Ack,
    Attach,
    Cancel,
    CorruptJob,
    ErrorCode,
    Goodbye,
    Header,
    Hello,
    JobInfo,
    JobList,
    JobRefused,
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
    Results,
    Resume,
    SelfTest,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Unload,
    Welcome,
    read_spec,
)
from shotlog.service.scheduling import Dispatcher, IdleTimeout, Worker
from shotlog.service.supervision import RestartPolicy

LISTED = 1000
"""Newest jobs that are listed besides the open ones: 0.4 MB with names of 100 characters, of the
8 MiB that a message may have."""

_log = logging.getLogger(__name__)


class RequestHandler:
    """Answers to clients' requests. For one thread.

    Args:
        daemon: Facts about the process.
        journal: Journal of the jobs.
        worker: Worker that runs the jobs.
        restart_policy: Policy that the worker's supervisor informs of crashes.
        idle_timeout: Time-out after which the worker is ended.
        policy: Limits that the user has set.
        clock: Monotonic clock, in seconds.
        batch_held_reason: Returns, for a time of the clock, why batch jobs wait; None: they never
            wait for editing programs.
        on_worker_crash: Called after each crash of the worker.

    Attributes:
        dispatcher: Scheduler of the jobs.
        counts: Counters of requests and messages.
        should_stop: True if the daemon is to end now.
    """

    def __init__(
        self,
        daemon: DaemonInfo,
        journal: Journal,
        worker: Worker,
        restart_policy: RestartPolicy | None = None,
        idle_timeout: IdleTimeout | None = None,
        policy: ServerPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        batch_held_reason: Callable[[float], str | None] | None = None,
        on_worker_crash: Callable[[], None] = lambda: None,
    ) -> None:
        self._batch_held_reason, self._on_worker_crash = batch_held_reason, on_worker_crash
        self._daemon, self._journal, self._worker = daemon, journal, worker
        self._policy = policy or ServerPolicy()
        self._admission = Admission(daemon, self._policy)
        self._results = ResultReader(journal)
        self._clock = clock
        self._started_at = self._last_used = clock()
        self._events: list[OutgoingMessage] = []
        self._clients = ClientRegistry()
        self.counts = Counts()
        self._draining = self._idle = False
        self.should_stop = False
        self.dispatcher = Dispatcher(
            journal,
            worker,
            restart_policy or RestartPolicy(clock),
            idle_timeout or IdleTimeout(clock=clock),
            self._publish,
            clock,
        )
        # The clients of an earlier daemon have one lease to connect again.
        for info in self.dispatcher.jobs(newest=0):
            if not info.durable:
                self._clients.lease(info.job, clock())
        if self._policy.roots:
            self._fail_forbidden_jobs()

    def handle(
        self, client: bytes, header: Header, request: Request, key: bytes = b""
    ) -> list[OutgoingMessage]:
        """Answer a request; return the reply, and the events that follow from it.

        Args:
            client: ZeroMQ identity of its connection.
            header: Header of the request.
            request: The request.
            key: Public key that the connection has proven.
        """
        self._last_used = self._clock()
        self.counts.requests[request.type] += 1
        known = self._clients.record_message(client, self._last_used)
        try:
            reply = self._answer(client, known, request, key)
        except JobRefused as error:
            reply = Refused(failure=error.failure)
        except JournalUnusable as error:
            reply = refused(ErrorCode.JOURNAL, error.problem.message)
        except Exception as error:
            # An unexpected error in one request must not end the daemon for all other clients.
            _log.exception("a request could not be answered", extra={"verb": request.type})
            reply = refused(ErrorCode.INTERNAL, f"the request failed with {type(error).__name__}")
        if isinstance(reply, Refused):
            self.counts.refused[reply.failure.code] += 1
        # The reply first: an event that follows from a request must not arrive before it.
        events, self._events = self._events, []
        return [OutgoingMessage(client, reply, header.id), *events, *self.tick()]

    def on_worker_event(self, event: WorkerEvent) -> list[OutgoingMessage]:
        """Update jobs by an event of the worker, and return the messages to send."""
        self.dispatcher.on_worker_event(event)
        if isinstance(event, WorkerCrashed):
            self._on_worker_crash()
        return self.tick()

    def tick(self) -> list[OutgoingMessage]:
        """Do what is due, and return the messages to send; call it several times a second."""
        now = self._clock()
        for job in self._clients.find_expired(now):
            with suppress(JournalUnusable):  # the next tick tries again
                self.dispatcher.cancel(job)
                self._clients.remove_job(job)
                _log.info("cancelled, as its client is gone", extra={"job": job})
        self._clients.remove_silent(now)
        if self._batch_held_reason is not None:
            self.dispatcher.hold_batch(self._batch_held_reason(now))
        self.dispatcher.tick()
        # After the dispatcher's tick, which may have started the next job.
        if self._draining and self.dispatcher.drained:
            self.should_stop = True
        elif len(self.dispatcher.open_jobs.queue):
            self._last_used = now
        # A running worker keeps models for a client, so the daemon stays with it.
        elif 0 < self._policy.idle < now - self._last_used and self._worker.pid is None:
            self.should_stop = self._idle = True
        events, self._events = self._events, []
        return events

    def on_lag(self, client: bytes) -> None:
        """Record that a client reads too slowly and was told so."""
        self.counts.lagged += 1
        self._clients.stop_watching(client)

    def on_disconnect(self, client: bytes) -> None:
        """Record that a client is no longer connected."""
        self._clients.remove(client)

    def remove_revoked(self, keys: frozenset[bytes]) -> list[bytes]:
        """Remove the clients whose keys are not among these, and return their identities."""
        return self._clients.remove_revoked(keys)

    def close(self) -> list[OutgoingMessage]:
        """Leave the jobs to the next daemon, and return the goodbyes to all clients."""
        self.dispatcher.close()
        # Not sent: clients would take the requeued state for news, but the daemon ends.
        self._events.clear()
        return [
            OutgoingMessage(client, Goodbye(idle=self._idle))
            for client in self._clients.identities()
        ]

    def status(self) -> StatusReport:
        """Return the state of the daemon, its queue and its worker."""
        dispatcher = self.dispatcher
        jobs = dispatcher.open_jobs
        worker = self._worker.info()
        return StatusReport(
            version=self._daemon.version,
            boot=self._daemon.boot,
            pid=self._daemon.pid,
            uptime=self._clock() - self._started_at,
            paused=dispatcher.paused,
            draining=self._draining,
            alive=True,
            ready=not (self._draining or self.should_stop or self._journal.problem),
            useful=dispatcher.useful and worker.state not in ("broken", "stalled"),
            queued=len(jobs.queue) - len(dispatcher.running),
            running=next(iter(dispatcher.running), None),
            finished=jobs.finished,
            failed=jobs.failed,
            eta=jobs.queue.eta(),
            clients=self.counts.connected,
            dropped=self.counts.dropped,
            worker=worker.model_copy(update={"failure": dispatcher.load_failure}),
            journal=(str(self._journal.path), self._journal.problem or self._journal.warning),
            log=self._daemon.log,
            endpoint=self._daemon.endpoint,
            batch_held_reason=dispatcher.batch_held_reason,
            self_test=dispatcher.selftest_result,
        )

    def _answer(
        self, identity: bytes, client: ClientRecord | None, request: Request, key: bytes
    ) -> Reply:
        if isinstance(request, Hello):
            return self._welcome(identity, request, key)
        if client is None:
            return refused(ErrorCode.NOT_INITIALISED, "the first request must be hello")
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
                return self._results.read(job, part)
            case ListJobs():
                jobs = tuple(self.dispatcher.jobs(LISTED))
                return JobList(jobs=jobs, older=self._journal.count() - len(jobs))
            case Status():
                return self.status()
            case Metrics():
                return MetricsText(text=render_metrics(self.status(), self.counts))
            case _:
                self._execute(request)
                return Ack()

    def _execute(self, request: Request) -> None:
        """Execute a command, which has no reply of its own."""
        _log.info("request: %s", request.type)
        match request:
            case Load(asks=options, keep_alive=keep_alive):
                self.dispatcher.load(options, keep_alive)
            case Unload():
                self.dispatcher.unload()
            case Pause(batch=batch):
                self.dispatcher.pause(batch)
            case Resume():
                self.dispatcher.resume()
            case SelfTest(asks=options):
                self.dispatcher.run_selftest(options)
            case Shutdown(drain=drain):
                self._draining = True
                # A request without drain also ends a daemon that is draining, but not vice versa.
                self.should_stop = self.should_stop or not drain

    def _welcome(self, identity: bytes, hello: Hello, key: bytes) -> Reply:
        version = self._admission.negotiate(hello)
        if isinstance(version, Refused):
            return version
        self._clients.register(identity, f"{hello.client} {hello.version}", self._clock(), key)
        return Welcome(
            protocol=version,
            capabilities=CAPABILITIES,
            version=self._daemon.version,
            boot=self._daemon.boot,
            pid=self._daemon.pid,
            limits=self._policy.limits,
        )

    def _submit(self, client: ClientRecord, spec: Submit) -> Reply:
        try:
            self.dispatcher.info(spec.job)
        except UnknownJob:
            # Only new jobs are limited: repeating a submit always returns the state of the job.
            if refusal := self._admission.refuse_job(
                spec, self.dispatcher.open_jobs.clips, draining=self._draining
            ):
                return refusal
        info = self.dispatcher.submit(spec)
        if not (info.durable or info.state.is_terminal):
            self._clients.lease(info.job, self._clock(), client)
        return info

    def _attach(self, client: ClientRecord, job: str) -> Reply:
        info = self.dispatcher.info(job)
        if not info.state.is_terminal:
            client.watched_jobs.add(job)
            if not info.durable:
                self._clients.lease(job, self._clock(), client)
        return info

    def _fail_forbidden_jobs(self) -> None:
        """Fail the jobs of an earlier daemon whose media this one may not read."""
        for info in self.dispatcher.jobs(newest=0):
            with suppress(CorruptJob):  # it fails when it is started
                spec = read_spec(info.job, self._journal.spec(info.job))
                if forbidden := self._admission.forbidden_media(spec):
                    self.dispatcher.fail(info.job, forbidden)

    def _publish(self, event: JobInfo | ProgressEvent) -> None:
        self._events += [
            OutgoingMessage(client, event) for client in self._clients.watchers(event.job)
        ]
        if isinstance(event, JobInfo) and event.state.is_terminal:
            self._clients.remove_job(event.job)
