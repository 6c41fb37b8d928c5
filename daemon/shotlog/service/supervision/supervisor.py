"""Supervisor of the worker process: starts it, sends commands, watches and ends it. Never blocks.

The worker is a process of its own, because only the end of a process returns all device memory,
and a crash in native code (decoders, CUDA) must not take the daemon with it.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Mapping, Sequence
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
    JobId,
    WorkerInfo,
)
from shotlog.service.supervision.process_state import ProcessState
from shotlog.service.supervision.restart_policy import RemainingWork, RestartPolicy
from shotlog.service.supervision.stall_detector import StallDetector
from shotlog.service.supervision.wakeup import Wakeup
from shotlog.service.supervision.worker_process import Exited, WorkerProcess

# -P: modules in the folder where the daemon was started must not be imported.
COMMAND = (sys.executable, "-P", "-m", "shotlog.service.worker")
"""Command line of the worker."""

KILL_STALLED_SECONDS = 300.0
"""Seconds without a message after which a stalled worker is killed: it, or its device, hangs."""


class Supervisor:
    """At most one worker process. For one thread.

    Call :meth:`poll` when ``fileno`` is readable, and also once a second. Jobs that were handed
    over end with the events that ``shotlog.service.ipc`` describes.

    Args:
        restart_policy: Decides when a worker may start; is told of crashes and completed jobs.
        command: Command line of the worker.
        clock: Monotonic clock, in seconds.
        stderr: Stream for the worker's standard error; None: that of the daemon.
        keep_alive: Seconds that a model stays loaded after its last use, unless a job or a client
            says otherwise.

    Attributes:
        restarts: Crashes, and starts that failed.
    """

    def __init__(
        self,
        restart_policy: RestartPolicy,
        command: Sequence[str] = COMMAND,
        clock: Callable[[], float] = time.monotonic,
        *,
        stderr: IO[bytes] | None = None,
        keep_alive: float = DEFAULT_KEEP_ALIVE,
    ) -> None:
        self.restarts = 0
        self._restart_policy, self._command, self._clock = restart_policy, command, clock
        self._stderr, self._keep_alive = stderr, keep_alive
        self._inbox: queue.SimpleQueue[tuple[WorkerProcess, Event | Exited]] = queue.SimpleQueue()
        self._wakeup = Wakeup()
        self._failed_starts: list[WorkerEvent] = []
        self._process: WorkerProcess | None = None
        self._state = ProcessState()
        self._cache_stats = CacheStats()
        self._stall_detector = StallDetector(clock)

    def fileno(self) -> int:
        """Return a file descriptor that is readable when there is something to :meth:`poll`."""
        return self._wakeup.fileno()

    @property
    def free(self) -> bool:
        """True if :meth:`run`, :meth:`load` and :meth:`run_selftest` may be called now."""
        if self._process is None:
            return not self._failed_starts and self._restart_policy.start_delay() <= 0
        return self._state.free

    @property
    def jobs(self) -> tuple[JobId, ...]:
        """Jobs that were handed over and have not ended."""
        return self._state.jobs

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None: it is not running. Cheap, unlike :meth:`info`."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the worker if none runs, so that the next job need not wait for it."""
        if self._process is None and self.free:
            self._state = ProcessState()
            self._stall_detector.restart()
            try:
                self._process = WorkerProcess(self._command, self._receive, self._stderr)
            except OSError as error:
                self._restart_policy.record_crash()
                self.restarts += 1
                reason = f"it could not be started: {error.strerror}"
                # Delivered by the next ``poll``, so that callers see every crash in one place.
                self._failed_starts.append(WorkerCrashed(reason=reason))
                self._wakeup.set()

    def run(self, specs: Mapping[JobId, str]) -> bool:
        """Hand over jobs that run together; start the worker if none runs.

        Args:
            specs: For each job the JSON text of its ``Submit``.

        Returns:
            True if they were handed over; False if the worker could not be started.

        Raises:
            RuntimeError: the worker is not ``free``.
        """
        if not self._send(RunJobs(specs=dict(specs), default_keep_alive=self._keep_alive)):
            return False
        self._state.jobs = tuple(specs)
        self._state.remaining, self._state.preempting = None, False
        return True

    def load(self, options: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Load models; ends with ``ModelsLoaded``, ``LoadFailed`` or ``WorkerCrashed``.

        Args:
            options: Models and device.
            keep_alive: Seconds that they stay loaded after their last use; None: the default.

        Returns and raises as :meth:`run`.
        """
        if not self._send(
            LoadModels(asks=options, keep_alive=keep_alive, default_keep_alive=self._keep_alive)
        ):
            return False
        self._state.activity = "load"
        return True

    def run_selftest(self, options: AnalysisOptions) -> bool:
        """Run the worker's self-test; ends with ``SelfTested``, or ``WorkerCrashed`` without a job.

        Returns and raises as :meth:`run`.
        """
        if not self._send(RunSelfTest(asks=options)):
            return False
        self._state.activity = "check"
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        """Take the jobs back at the next frame; do nothing if there are none.

        Args:
            kill_after: Seconds until a worker that does not return them is killed (for cancelled
                jobs). They come back as ``Preempted`` then too.
        """
        if self._process is None or not self._state.jobs:
            return
        if not self._state.preempting:
            self._state.preempting = True
            self._process.send(Preempt())
        if kill_after is not None and self._state.kill_at is None:
            self._state.kill_at = self._clock() + kill_after

    def stop(self, kill_after: float = 5.0) -> None:
        """End the worker, which frees its memory; ends with ``WorkerStopped``.

        Jobs that it was running come back as ``Preempted`` before that.

        Args:
            kill_after: Seconds until it is killed.
        """
        if self._process is not None and not self._state.stopping:
            self._state.stopping = True
            self._process.close_pipe()
            self._state.kill_at = self._clock() + kill_after

    def poll(self) -> list[WorkerEvent]:
        """Return the events since the last call, and kill a worker that is overdue."""
        # Cleared before the inbox is read: an event that arrives in between wakes the poller again.
        self._wakeup.clear()
        events, self._failed_starts = self._failed_starts, []
        while not self._inbox.empty():
            process, event = self._inbox.get()
            # A former process may have left messages in the queue.
            if process is self._process:
                events += self._on_event(event)
        self._kill_if_overdue()
        return events

    def info(self) -> WorkerInfo:
        """Return the state of the worker."""
        return WorkerInfo(
            state=self._state_name(),
            pid=self.pid,
            models=self._state.models,
            memory_bytes=_resident_bytes(self._process.pid) if self._process else None,
            progress_age=self._stall_detector.age if self._working else None,
            restarts=self.restarts,
            devices=self._state.devices,
            film=self._cache_stats,
        )

    def close(self) -> None:
        """Kill the worker if one runs, and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        self._wakeup.close()

    @property
    def _working(self) -> bool:
        return self._process is not None and self._state.working

    def _state_name(self) -> Literal["absent", "starting", "idle", "busy", "stalled", "broken"]:
        if self._process is None:
            return "broken" if self._restart_policy.broken else "absent"
        if self._working and self._stall_detector.stalled:
            return "stalled"
        if not self._state.ready:
            return "starting"
        return "busy" if self._working or self._state.stopping else "idle"

    def _send(self, command: Command) -> bool:
        if not self.free:
            raise RuntimeError("the worker is not free")
        self.start()
        if self._process is None:
            return False
        self._stall_detector.restart()
        self._process.send(command)
        return True

    def _receive(self, process: WorkerProcess, event: Event | Exited) -> None:
        """Queue an event. Called by a thread of the process."""
        self._inbox.put((process, event))
        self._wakeup.set()

    def _on_event(self, event: Event | Exited) -> list[WorkerEvent]:
        """Update the state by an event, and return the events for the caller of ``poll``."""
        self._stall_detector.record_message()
        match event:
            case Exited(reason):
                return self._on_exit(reason)
            case FatalError(reason=reason):
                self._state.fatal_reason = reason
                return []
            case WorkerStats(devices=devices, film=film):
                self._state.devices = devices
                self._cache_stats = _add(self._cache_stats, film)
                return []
            case RestartRequested():
                self.stop()
                return self._release_jobs(Preempted(), self._state.jobs)
            case WorkerReady():
                self._state.ready = True
            case ModelsChanged(models=models):
                self._state.models = models
            case ModelsLoaded(models=models):
                self._state.models, self._state.activity = models, None
            case LoadFailed() | SelfTested():
                self._state.activity = None
            case Progressed(stage=stage, done=done, total=total):
                self._state.remaining = RemainingWork(stage, total - done)
            case JobDone(job=job) | JobFailed(job=job):
                self._restart_policy.record_success(job)
                return self._release_jobs(event, (job,))
            case Preempted() | RunSeparately():
                return self._release_jobs(event, self._state.jobs)
        return [event] if isinstance(event, WorkerEvent) else []

    def _release_jobs(self, event: WorkerEvent, jobs: tuple[JobId, ...]) -> list[WorkerEvent]:
        """Take jobs from the worker; return no event if they were not its jobs."""
        if not jobs or not set(jobs) <= set(self._state.jobs):
            return []
        self._state.jobs = tuple(job for job in self._state.jobs if job not in jobs)
        if not (self._state.jobs or self._state.stopping):
            self._state.kill_at = None  # it was set to get these jobs back
        return [event]

    def _on_exit(self, reason: str) -> list[WorkerEvent]:
        """Return the events of an exit: ``WorkerStopped`` if requested, else ``WorkerCrashed``."""
        if self._process is not None:
            self._process.join()
        ended, self._state, self._process = self._state, ProcessState(), None
        if ended.stopping:
            return [*([Preempted()] if ended.jobs else []), WorkerStopped()]
        self.restarts += 1
        self._restart_policy.record_crash(*ended.jobs, remaining=ended.remaining)
        reason = ended.fatal_reason or reason
        return [WorkerCrashed(jobs=ended.jobs, doing=ended.activity, reason=reason)]

    def _kill_if_overdue(self) -> None:
        if self._process is None:
            return
        if self._state.kill_at is not None and self._clock() >= self._state.kill_at:
            # Counted as a stop, not as a crash: the daemon itself ended it.
            self._state.stopping, self._state.kill_at = True, None
            self._process.kill()
        elif (
            self._working
            and self._stall_detector.stalled
            and self._stall_detector.age >= KILL_STALLED_SECONDS
        ):
            self._state.fatal_reason = f"it made no progress for {self._stall_detector.age:.0f} s"
            self._stall_detector.restart()  # so that it is killed once
            self._process.kill()


def _resident_bytes(pid: int) -> int | None:
    """Return the resident memory of a process, in bytes; None if it cannot be read."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except (psutil.Error, OSError):
        # It may have just ended, or this process may have no file descriptor left.
        return None


def _add(one: CacheStats, other: CacheStats) -> CacheStats:
    return CacheStats(asked=one.asked + other.asked, held=one.held + other.held)
