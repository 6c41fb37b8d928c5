"""What the worker does besides jobs: makes models ready, tries itself, ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Protocol

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
    WorkerInfo,
    make_failure,
)
from shotlog.service.scheduling.idle_timeout import IdleTimeout

_log = logging.getLogger(__name__)


class Worker(Protocol):
    """What is asked of a :class:`~shotlog.service.supervision.supervisor.Supervisor`."""

    @property
    def free(self) -> bool:
        """Whether ``run``, ``load`` and ``check`` may be called now."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process id; None: it is not there."""
        ...

    def run(self, specs: Mapping[str, str]) -> bool:
        """Hands over the JSON texts of jobs that run together; tells whether that could be."""
        ...

    def load(self, asks: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Has models made ready, to stay so many seconds; tells whether that could be ordered."""
        ...

    def check(self, asks: AnalysisOptions) -> bool:
        """Has the worker try itself; tells whether that could be ordered."""
        ...

    def preempt(self, kill_after: float | None = None) -> None:
        """Wants what runs back."""
        ...

    def stop(self, kill_after: float = 5.0) -> None:
        """Ends the worker."""
        ...

    def info(self) -> WorkerInfo:
        """How it is."""
        ...


class WorkerTasks:
    """What somebody wants of the worker, and how that went. For one thread.

    Args:
        worker: Does it.
        residency: Says when the worker is given up.
        clock: A monotonic clock, in seconds.

    Attributes:
        load_failure: Why models could not be loaded when that was last tried; None: they could.
        useful: Whether a worker came to the end of a job, or did well when it tried itself, since
            one last died; true as long as none did.
    """

    def __init__(
        self, worker: Worker, residency: IdleTimeout, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._worker, self._residency, self._clock = worker, residency, clock
        self.load_failure: Failure | None = None
        self.useful = True
        self._unload = self._shaken = False
        self._wanted: tuple[AnalysisOptions, int | None] | None = None
        self._to_check: AnalysisOptions | None = None
        self._checked: tuple[SelfTested, float] | None = None

    @property
    def canary(self) -> SelfTestResult | None:
        """How the worker did when it last tried itself; None: it never did."""
        if self._checked is None:
            return None
        said, at = self._checked
        return SelfTestResult(
            ok=said.ok, words=said.words, seconds=said.seconds, age=self._clock() - at
        )

    def load(self, asks: AnalysisOptions, keep_alive: int | None) -> None:
        """Has models made ready before the next job; of several wishes the latest counts."""
        self._wanted = asks, keep_alive
        self.load_failure = None  # so that whoever waits can tell this loading's from an earlier's

    def unload(self) -> None:
        """Ends the worker once it is idle."""
        self._wanted = None
        self._unload = True

    def check(self, asks: AnalysisOptions, *, runs: bool) -> None:
        """Has the worker try itself, at once where it can.

        Args:
            asks: Of the models of these asks those are tried that are loaded.
            runs: Whether a job runs; that is a trial of its own.
        """
        worker = self._worker.info()
        if worker.state == "broken":
            self._take_check(SelfTested(ok=False, words="the worker died too often", seconds=0))
        elif runs:
            age, well = worker.progress_age or 0.0, worker.state != "stalled"
            words = f"a job runs, and told of progress {age:.0f} s ago"
            self._take_check(SelfTested(ok=well, words=words, seconds=0))
        else:
            self._to_check = asks

    def next(self, *, jobs_wait: bool, paused: bool) -> bool:
        """Has the worker, which is free, do what is due; tells whether anything is.

        Args:
            jobs_wait: Whether there is a job that may be begun.
            paused: Whether nobody wants anything to be computed.
        """
        if self._unload or (self._residency.due and not jobs_wait):
            self._unload = self._worker.pid is not None
            self._residency.given_up()
            self._worker.stop()
        elif self._wanted is not None and not paused:
            asks, keep_alive = self._wanted
            self._wanted = None
            self._residency.use(keep_alive)
            if not self._worker.load(asks, keep_alive):
                words = "the worker could not be started"
                self._not_loaded(make_failure(ErrorCode.WORKER_LOST, words))
        elif self._to_check is not None or (self._shaken and jobs_wait):
            asks, self._to_check, self._shaken = self._to_check or AnalysisOptions(), None, False
            self._residency.use()
            if not self._worker.check(asks):
                self._take_check(SelfTested(ok=False, words="it could not be started", seconds=0))
        else:
            return False
        return True

    def hear(self, event: WorkerEvent) -> None:
        """The worker said something, or something became of it."""
        match event:
            case ModelsChanged(models=models):
                self._residency.holds(*models)
            case ModelsLoaded(models=models):
                self.load_failure = None
                self._residency.holds(*models)
            case LoadFailed(failure=why):
                self._not_loaded(why)
            case SelfTested(ok=ok):
                self._take_check(event)
                self.useful = ok
            case WorkerCrashed():
                self._died(event)
            case WorkerStopped():
                self._residency.given_up()
                self._unload = False

    def _died(self, event: WorkerCrashed) -> None:
        self._residency.given_up()
        self._unload = self.useful = False
        if event.doing == "check":  # not again before a job: it could go on so for ever
            self._take_check(
                SelfTested(ok=False, words=f"the worker died: {event.reason}", seconds=0)
            )
        else:
            self._shaken = True
        if event.doing == "load":
            words = f"the worker died while it loaded models: {event.reason}"
            self._not_loaded(make_failure(ErrorCode.WORKER_LOST, words))

    def _not_loaded(self, why: Failure) -> None:
        _log.warning("models could not be loaded: %s", why.message)
        self.load_failure = why

    def _take_check(self, said: SelfTested) -> None:
        _log.log(
            logging.INFO if said.ok else logging.WARNING, "the worker tried itself: %s", said.words
        )
        self._checked = said, self._clock()
