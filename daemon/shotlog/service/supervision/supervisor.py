"""The broker's side of the worker: starts it, hands it work, watches it, ends it. Never blocks."""

from __future__ import annotations

import queue
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Literal

import psutil

from shotlog.service.ipc import (
    Command,
    Event,
    FatalError,
    JobDone,
    JobFailed,
    LoadFailed,
    LoadModels,
    ModelsChanged,
    ModelsLoaded,
    Preempt,
    Preempted,
    Progressed,
    RestartRequested,
    RunJobs,
    RunSelfTest,
    RunSeparately,
    SelfTested,
    WorkerCrashed,
    WorkerEvent,
    WorkerReady,
    WorkerStats,
    WorkerStopped,
)
from shotlog.service.protocol import (
    DEFAULT_KEEP_ALIVE,
    AnalysisOptions,
    CacheStats,
    DeviceMemory,
    JobId,
    WorkerInfo,
)
from shotlog.service.supervision.restart_policy import Left, RestartPolicy
from shotlog.service.supervision.worker_process import Exited, WorkerProcess

COMMAND = (sys.executable, "-P", "-m", "shotlog.service.worker")
"""``-P``: what lies in the folder where the daemon was started is not imported."""

STALLED_SECONDS, STALLED_TIMES = 60.0, 20.0
"""Without progress for so long, and for so many times as long as usual: it is stalled. The first
bears a model that is being loaded, the second a CPU that takes its time over every window."""

KILL_STALLED_SECONDS = 300.0
"""A worker that is stalled is ended by force after so long without progress: it stands still, or
its device does."""

_MEMORY = 0.1
"""Weight of the latest interval in the usual time from one word of progress to the next."""


class Supervisor:
    """Has one worker process, or none. For one thread, besides ``fileno`` for its poller.

    Call :meth:`poll` when ``fileno`` can be read, and once a second beside that. Jobs that were
    handed over end as ``work.py`` says.

    Args:
        breaker: Says when a worker may be started; is told of deaths and of jobs that were done.
        command: Starts the worker.
        clock: A monotonic clock, in seconds.
        stderr: Where the worker's own log goes; None: where ours goes.
        keep_alive: Seconds that a model stays after its last use if nobody has a wish for it.
    """

    def __init__(
        self,
        breaker: RestartPolicy,
        command: Sequence[str] = COMMAND,
        clock: Callable[[], float] = time.monotonic,
        *,
        stderr: IO[bytes] | None = None,
        keep_alive: float = DEFAULT_KEEP_ALIVE,
    ) -> None:
        self.restarts = 0
        self._breaker, self._command, self._clock = breaker, command, clock
        self._stderr, self._keep_alive = stderr, keep_alive
        self._heard: queue.SimpleQueue[tuple[WorkerProcess, Event | Exited]] = queue.SimpleQueue()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._stillborn: list[WorkerEvent] = []
        self._child: WorkerProcess | None = None
        self._film = CacheStats()
        self._watch = _Watch(clock)
        self._begin()

    def _begin(self) -> None:
        """What is known of a process that has only just begun: nothing."""
        self._ready = self._leaving = self._preempting = False
        self._jobs: tuple[JobId, ...] = ()
        self._errand: Literal["load", "check"] | None = None
        self._left: Left | None = None
        self._models: tuple[str, ...] = ()
        self._devices: tuple[DeviceMemory, ...] = ()
        self._kill_at: float | None = None
        self._last_words = ""

    def fileno(self) -> int:
        """A socket that can be read when there is something to :meth:`poll`."""
        return self._bell.fileno()

    @property
    def free(self) -> bool:
        """Whether :meth:`run`, :meth:`load` and :meth:`check` may be called now."""
        if self._child is None:
            return not self._stillborn and self._breaker.wait() <= 0
        return not (self._jobs or self._errand or self._leaving)

    @property
    def jobs(self) -> tuple[JobId, ...]:
        """The jobs that were handed over and are not over."""
        return self._jobs

    @property
    def pid(self) -> int | None:
        """The worker's process id, as long as it is there; costs nothing, unlike :meth:`info`."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Starts the worker where none runs, so that the next job need not wait for it."""
        if self._child is None and self.free:
            self._begin()
            self._watch.begin()
            try:
                self._child = WorkerProcess(self._command, self._hear, self._stderr)
            except OSError as error:
                self._breaker.died()
                self.restarts += 1
                reason = f"it could not be started: {error.strerror}"
                self._stillborn.append(WorkerCrashed(reason=reason))
                self._ring()

    def run(self, specs: Mapping[JobId, str]) -> bool:
        """Hands over jobs to be run together; starts the worker where none runs.

        Args:
            specs: For each job the JSON text of its ``Submit``.

        Returns:
            Whether they were handed over: not where the worker could not even be started.

        Raises:
            RuntimeError: it is not ``free``.
        """
        if not self._order(RunJobs(specs=dict(specs), default_keep_alive=self._keep_alive)):
            return False
        self._jobs, self._left, self._preempting = tuple(specs), None, False
        return True

    def load(self, asks: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Has models made ready; ends with ``ModelsLoaded``, ``LoadFailed`` or ``WorkerCrashed``.

        Args:
            asks: Which models, and where.
            keep_alive: Seconds that they stay after their last use; None: nobody has a wish.

        Returns and raises as :meth:`run`.
        """
        if not self._order(
            LoadModels(asks=asks, keep_alive=keep_alive, default_keep_alive=self._keep_alive)
        ):
            return False
        self._errand = "load"
        return True

    def check(self, asks: AnalysisOptions) -> bool:
        """Has the worker try itself; ends with ``SelfTested``, or ``WorkerCrashed`` of no job.

        Returns and raises as :meth:`run`.
        """
        if not self._order(RunSelfTest(asks=asks)):
            return False
        self._errand = "check"
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        """Wants the jobs back, at the next frame; does nothing where there are none.

        Args:
            kill_after: Seconds until the worker is ended by force where it does not let go: for
                a job that was cancelled. They come back as ``Preempted`` all the same.
        """
        if self._child is None or not self._jobs:
            return
        if not self._preempting:
            self._preempting = True
            self._child.order(Preempt())
        if kill_after is not None and self._kill_at is None:
            self._kill_at = self._clock() + kill_after

    def stop(self, kill_after: float = 5.0) -> None:
        """Ends the worker, and so gives back its memory; ends with ``WorkerStopped``.

        Jobs that it is at come back as ``Preempted`` before.
        """
        if self._child is not None and not self._leaving:
            self._leaving = True
            self._child.end()
            self._kill_at = self._clock() + kill_after

    def poll(self) -> list[WorkerEvent]:
        """What has happened since it was last asked; also ends by force what must be."""
        with suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass
        events, self._stillborn = self._stillborn, []
        while not self._heard.empty():
            child, word = self._heard.get()
            if child is self._child:
                events += self._take(word)
        self._end_by_force()
        return events

    def info(self) -> WorkerInfo:
        """How the worker is."""
        at_work = self._at_work
        return WorkerInfo(
            state=self._state(),
            pid=self.pid,
            models=self._models,
            memory_bytes=_memory_of(self._child.pid) if self._child else None,
            progress_age=self._watch.age if at_work else None,
            restarts=self.restarts,
            devices=self._devices,
            film=self._film,
        )

    def close(self) -> None:
        """Ends the worker by force where there still is one, and waits for that."""
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child = None
        self._bell.close()
        self._rope.close()

    @property
    def _at_work(self) -> bool:
        busy = bool(self._jobs or self._errand) or not self._ready
        return self._child is not None and busy

    def _state(self) -> Literal["absent", "starting", "idle", "busy", "stalled", "broken"]:
        if self._child is None:
            return "broken" if self._breaker.broken else "absent"
        if self._at_work and self._watch.stalled:
            return "stalled"
        if not self._ready:
            return "starting"
        return "busy" if self._at_work or self._leaving else "idle"

    def _order(self, order: Command) -> bool:
        if not self.free:
            raise RuntimeError("the worker is not free")
        self.start()
        if self._child is None:
            return False
        self._watch.begin()
        self._child.order(order)
        return True

    def _hear(self, child: WorkerProcess, word: Event | Exited) -> None:
        """Called by the child's thread."""
        self._heard.put((child, word))
        self._ring()

    def _ring(self) -> None:
        with suppress(OSError):  # it has rung enough, or nobody listens any more
            self._rope.send(b"!")

    def _take(self, word: Event | Exited) -> list[WorkerEvent]:
        self._watch.heard()
        match word:
            case Exited(reason):
                return self._bury(reason)
            case FatalError(reason=reason):
                self._last_words = reason
                return []
            case WorkerStats(devices=devices, film=film):
                self._devices = devices
                self._film = _sum(self._film, film)
                return []
            case RestartRequested():
                self.stop()
                return self._let_go(Preempted(), self._jobs)
            case WorkerReady():
                self._ready = True
            case ModelsChanged(models=models):
                self._models = models
            case ModelsLoaded(models=models):
                self._models, self._errand = models, None
            case LoadFailed() | SelfTested():
                self._errand = None
            case Progressed(stage=stage, done=done, total=total):
                self._left = Left(stage, total - done)
            case JobDone(job=job) | JobFailed(job=job):
                self._breaker.worked(job)
                return self._let_go(word, (job,))
            case Preempted() | RunSeparately():
                return self._let_go(word, self._jobs)
        return [word] if isinstance(word, WorkerEvent) else []

    def _let_go(self, word: WorkerEvent, jobs: tuple[JobId, ...]) -> list[WorkerEvent]:
        """The worker has these jobs no longer, unless it never had them."""
        if not jobs or not set(jobs) <= set(self._jobs):
            return []
        self._jobs = tuple(job for job in self._jobs if job not in jobs)
        if not (self._jobs or self._leaving):
            self._kill_at = None
        return [word]

    def _bury(self, reason: str) -> list[WorkerEvent]:
        """The process is gone. Whether it was asked to decides whose fault that is."""
        if self._child is not None:
            self._child.join()
        jobs, left, errand, asked = self._jobs, self._left, self._errand, self._leaving
        reason = self._last_words or reason
        self._child = None
        self._begin()
        if asked:
            return [*([Preempted()] if jobs else []), WorkerStopped()]
        self.restarts += 1
        self._breaker.died(*jobs, left=left)
        return [WorkerCrashed(jobs=jobs, doing=errand, reason=reason)]

    def _end_by_force(self) -> None:
        if self._child is None:
            return
        if self._kill_at is not None and self._clock() >= self._kill_at:
            self._leaving, self._kill_at = True, None
            self._child.kill()
        elif self._at_work and self._watch.stalled and self._watch.age >= KILL_STALLED_SECONDS:
            self._last_words = f"it made no progress for {self._watch.age:.0f} s"
            self._watch.begin()
            self._child.kill()


class _Watch:
    """How long ago the worker was last heard of, and how long that usually takes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._usual = 0.0
        self.begin()

    def begin(self) -> None:
        """Something new is being done."""
        self._since = self._clock()

    def heard(self) -> None:
        """It said something."""
        self._usual += _MEMORY * (self.age - self._usual)
        self.begin()

    @property
    def age(self) -> float:
        """Seconds since it was last heard of."""
        return self._clock() - self._since

    @property
    def stalled(self) -> bool:
        """Whether that is longer than can be understood."""
        return self.age > max(STALLED_SECONDS, STALLED_TIMES * self._usual)


def _memory_of(pid: int) -> int | None:
    """Bytes of main memory that a process holds; None where that cannot be seen.

    It may have just ended, or this process may have no file left to read it from.
    """
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except (psutil.Error, OSError):
        return None


def _sum(one: CacheStats, other: CacheStats) -> CacheStats:
    return CacheStats(asked=one.asked + other.asked, held=one.held + other.held)
