"""Gives the worker what is next: begins, preempts and cancels jobs, and says how they end.

Jobs that wait and ask for the same are run together, as a *bundle*. To preempt or cancel one is to
have the whole bundle back; the others go on at once, as what was measured is in the cache. A bundle
that comes to no good end is run again one by one.

Whatever became of a job is told only once the journal has it; see ``ledger.py``.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from shotlog.schema import JournalUnusable
from shotlog.service.ipc import (
    JobDone,
    JobFailed,
    Preempted,
    Progressed,
    RunSeparately,
    WorkerCrashed,
    WorkerEvent,
)
from shotlog.service.journal import Journal, JournalWriter
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    Failure,
    JobInfo,
    JobRefused,
    JobState,
    ProgressEvent,
    SelfTestResult,
    Submit,
    make_failure,
)
from shotlog.service.scheduling.fair_queue import FairQueue
from shotlog.service.scheduling.idle_timeout import IdleTimeout
from shotlog.service.scheduling.pauses import NOTE, PauseState
from shotlog.service.scheduling.worker_tasks import Worker, WorkerTasks
from shotlog.service.supervision import RestartPolicy

CANCEL_SECONDS = 10.0
"""A worker that does not let go of a cancelled job within so many seconds is ended by force."""

PROGRESS_SECONDS = 0.1
"""Progress of a job is told at most so often."""

BUNDLE_CHARACTERS = 4 * 1024**2
"""Of what jobs of a bundle ask, together: with the first, which may have twice as much (see
``wire.MESSAGE_BYTES``), it fits into one message of the pipe however it is escaped there."""

_PACE = "seconds per clip"

LULL_SECONDS = 0.1
"""So long after the last job of a flow the device is left free for its next, as whoever asked may
ask again; what is less urgent would only be begun to be stopped, or be in the way. (Iyer and
Druschel, "Anticipatory scheduling", SOSP 2001.)"""

_log = logging.getLogger(__name__)


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
        finished: Jobs done since the start.
        failed: Jobs failed since the start.
        running: The jobs that the worker has, the oldest first.
    """

    def __init__(
        self,
        journal: Journal,
        worker: Worker,
        breaker: RestartPolicy,
        residency: IdleTimeout,
        tell: Callable[[JobInfo | ProgressEvent], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._worker, self._breaker = journal, worker, breaker
        self._residency, self._tell, self._clock = residency, tell, clock
        self._errands = WorkerTasks(worker, residency, clock)
        self._ledger = JournalWriter(journal, self._changed, clock)
        pace = journal.noted(_PACE)
        self.queue = FairQueue(None if pace is None else float(pace))
        self.waiting_clips: dict[str, int] = {}
        self._holds = PauseState(journal.noted(NOTE))
        self.queue.hold(self._holds.priorities)
        self.running: tuple[str, ...] = ()
        self.finished = self.failed = 0
        self._cancelled: set[str] = set()
        self._progress: Progressed | None = None
        self._untold = False
        self._told_at = self._charged_at = self._lull_until = -float("inf")
        for info in journal.open_jobs():
            self._add(info)

    def submit(self, spec: Submit) -> JobInfo:
        """Takes a job; once it is back, it is on the disk.

        Raises:
            Conflict: a job of this id asks for something else.
            JournalUnusable: it could not be written.
        """
        try:
            info = self._journal.submit(spec)
        except JournalUnusable as error:
            self._ledger.hold(error)
            raise
        if not info.state.is_terminal and info.job not in self._ledger:
            self._add(info)
        return self.info(info.job)

    def info(self, job: str) -> JobInfo:
        """How a job stands, with its progress; raises ``UnknownJob``."""
        return self._seen(self._journal.info(job))

    def jobs(self, newest: int | None = None) -> list[JobInfo]:
        """Jobs, newest first: so many and all that are not over, or every one."""
        return [self._seen(info) for info in self._journal.jobs(newest)]

    def cancel(self, job: str) -> JobInfo:
        """Stops a job: one that waits at once, one that runs at its next frame.

        One that has come to its end stays as it ended, though the journal may not have it yet.

        Raises:
            UnknownJob: there is none of this id.
        """
        info = self.info(job)
        if info.state.is_terminal or job in self._cancelled or job not in self.queue:
            return info
        self._cancelled.add(job)
        if job in self.running:
            self._worker.preempt(CANCEL_SECONDS)
            self._ledger.record(job, lambda: self._journal.cancelling(job))
        else:
            self._end(job, JobState.CANCELLED)
        return self.info(job)

    def refuse(self, job: str, why: Failure) -> None:
        """Fails a job that waits, before it is ever begun."""
        self._end(job, JobState.FAILED, why)

    @property
    def paused(self) -> bool:
        """Whether somebody wants no work to be done."""
        return self._holds.paused

    @property
    def drained(self) -> bool:
        """Whether nothing is left that is worth waiting for before the daemon ends.

        What somebody paused is not, nor what a worker should do that died too often: it is kept
        for the next daemon, or this one would never end. An editing program that holds batch jobs
        is waited for, and so is a journal that cannot be written: either passes.
        """
        if self.running:
            return False
        if self._holds.paused or self._breaker.broken:
            return True
        return self.queue.pick() is None and (self._holds.batch or not len(self.queue))

    @property
    def holds(self) -> str | None:
        """Why batch jobs wait, in words; None: they do not, or no more than any other."""
        return self._holds.words

    def pause(self, batch: bool = False) -> None:
        """Starts nothing, and takes back what runs; also after the daemon was started anew.

        Args:
            batch: Whether that is so of batch jobs alone.
        """
        if batch:
            self._holds.batch = True
        else:
            self._holds.paused = True
            self._worker.preempt()
        self._held()

    def resume(self) -> None:
        """Goes on after either pause; also tries a worker again that died too often."""
        self._holds.paused = self._holds.batch = False
        self._held()
        self._breaker.forgive()

    def hold(self, reason: str | None) -> None:
        """Has batch jobs wait as long as there is a reason, and takes back one that runs."""
        if reason != self._holds.reason:
            _log.info("batch jobs are held: %s", reason) if reason else _log.info("they go on")
            self._holds.reason = reason
            self.queue.hold(self._holds.priorities)

    def load(self, asks: AnalysisOptions, keep_alive: int | None) -> None:
        """Has models made ready before the next job; of several wishes the latest counts."""
        self._errands.load(asks, keep_alive)

    def unload(self) -> None:
        """Ends the worker once it is idle."""
        self._errands.unload()

    def check(self, asks: AnalysisOptions) -> None:
        """Has the worker try itself, at once where it can; what runs is a trial of its own."""
        self._errands.check(asks, runs=bool(self.running))

    @property
    def canary(self) -> SelfTestResult | None:
        """How the worker did when it last tried itself; None: it never did."""
        return self._errands.canary

    @property
    def load_failure(self) -> Failure | None:
        """Why models could not be loaded when that was last tried; None: they could."""
        return self._errands.load_failure

    @property
    def useful(self) -> bool:
        """Whether a worker did what it should since one last died; true as long as none did."""
        return self._errands.useful

    def hear(self, event: WorkerEvent) -> None:
        """The worker said something, or something became of it."""
        match event:
            case Progressed() if self.running:
                self._progress, self._untold = event, True
                if event.done > 0 and event.saved:
                    self.queue.keep()
                self._tell_progress()
            case JobDone(job=job, text=text) if job in self.running:
                self._came_back([job], sound=True)
                self._ended(job, JobState.DONE, None, text)
            case JobFailed(job=str(job), failure=why) if job in self.running:
                self._came_back([job], sound=True)
                self._ended(job, JobState.FAILED, why)
            case Preempted() | RunSeparately():
                jobs = self.running
                self._came_back(jobs)
                self._again(jobs, alone=isinstance(event, RunSeparately))
            case WorkerCrashed():
                self._errands.hear(event)
                self._died(event)
            case _:
                self._errands.hear(event)

    def tick(self) -> None:
        """Does what is due: call it after events, and several times a second beside that."""
        self._charge()
        self._tell_progress()
        self._ledger.tick()
        if self.running:
            if self.queue.should_preempt():
                self._worker.preempt()
        elif self._worker.free:
            self._use_worker()

    def close(self) -> None:
        """Leaves everything so that the next daemon goes on with it."""
        jobs = self.running
        self._came_back(jobs)
        self._again(jobs)

    def _use_worker(self) -> None:
        jobs_wait = not (self.paused or self._ledger.stuck) and self.queue.pick() is not None
        if self._errands.next(jobs_wait=jobs_wait, paused=self.paused) or not jobs_wait:
            return
        if self._clock() >= self._lull_until or not self.queue.expects:
            self._begin()

    def _begin(self) -> None:
        try:
            specs = self._specs(self.queue.bundle())
            with self._journal.at_once():
                infos = [self._journal.begin(job) for job in specs]
            wishes = [self._journal.wishes(job) for job in specs]
        except JournalUnusable as error:
            self._ledger.hold(error)
            return
        if not specs:
            return
        self.running, self._charged_at = tuple(specs), self._clock()
        self.queue.begin(self.running)
        for info, wish in zip(infos, wishes, strict=True):
            self._residency.use(wish.keep_alive)
            about = {"job": info.job, "attempt": info.attempts, "clips": info.clips}
            _log.info("job begun", extra=about)
            self._tell(info)
        if not self._worker.run(specs):
            self._came_back(self.running)
            self._again(tuple(specs))

    def _specs(self, bundle: Sequence[str]) -> dict[str, str]:
        """What jobs ask, as text, of as many as may run; one that cannot be read any more fails."""
        specs: dict[str, str] = {}
        room = BUNDLE_CHARACTERS
        for job in bundle:
            try:
                text = self._journal.spec(job)
            except JobRefused as rotten:
                self._end(job, JobState.FAILED, rotten.failure)
                continue
            room -= len(text)
            if specs and room < 0:
                break
            specs[job] = text
        return specs

    def _came_back(self, jobs: Sequence[str], *, sound: bool = False) -> None:
        """The worker has these jobs no longer."""
        self._charge()
        self._lull_until = self._clock() + LULL_SECONDS
        self.running = tuple(job for job in self.running if job not in jobs)
        if not self.running:
            self._progress, self._untold = None, False
        self._residency.use()
        self._errands.useful |= sound

    def _again(self, jobs: Sequence[str], *, alone: bool = False) -> None:
        """Jobs were left before their end: they go on later, unless they were cancelled."""
        for job in jobs:
            if alone:
                self.queue.alone(job)
            if job in self._cancelled:
                self._end(job, JobState.CANCELLED)
        self.queue.stop()
        left = [job for job in jobs if job in self.queue]
        self._ledger.record_all({job: partial(self._journal.requeue, job) for job in left})

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

    def _died(self, event: WorkerCrashed) -> None:
        _log.error("the worker died: %s", event.reason, extra={"jobs": event.jobs})
        why = make_failure(ErrorCode.WORKER_LOST, f"its worker died more than once: {event.reason}")
        jobs = [job for job in event.jobs if job in self.running]
        self._came_back(jobs)
        for job in filter(self._breaker.blames, jobs):
            self._ended(job, JobState.FAILED, why)
        self._again([job for job in jobs if job in self.queue], alone=True)

    def _held(self) -> None:
        self.queue.hold(self._holds.priorities)
        self._ledger.note(NOTE, self._holds.note)

    def _changed(self, info: JobInfo) -> None:
        if info.state.is_terminal:
            self._cancelled.discard(info.job)
            self.finished += info.state is JobState.DONE
            self.failed += info.state is JobState.FAILED
        _log.info("job %s", info.state.value, extra={"job": info.job})
        self._tell(info)
        if info.state is JobState.DONE and self.queue.pace is not None:
            self._ledger.note(_PACE, repr(self.queue.pace))

    def _add(self, info: JobInfo) -> None:
        self._charge()  # whom the device was left free for is known only until that job is there
        group = self._journal.wishes(info.job).group
        self.queue.add(info.job, info.priority, info.clips, group)
        self.waiting_clips[info.job] = info.clips

    def _charge(self) -> None:
        """The device was used until now, or left free for a job to come."""
        now = self._clock()
        if self.running or self._charged_at < self._lull_until:
            self.queue.charge(now - self._charged_at)
        self._charged_at = now

    def _tell_progress(self) -> None:
        now = self._clock()
        if self._progress and self._untold and now - self._told_at >= PROGRESS_SECONDS:
            self._told_at, self._untold = now, False
            for job in self.running:
                self._tell(ProgressEvent(job=job, **_told(self._progress)))

    def _seen(self, info: JobInfo) -> JobInfo:
        """A job of the journal with what the journal does not hold."""
        if info.job in self._cancelled and not info.state.is_terminal:
            info = info.model_copy(update={"state": JobState.CANCELLING})
        if self._progress is not None and info.job in self.running:
            info = info.model_copy(update=_told(self._progress))
        return info


def _told(progress: Progressed) -> dict[str, Any]:
    """Return the fields of progress that clients are told."""
    return progress.model_dump(include={"stage", "done", "total", "unit"})
