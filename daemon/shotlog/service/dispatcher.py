"""Gives the worker one job at a time: begins, preempts and cancels jobs, and says how they end.

Whatever became of a job is told only once the journal has it; see ``ledger.py``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

from shotlog.schema.errors import JournalUnusable
from shotlog.service.breaker import Breaker
from shotlog.service.fair import FairQueue
from shotlog.service.journal import JobRefused, Journal
from shotlog.service.ledger import Ledger
from shotlog.service.messages import (
    Asks,
    ErrorCode,
    Failure,
    JobInfo,
    JobState,
    ProgressEvent,
    Submit,
    WorkerInfo,
)
from shotlog.service.refusals import failure
from shotlog.service.residency import Residency
from shotlog.service.work import (
    Died,
    Done,
    Failed,
    Gone,
    Preempted,
    Progressed,
    WorkerEvent,
)

CANCEL_SECONDS = 10.0
"""A worker that does not let go of a cancelled job within so many seconds is ended by force."""

PROGRESS_SECONDS = 0.1
"""Progress of a job is told at most so often."""

_PACE = "seconds per clip"

_log = logging.getLogger(__name__)


class Worker(Protocol):
    """What the dispatcher asks of a :class:`~shotlog.service.supervisor.Supervisor`."""

    @property
    def free(self) -> bool:
        """Whether ``run`` and ``load`` may be called now."""
        ...

    def run(self, spec: Submit) -> bool:
        """Hands over a job; tells whether that could be."""
        ...

    def load(self, asks: Asks) -> bool:
        """Has models made ready; tells whether that could be ordered."""
        ...

    def preempt(self, kill_after: float | None = None) -> None:
        """Wants the job back."""
        ...

    def stop(self, kill_after: float = 5.0) -> None:
        """Ends the worker."""
        ...

    def info(self) -> WorkerInfo:
        """How it is."""
        ...


class Dispatcher:
    """The jobs that are not over, and the worker. For one thread.

    Args:
        journal: Its open jobs are taken over.
        worker: Not started yet.
        breaker: The one that the worker's supervisor tells of deaths.
        residency: Says when the worker is given up.
        tell: Is called with every change of state, and with progress.
        clock: A monotonic clock, in seconds.

    Attributes:
        queue: The jobs that are not over.
        waiting_clips: How many clips each of them has.
        paused: Whether somebody wants no work to be done.
        finished: Jobs done since the start.
        failed: Jobs failed since the start.
        running: The job that the worker has.
        useful: Whether a worker came to the end of a job since one last died, or none died yet.
    """

    def __init__(
        self,
        journal: Journal,
        worker: Worker,
        breaker: Breaker,
        residency: Residency,
        tell: Callable[[JobInfo | ProgressEvent], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._worker, self._breaker = journal, worker, breaker
        self._residency, self._tell, self._clock = residency, tell, clock
        self._ledger = Ledger(journal, self._changed, clock)
        pace = journal.noted(_PACE)
        self.queue = FairQueue(None if pace is None else float(pace))
        self.waiting_clips: dict[str, int] = {}
        self.running: str | None = None
        self.paused = False
        self.finished = self.failed = 0
        self.useful = True
        self._unload = False
        self._wanted: tuple[Asks, int | None] | None = None
        self._cancelled: set[str] = set()
        self._progress: ProgressEvent | None = None
        self._untold = False
        self._told_at = self._charged_at = -float("inf")
        for info in journal.open_jobs():
            self._add(info)

    def submit(self, spec: Submit) -> JobInfo:
        """Takes a job; once it is back, it is on the disk.

        Raises:
            Conflict: a job of this id asks for something else.
            JournalUnusable: it could not be written.
        """
        try:
            info = self._journal.submit(spec, len(spec.edit.clips))
        except JournalUnusable as error:
            self._ledger.hold(error)
            raise
        if not info.state.over and info.job not in self._ledger:
            self._add(info)
        return self.info(info.job)

    def info(self, job: str) -> JobInfo:
        """How a job stands, with its progress; raises ``UnknownJob``."""
        return self._seen(self._journal.info(job))

    def jobs(self) -> list[JobInfo]:
        """Every job, newest first."""
        return [self._seen(info) for info in self._journal.jobs()]

    def cancel(self, job: str) -> JobInfo:
        """Stops a job: one that waits at once, one that runs at its next frame.

        Raises:
            UnknownJob: there is none of this id.
        """
        info = self.info(job)
        if info.state.over or job in self._cancelled:
            return info
        self._cancelled.add(job)
        if job == self.running:
            self._worker.preempt(CANCEL_SECONDS)
            self._ledger.record(job, lambda: self._journal.cancelling(job))
        else:
            self._end(job, JobState.CANCELLED)
        return self.info(job)

    def pause(self) -> None:
        """Starts nothing, and takes back what runs."""
        self.paused = True
        self._worker.preempt()

    def resume(self) -> None:
        """Goes on; also tries a worker again that died too often."""
        self.paused = False
        self._breaker.forgive()

    def load(self, asks: Asks, keep_alive: int | None) -> None:
        """Has models made ready before the next job; of several wishes the latest counts."""
        self._wanted = asks, keep_alive

    def unload(self) -> None:
        """Ends the worker once it is idle."""
        self._wanted = None
        self._unload = True

    def hear(self, event: WorkerEvent) -> None:
        """The worker said something, or something became of it."""
        match event:
            case Progressed(job=job) if job == self.running:
                said = event.model_dump(exclude={"type"})
                self._progress, self._untold = ProgressEvent(**said), True
                self._tell_progress()
            case Done(job=job, text=text) if job == self.running:
                self._came_back(job, sound=True)
                self._ended(job, JobState.DONE, None, text)
            case Failed(job=str(job), failure=why) if job == self.running:
                self._came_back(job, sound=True)
                self._ended(job, JobState.FAILED, why)
            case Preempted(job=job) if job == self.running:
                self._came_back(job)
                self._again(job)
            case Died():
                self._died(event)
            case Failed(job=None, failure=why):
                _log.warning("models could not be loaded: %s", why.message)
            case Gone():
                self._residency.given_up()
                self._unload = False

    def tick(self) -> None:
        """Does what is due: call it after events, and several times a second beside that."""
        self._charge()
        self._tell_progress()
        self._ledger.tick()
        if self.running is not None:
            if self.queue.should_preempt(self.running):
                self._worker.preempt()
        elif self._worker.free:
            self._use_worker()

    def close(self) -> None:
        """Leaves everything so that the next daemon goes on with it."""
        if self.running is not None:
            job = self.running
            self._came_back(job)
            self._again(job)

    def _use_worker(self) -> None:
        if self._unload or (self._residency.due and not self._may_begin()):
            self._unload = self._worker.info().pid is not None
            self._residency.given_up()
            self._worker.stop()
        elif self._wanted is not None and not self.paused:
            asks, keep_alive = self._wanted
            self._wanted = None
            self._residency.use(keep_alive)
            self._worker.load(asks)
        elif self._may_begin():
            self._begin()

    def _may_begin(self) -> bool:
        return not (self.paused or self._ledger.stuck) and self.queue.pick() is not None

    def _begin(self) -> None:
        job = self.queue.pick()
        if job is None:
            return
        try:
            spec = self._journal.spec(job)
            info = self._journal.begin(job)
        except JobRefused as rotten:
            self._end(job, JobState.FAILED, rotten.failure)
            return
        except JournalUnusable as error:
            self._ledger.hold(error)
            return
        self.running, self._charged_at = job, self._clock()
        self._residency.use(spec.keep_alive)
        _log.info("job begun", extra={"job": job, "attempt": info.attempts, "clips": info.clips})
        self._tell(info)
        if not self._worker.run(spec):
            self._came_back(job)
            self._again(job)

    def _came_back(self, job: str, *, sound: bool = False) -> None:
        """The worker has the job no longer."""
        self._charge()
        self.running = self._progress = None
        self._untold = False
        self._residency.use()
        self.useful = self.useful or sound

    def _again(self, job: str) -> None:
        """A job was left before its end: it goes on later, unless it was cancelled."""
        if job in self._cancelled:
            self._end(job, JobState.CANCELLED)
        else:
            self._ledger.record(job, lambda: self._journal.requeue(job))

    def _ended(
        self, job: str, state: JobState, why: Failure | None = None, text: str | None = None
    ) -> None:
        """A job came to its end, unless somebody had wanted it to stop."""
        if job in self._cancelled:
            self._end(job, JobState.CANCELLED)
        else:
            self._end(job, state, why, text)

    def _end(
        self, job: str, state: JobState, why: Failure | None = None, text: str | None = None
    ) -> None:
        if state is JobState.DONE:
            self.queue.finish(job)
        self.queue.remove(job)
        self.waiting_clips.pop(job, None)
        self._breaker.forget(job)
        self._ledger.record(job, lambda: self._journal.finish(job, state, why, text))

    def _died(self, event: Died) -> None:
        _log.error("the worker died: %s", event.reason, extra={"job": event.job})
        self._residency.given_up()
        self._unload = self.useful = False
        job = event.job
        if job is None or job != self.running:
            return
        self._came_back(job)
        if self._breaker.blames(job):
            why = failure(ErrorCode.WORKER_LOST, f"its worker died more than once: {event.reason}")
            self._ended(job, JobState.FAILED, why)
        else:
            self._again(job)

    def _changed(self, info: JobInfo) -> None:
        if info.state.over:
            self._cancelled.discard(info.job)
            self.finished += info.state is JobState.DONE
            self.failed += info.state is JobState.FAILED
        _log.info("job %s", info.state.value, extra={"job": info.job})
        self._tell(info)
        if info.state is JobState.DONE and self.queue.pace is not None:
            self._ledger.note(_PACE, repr(self.queue.pace))

    def _add(self, info: JobInfo) -> None:
        self.queue.add(info.job, info.priority, info.clips)
        self.waiting_clips[info.job] = info.clips

    def _charge(self) -> None:
        now = self._clock()
        if self.running is not None:
            self.queue.charge(self.running, now - self._charged_at)
        self._charged_at = now

    def _tell_progress(self) -> None:
        now = self._clock()
        if self._progress and self._untold and now - self._told_at >= PROGRESS_SECONDS:
            self._told_at, self._untold = now, False
            self._tell(self._progress)

    def _seen(self, info: JobInfo) -> JobInfo:
        """A job of the journal with what the journal does not hold."""
        if info.job in self._cancelled and not info.state.over:
            info = info.model_copy(update={"state": JobState.CANCELLING})
        if self._progress is not None and self._progress.job == info.job:
            told = self._progress.model_dump(exclude={"type", "job"})
            info = info.model_copy(update=told)
        return info
