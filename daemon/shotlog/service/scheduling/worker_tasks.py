"""Tasks of the worker besides jobs: load models, run a self-test, end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from shotlog.service.ipc import (
    LoadFailed,
    ModelsChanged,
    ModelsLoaded,
    SelfTested,
    WorkerCrashed,
    WorkerEvent,
    WorkerStopped,
)
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    Failure,
    SelfTestResult,
    make_failure,
)
from shotlog.service.scheduling.idle_timeout import IdleTimeout
from shotlog.service.scheduling.worker_interface import Worker

_log = logging.getLogger(__name__)


class WorkerTasks:
    """Requested tasks and their outcome. For one thread.

    Args:
        worker: Worker that does them.
        idle_timeout: Time-out after which the worker is ended.
        clock: Monotonic clock, in seconds.

    Attributes:
        load_failure: Reason why the last loading of models failed; None: it did not.
        useful: True if a worker has completed a job or passed a self-test since the last crash, or
            none has crashed.
    """

    def __init__(
        self, worker: Worker, idle_timeout: IdleTimeout, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._worker, self._idle_timeout, self._clock = worker, idle_timeout, clock
        self.load_failure: Failure | None = None
        self.useful = True
        self._unload_requested = self._selftest_after_crash = False
        self._load_request: tuple[AnalysisOptions, int | None] | None = None
        self._selftest_request: AnalysisOptions | None = None
        self._last_selftest: tuple[SelfTested, float] | None = None

    @property
    def selftest_result(self) -> SelfTestResult | None:
        """Result of the last self-test; None: there was none."""
        if self._last_selftest is None:
            return None
        event, at = self._last_selftest
        return SelfTestResult(
            ok=event.ok, words=event.words, seconds=event.seconds, age=self._clock() - at
        )

    def load(self, options: AnalysisOptions, keep_alive: int | None) -> None:
        """Request that models are loaded before the next job; a later request replaces it."""
        self._load_request = options, keep_alive
        # Cleared, so that a waiting client cannot take an earlier failure for that of its request.
        self.load_failure = None

    def unload(self) -> None:
        """Request that the worker ends once it is idle."""
        self._load_request = None
        self._unload_requested = True

    def run_selftest(self, options: AnalysisOptions, *, job_running: bool) -> None:
        """Request a self-test, or record its result at once if the worker's state shows it.

        Args:
            options: Models; those of them that are loaded are tested.
            job_running: True if a job is running, whose progress shows the same as a self-test.
        """
        worker = self._worker.info()
        if worker.state == "broken":
            self._record_selftest(
                SelfTested(ok=False, words="the worker crashed too often", seconds=0)
            )
        elif job_running:
            age, ok = worker.progress_age or 0.0, worker.state != "stalled"
            words = f"a job is running, with progress {age:.0f} s ago"
            self._record_selftest(SelfTested(ok=ok, words=words, seconds=0))
        else:
            self._selftest_request = options

    def start_next(self, *, jobs_waiting: bool, paused: bool) -> bool:
        """Start the next task that is due on the worker, which is free.

        Args:
            jobs_waiting: True if there is a job that may start.
            paused: True if all jobs are paused.

        Returns:
            True if a task was due.
        """
        # First, so that models requested after an unload are loaded by a new worker.
        if self._unload_requested or (self._idle_timeout.expired and not jobs_waiting):
            self._unload_requested = self._worker.pid is not None  # until ``WorkerStopped`` arrives
            self._idle_timeout.reset()
            self._worker.stop()
        elif self._load_request is not None and not paused:
            options, keep_alive = self._load_request
            self._load_request = None
            self._idle_timeout.renew(keep_alive)
            if not self._worker.load(options, keep_alive):
                message = "the worker could not be started"
                self._record_load_failure(make_failure(ErrorCode.WORKER_LOST, message))
        # After a crash a self-test runs before the next job: it separates a broken worker or device
        # from a job that crashes it. Without a job no worker is started for it.
        elif self._selftest_request is not None or (self._selftest_after_crash and jobs_waiting):
            options = self._selftest_request or AnalysisOptions()
            self._selftest_request, self._selftest_after_crash = None, False
            self._idle_timeout.renew()
            if not self._worker.run_selftest(options):
                self._record_selftest(
                    SelfTested(ok=False, words="it could not be started", seconds=0)
                )
        else:
            return False
        return True

    def on_worker_event(self, event: WorkerEvent) -> None:
        """Update the outcome of tasks by an event of the worker."""
        match event:
            case ModelsChanged(models=models):
                self._idle_timeout.update_models(*models)
            case ModelsLoaded(models=models):
                self.load_failure = None
                self._idle_timeout.update_models(*models)
            case LoadFailed(failure=reason):
                self._record_load_failure(reason)
            case SelfTested(ok=ok):
                self._record_selftest(event)
                self.useful = ok
            case WorkerCrashed():
                self._on_crash(event)
            case WorkerStopped():
                self._idle_timeout.reset()
                self._unload_requested = False

    def _on_crash(self, event: WorkerCrashed) -> None:
        self._idle_timeout.reset()
        self._unload_requested = self.useful = False
        if event.doing == "check":
            # No self-test before the next job: one that crashes would be repeated without end.
            self._record_selftest(
                SelfTested(ok=False, words=f"the worker crashed: {event.reason}", seconds=0)
            )
        else:
            self._selftest_after_crash = True
        if event.doing == "load":
            message = f"the worker crashed while it loaded models: {event.reason}"
            self._record_load_failure(make_failure(ErrorCode.WORKER_LOST, message))

    def _record_load_failure(self, reason: Failure) -> None:
        _log.warning("models could not be loaded: %s", reason.message)
        self.load_failure = reason

    def _record_selftest(self, event: SelfTested) -> None:
        level = logging.INFO if event.ok else logging.WARNING
        verdict = "passed" if event.ok else "failed"
        _log.log(level, "self-test %s: %s", verdict, event.words)
        self._last_selftest = event, self._clock()
