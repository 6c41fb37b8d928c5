"""A request handler with a real journal, a manual clock, and a worker that tests control."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shotlog.service.broker import Daemon, OutgoingMessage, RequestHandler, ServerPolicy
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
from shotlog.service.supervision import Left, RestartPolicy
from tests.support import Clock

LOG = '{"findings": "of this job"}'


class ObedientWorker:
    """A worker that accepts every command; the test decides which events it sends."""

    def __init__(self) -> None:
        self.jobs: tuple[str, ...] = ()
        self.orders: list[str] = []
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
        self.orders.append(" ".join(["run", *(job[-2:] for job in specs)]))
        return True

    def load(self, asks: AnalysisOptions, keep_alive: float | None = None) -> bool:
        self.alive = self.startable
        self.orders.append(f"load {asks.models}")
        return self.startable

    def check(self, asks: AnalysisOptions) -> bool:
        assert self.free, "first what runs"
        self.alive = self.checking = True
        self.orders.append("check")
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        if self.jobs:
            self.orders.append("preempt")
            self.kill_after = kill_after

    def stop(self, kill_after: float = 5.0) -> None:
        if self.alive:
            self.orders.append("stop")

    def info(self) -> WorkerInfo:
        state = self.state or "absent" if not self.alive else "busy" if self.jobs else "idle"
        return WorkerInfo.model_validate({"state": state, "pid": self.pid})


class Scene:
    """A request handler with its clients and its worker."""

    def __init__(self, folder: Path, rules: ServerPolicy | None = None) -> None:
        self.clock, self.worker = Clock(500.0), ObedientWorker()
        self._path, self._rules = folder / "journal.sqlite", rules
        self.busy: str | None = None
        self.deaths = 0
        self.open()

    def open(self) -> None:
        """Start the daemon."""
        self.journal = Journal(self._path)
        self.breaker = RestartPolicy(self.clock)
        self.desk = RequestHandler(
            Daemon("1.2.3", "boot", 4242, "tcp://127.0.0.1:1", "/log"),
            self.journal, self.worker, self.breaker, IdleTimeout(clock=self.clock), self._rules,
            self.clock, reason=lambda now: self.busy, mourn=self._mourn,
        )  # fmt: skip
        self.mail: list[OutgoingMessage] = []

    def _mourn(self) -> None:
        self.deaths += 1

    def allow(self, root: Path) -> None:
        """Restrict the daemon to media of this folder, from its next start on."""
        self._rules = ServerPolicy(roots=[root])

    def crash(self) -> None:
        """Kill the daemon and its worker, and start the daemon again."""
        self.journal.close()
        self.worker = ObedientWorker()
        self.open()

    def ask(self, request: Request, client: bytes = b"A", *, hello: bool = True) -> Reply:
        """Return the answer to a request; all other messages are added to ``mail``."""
        if hello:
            self._send(Hello(client="test", version="1"), client)
        return self._send(request, client)

    def _send(self, request: Request, client: bytes) -> Reply:
        header = Header(id=new_id())
        answer, *others = self.desk.handle(client, header, request)
        assert (answer.client, answer.reply_to) == (client, header.id)
        self.mail += others
        return answer.reply

    def job(self, request: Request, client: bytes = b"A") -> JobInfo:
        """Return the job that answers a request."""
        reply = self.ask(request, client)
        assert isinstance(reply, JobInfo), reply
        return reply

    def refused(self, request: Request, client: bytes = b"A", *, hello: bool = True) -> ErrorCode:
        """Return the code with which a request is refused."""
        reply = self.ask(request, client, hello=hello)
        assert isinstance(reply, Refused), reply
        return reply.failure.code

    def wait(self, seconds: float = 0.0) -> None:
        """Advance the clock, and let the daemon do what is due."""
        self.clock.now += seconds
        self.mail += self.desk.tick()

    def says(self, event: WorkerEvent) -> None:
        """Send an event of the worker."""
        match event:
            case JobDone(job=job) | JobFailed(job=job):
                self.worker.jobs = tuple(one for one in self.worker.jobs if one != job)
            case Preempted() | RunSeparately() | WorkerCrashed() | WorkerStopped():
                self.worker.jobs, self.worker.checking = (), False
            case SelfTested():
                self.worker.checking = False
        self.mail += self.desk.hear(event)

    def progresses(self, done: float) -> None:
        self.says(Progressed(stage="looking", done=done, total=10, unit="s", saved=True))

    def finishes(self, job: str) -> None:
        self.breaker.worked(job)
        self.says(JobDone(job=job, text=LOG))

    def lets_go(self) -> None:
        self.says(Preempted())

    def fails(self, job: str) -> None:
        why = Failure(code=ErrorCode.MODEL, message="no such model", hint="Get it.")
        self.says(JobFailed(job=job, failure=why))

    def dies(self, left: Left | None = None, *, well: bool = True) -> None:
        """Crash the worker; the next one runs a self-test first."""
        jobs, self.worker.alive = self.worker.jobs, False
        self.breaker.died(*jobs, left=left)
        self.says(WorkerCrashed(jobs=jobs, reason="signal 9"))
        if self.worker.checking:
            self.says(SelfTested(ok=well, words="it tried", seconds=0.1))

    def goes(self) -> None:
        self.worker.alive = False
        self.says(WorkerStopped())

    def states(self, client: bytes = b"A") -> list[str]:
        """Return the job states that were sent to a client."""
        return [
            letter.reply.state.value
            for letter in self.mail
            if letter.client == client and isinstance(letter.reply, JobInfo)
        ]

    def progress(self, client: bytes = b"A") -> list[float]:
        """Return the progress that was sent to a client."""
        return [
            letter.reply.done
            for letter in self.mail
            if letter.client == client and isinstance(letter.reply, ProgressEvent)
        ]
