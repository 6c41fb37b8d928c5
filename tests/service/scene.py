"""Request handler with a real journal, a manual clock, and a worker that is driven by the test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shotlog.service.broker import DaemonInfo, OutgoingMessage, RequestHandler, ServerPolicy
from shotlog.service.ipc import (
    JobDone,
    JobFailed,
    Preempted,
    Progressed,
    RunSeparately,
    SelfTested,
    WorkerCrashed,
    WorkerEvent,
    WorkerStopped,
)
from shotlog.service.journal import Journal
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    Failure,
    Header,
    Hello,
    JobInfo,
    ProgressEvent,
    Refused,
    Reply,
    Request,
    WorkerInfo,
    new_id,
)
from shotlog.service.scheduling import IdleTimeout
from shotlog.service.supervision import RemainingWork, RestartPolicy
from tests.support import Clock

LOG = '{"findings": "of this job"}'


class ScriptedWorker:
    """Worker that records its commands; its events are sent by the test."""

    def __init__(self) -> None:
        self.jobs: tuple[str, ...] = ()
        self.commands: list[str] = []
        self.alive = self.checking = False
        self.startable = True
        self.state: str | None = None
        self.kill_after: float | None = None

    @property
    def free(self) -> bool:
        return not (self.jobs or self.checking)

    @property
    def pid(self) -> int | None:
        return 7 if self.alive else None

    def run(self, specs: Mapping[str, str]) -> bool:
        assert self.free, "one run at a time"
        self.alive, self.jobs = True, tuple(specs)
        self.commands.append(" ".join(["run", *(job[-2:] for job in specs)]))
        return True

    def load(self, options: AnalysisOptions, keep_alive: float | None = None) -> bool:
        self.alive = self.startable
        self.commands.append(f"load {options.models}")
        return self.startable

    def run_selftest(self, options: AnalysisOptions) -> bool:
        assert self.free, "the running job comes first"
        self.alive = self.checking = True
        self.commands.append("check")
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        if self.jobs:
            self.commands.append("preempt")
            self.kill_after = kill_after

    def stop(self, kill_after: float = 5.0) -> None:
        if self.alive:
            self.commands.append("stop")

    def info(self) -> WorkerInfo:
        state = self.state or "absent" if not self.alive else "busy" if self.jobs else "idle"
        return WorkerInfo.model_validate({"state": state, "pid": self.pid})


class Scene:
    """Clients of a request handler, and the worker behind it."""

    def __init__(self, folder: Path, policy: ServerPolicy | None = None) -> None:
        self.clock, self.worker = Clock(500.0), ScriptedWorker()
        self._path, self._server_policy = folder / "journal.sqlite", policy
        self.busy: str | None = None
        self.crash_count = 0
        self.open()

    def open(self) -> None:
        """Start the daemon."""
        self.journal = Journal(self._path)
        self.policy = RestartPolicy(self.clock)
        self.handler = RequestHandler(
            DaemonInfo("1.2.3", "boot", 4242, "tcp://127.0.0.1:1", "/log"),
            self.journal, self.worker, self.policy, IdleTimeout(clock=self.clock),
            self._server_policy, self.clock, batch_held_reason=lambda now: self.busy,
            on_worker_crash=self._count_crash,
        )  # fmt: skip
        self.messages: list[OutgoingMessage] = []

    def _count_crash(self) -> None:
        self.crash_count += 1

    def allow(self, root: Path) -> None:
        """Limit the next daemon to the media of one folder."""
        self._server_policy = ServerPolicy(roots=[root])

    def kill_daemon(self) -> None:
        """Kill the daemon and its worker, and start the daemon again."""
        self.journal.close()
        self.worker = ScriptedWorker()
        self.open()

    def ask(self, request: Request, client: bytes = b"A", *, hello: bool = True) -> Reply:
        """Send a request; return its reply, and keep all other messages."""
        if hello:
            self._send(Hello(client="test", version="1"), client)
        return self._send(request, client)

    def _send(self, request: Request, client: bytes) -> Reply:
        header = Header(id=new_id())
        answer, *others = self.handler.handle(client, header, request)
        assert (answer.client, answer.reply_to) == (client, header.id)
        self.messages += others
        return answer.reply

    def job(self, request: Request, client: bytes = b"A") -> JobInfo:
        """Send a request whose reply is a job."""
        reply = self.ask(request, client)
        assert isinstance(reply, JobInfo), reply
        return reply

    def refused(self, request: Request, client: bytes = b"A", *, hello: bool = True) -> ErrorCode:
        """Send a request that is refused; return the error code."""
        reply = self.ask(request, client, hello=hello)
        assert isinstance(reply, Refused), reply
        return reply.failure.code

    def wait(self, seconds: float = 0.0) -> None:
        """Advance the clock, and tick."""
        self.clock.now += seconds
        self.messages += self.handler.tick()

    def sends(self, event: WorkerEvent) -> None:
        """Send an event of the worker."""
        match event:
            case JobDone(job=job) | JobFailed(job=job):
                self.worker.jobs = tuple(other for other in self.worker.jobs if other != job)
            case Preempted() | RunSeparately() | WorkerCrashed() | WorkerStopped():
                self.worker.jobs, self.worker.checking = (), False
            case SelfTested():
                self.worker.checking = False
        self.messages += self.handler.on_worker_event(event)

    def progresses(self, done: float) -> None:
        self.sends(Progressed(stage="looking", done=done, total=10, unit="s", saved=True))

    def finishes(self, job: str) -> None:
        self.policy.record_success(job)
        self.sends(JobDone(job=job, text=LOG))

    def returns_jobs(self) -> None:
        self.sends(Preempted())

    def fails(self, job: str) -> None:
        reason = Failure(code=ErrorCode.MODEL, message="no such model", hint="Get it.")
        self.sends(JobFailed(job=job, failure=reason))

    def crashes(self, remaining: RemainingWork | None = None, *, selftest_ok: bool = True) -> None:
        """Crash the worker; the self-test of the next one passes or fails."""
        jobs, self.worker.alive = self.worker.jobs, False
        self.policy.record_crash(*jobs, remaining=remaining)
        self.sends(WorkerCrashed(jobs=jobs, reason="signal 9"))
        if self.worker.checking:
            self.sends(SelfTested(ok=selftest_ok, words="tested", seconds=0.1))

    def stops(self) -> None:
        self.worker.alive = False
        self.sends(WorkerStopped())

    def states(self, client: bytes = b"A") -> list[str]:
        """Return the states that were sent to a client."""
        return [
            message.reply.state.value
            for message in self.messages
            if message.client == client and isinstance(message.reply, JobInfo)
        ]

    def progress(self, client: bytes = b"A") -> list[float]:
        """Return the progress that was sent to a client."""
        return [
            message.reply.done
            for message in self.messages
            if message.client == client and isinstance(message.reply, ProgressEvent)
        ]
