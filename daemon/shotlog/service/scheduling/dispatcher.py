"""Dispatcher: starts, preempts and cancels jobs on the worker, and records how they end.

Jobs that wait and ask for the same run together, as a *bundle*. To preempt or cancel one job, the
whole bundle is taken back; the other jobs resume at once, because their measurements are cached. A
bundle that fails or crashes is run again job by job.

Clients are told of a new state only once it is in the journal (see
:class:`~shotlog.service.journal.JournalWriter`).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence

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
from shotlog.service.journal import Journal
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    Failure,
    JobInfo,
    JobState,
    ProgressEvent,
    SelfTestResult,
    Submit,
    make_failure,
)
from shotlog.service.scheduling.bundles import read_specs
from shotlog.service.scheduling.idle_timeout import IdleTimeout
from shotlog.service.scheduling.open_jobs import OpenJobs
from shotlog.service.scheduling.pauses import PAUSE_NOTE, PauseState
from shotlog.service.scheduling.progress_publisher import ProgressPublisher
from shotlog.service.scheduling.worker_interface import Worker
from shotlog.service.scheduling.worker_tasks import WorkerTasks
from shotlog.service.supervision import RestartPolicy

CANCEL_SECONDS = 10.0
"""Seconds after which a worker that does not return a cancelled job is killed."""

ANTICIPATION_SECONDS = 0.1
"""Time after the last job of a flow for which the device is left free for its next job: clients
often submit again at once, and a less urgent job would be started only to be preempted. (Iyer and
Druschel, "Anticipatory scheduling", SOSP 2001.)"""

_log = logging.getLogger(__name__)


class Dispatcher:
    """Open jobs and the worker that runs them. For one thread.

    Args:
        journal: Journal, whose open jobs are resumed.
        worker: Worker, not started yet.
        restart_policy: Policy that the worker's supervisor informs of crashes.
        idle_timeout: Time-out after which the worker is ended.
        publish: Called with every change of state, and with progress.
        clock: Monotonic clock, in seconds.

    Attributes:
        open_jobs: Jobs that have not ended.
        running: Jobs that the worker has, the oldest first.
    """

    def __init__(
        self,
        journal: Journal,
        worker: Worker,
        restart_policy: RestartPolicy,
        idle_timeout: IdleTimeout,
        publish: Callable[[JobInfo | ProgressEvent], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._worker, self._restart_policy = journal, worker, restart_policy
        self._idle_timeout, self._publish, self._clock = idle_timeout, publish, clock
        self._tasks = WorkerTasks(worker, idle_timeout, clock)
        self._progress = ProgressPublisher(publish, clock)
        self.open_jobs = OpenJobs(journal, publish, restart_policy.forget_job, clock)
        self._queue, self._writer = self.open_jobs.queue, self.open_jobs.writer
        self._pauses = PauseState(journal.read_note(PAUSE_NOTE))
        self._queue.hold(self._pauses.held_priorities)
        self.running: tuple[str, ...] = ()
        self._charged_at = self._anticipate_until = -math.inf

    def submit(self, spec: Submit) -> JobInfo:
        """Add a job; it is on the disk when this returns.

        Raises:
            JobConflict: a job with this id and other content exists.
            JournalUnusable: it could not be written.
        """
        # Charged before the job is added: afterwards the queue no longer anticipates one, and the
        # time for which the device was left free would not be charged.
        self._charge()
        self.open_jobs.submit(spec)
        return self.info(spec.job)

    def info(self, job: str) -> JobInfo:
        """Return the present state of a job, with its progress.

        Raises:
            UnknownJob: no job has this id.
        """
        return self._with_live_state(self._journal.info(job))

    def jobs(self, newest: int | None = None) -> list[JobInfo]:
        """Return jobs, newest first: so many and all open ones, or every one."""
        return [self._with_live_state(info) for info in self._journal.jobs(newest)]

    def cancel(self, job: str) -> JobInfo:
        """Cancel a job: one that waits at once, one that runs at its next frame.

        A job that has ended does not change, even if its end is not in the journal yet.

        Raises:
            UnknownJob: no job has this id.
        """
        info = self.info(job)
        if info.state.is_terminal or job in self.open_jobs.cancelled or job not in self._queue:
            return info
        self.open_jobs.cancelled.add(job)
        if job in self.running:
            # The whole bundle comes back; its other jobs resume from the cache.
            self._worker.preempt(CANCEL_SECONDS)
            self._writer.record(job, lambda: self._journal.mark_cancelling(job))
        else:
            self.open_jobs.finish(job, JobState.CANCELLED)
        return self.info(job)

    def fail(self, job: str, reason: Failure) -> None:
        """Fail a waiting job without starting it."""
        self.open_jobs.finish(job, JobState.FAILED, reason)

    @property
    def paused(self) -> bool:
        """True if all jobs are paused."""
        return self._pauses.paused

    @property
    def drained(self) -> bool:
        """True if nothing is left that a draining daemon waits for.

        Paused jobs, and jobs of a worker that crashed too often, are left to the next daemon;
        otherwise this one would never end. A busy editing program and a journal that cannot be
        written are waited for, because both pass.
        """
        if self.running:
            return False
        if self._pauses.paused or self._restart_policy.broken:
            return True
        return self._queue.pick() is None and (self._pauses.batch_paused or not len(self._queue))

    @property
    def batch_held_reason(self) -> str | None:
        """Reason why batch jobs wait, as text; None: they wait no more than other jobs."""
        return self._pauses.batch_held_reason

    def pause(self, batch: bool = False) -> None:
        """Start no jobs, and take back those that run; the pause outlives the daemon.

        Args:
            batch: True to pause batch jobs only.
        """
        if batch:
            self._pauses.batch_paused = True
        else:
            self._pauses.paused = True
            self._worker.preempt()
        self._apply_pauses()

    def resume(self) -> None:
        """End both pauses, and allow a worker that crashed too often to start again."""
        self._pauses.paused = self._pauses.batch_paused = False
        self._apply_pauses()
        self._restart_policy.reset()

    def hold_batch(self, reason: str | None) -> None:
        """Hold batch jobs, and preempt a running one, as long as there is a reason."""
        if reason == self._pauses.busy_reason:
            return
        if reason is None:
            _log.info("batch jobs resumed")
        else:
            _log.info("batch jobs are held: %s", reason)
        # Not written to the journal: after a restart the program may have ended.
        self._pauses.busy_reason = reason
        self._queue.hold(self._pauses.held_priorities)

    def load(self, options: AnalysisOptions, keep_alive: int | None) -> None:
        """Load models before the next job; a later request replaces an earlier one."""
        self._tasks.load(options, keep_alive)

    def unload(self) -> None:
        """End the worker once it is idle."""
        self._tasks.unload()

    def run_selftest(self, options: AnalysisOptions) -> None:
        """Run the worker's self-test; a running job counts as one."""
        self._tasks.run_selftest(options, job_running=bool(self.running))

    @property
    def selftest_result(self) -> SelfTestResult | None:
        """Result of the last self-test; None: there was none."""
        return self._tasks.selftest_result

    @property
    def load_failure(self) -> Failure | None:
        """Reason why the last loading of models failed; None: it did not."""
        return self._tasks.load_failure

    @property
    def useful(self) -> bool:
        """True if a worker was successful since the last crash, or none has crashed."""
        return self._tasks.useful

    def on_worker_event(self, event: WorkerEvent) -> None:
        """Update jobs and tasks by an event of the worker."""
        match event:
            case Progressed() if self.running:
                self._progress.update(event)
                if event.done > 0 and event.saved:
                    self._queue.mark_saved()
                self._progress.flush(self.running)
            case JobDone(job=job, text=text) if job in self.running:
                self._release([job], success=True)
                self.open_jobs.finish(job, JobState.DONE, None, text)
            case JobFailed(job=job, failure=reason) if job in self.running:
                # A job's own failure is a success of the worker.
                self._release([job], success=True)
                self.open_jobs.finish(job, JobState.FAILED, reason)
            case Preempted() | RunSeparately():
                jobs = self.running
                self._release(jobs)
                self.open_jobs.requeue(jobs, isolate=isinstance(event, RunSeparately))
            case WorkerCrashed():
                self._tasks.on_worker_event(event)
                self._on_crash(event)
            case _:
                self._tasks.on_worker_event(event)

    def tick(self) -> None:
        """Do what is due; call it after every event, and several times a second."""
        self._charge()
        self._progress.flush(self.running)
        self._writer.tick()
        if self.running:
            if self._queue.should_preempt():
                self._worker.preempt()  # repeated at every tick without harm
        elif self._worker.free:
            self._use_worker()

    def close(self) -> None:
        """Queue running jobs again, so that the next daemon resumes them."""
        jobs = self.running
        self._release(jobs)
        self.open_jobs.requeue(jobs)

    def _use_worker(self) -> None:
        startable = not (self.paused or self._writer.blocked) and self._queue.pick() is not None
        # Other tasks first: a client waits for a load or a self-test, and an unload frees memory.
        if self._tasks.start_next(jobs_waiting=startable, paused=self.paused) or not startable:
            return
        if self._clock() >= self._anticipate_until or not self._queue.anticipates:
            self._start_bundle()

    def _start_bundle(self) -> None:
        try:
            specs, corrupt = read_specs(self._journal, self._queue.pick_bundle())
            with self._journal.transaction():
                infos = [self._journal.begin(job) for job in specs]
            hints = [self._journal.scheduling_hints(job) for job in specs]
        except JournalUnusable as error:
            self._writer.back_off(error)
            return
        for job, reason in corrupt.items():
            self.open_jobs.finish(job, JobState.FAILED, reason)
        if not specs:
            return
        # Charged from here on: before, the device was idle, and no flow used it.
        self.running, self._charged_at = tuple(specs), self._clock()
        self._queue.begin(self.running)
        for info, hint in zip(infos, hints, strict=True):
            self._idle_timeout.renew(hint.keep_alive)
            fields = {"job": info.job, "attempt": info.attempts, "clips": info.clips}
            _log.info("job started", extra=fields)
            self._publish(info)
        # The supervisor reports a failed start as a crash without jobs, so they are returned here.
        if not self._worker.run(specs):
            self._release(self.running)
            self.open_jobs.requeue(tuple(specs))

    def _release(self, jobs: Sequence[str], *, success: bool = False) -> None:
        """Record that the worker no longer has these jobs."""
        self._charge()  # before ``running`` changes, so that these jobs pay for their time
        self._anticipate_until = self._clock() + ANTICIPATION_SECONDS
        self.running = tuple(job for job in self.running if job not in jobs)
        if not self.running:
            self._progress.clear()
        self._idle_timeout.renew()
        self._tasks.useful |= success

    def _on_crash(self, event: WorkerCrashed) -> None:
        _log.error("the worker crashed: %s", event.reason, extra={"jobs": event.jobs})
        reason = make_failure(
            ErrorCode.WORKER_LOST, f"its worker crashed more than once: {event.reason}"
        )
        jobs = [job for job in event.jobs if job in self.running]
        self._release(jobs)
        for job in filter(self._restart_policy.is_poison, jobs):
            self.open_jobs.finish(job, JobState.FAILED, reason)
        self.open_jobs.requeue([job for job in jobs if job in self._queue], isolate=True)

    def _apply_pauses(self) -> None:
        self._queue.hold(self._pauses.held_priorities)
        self._writer.write_note(PAUSE_NOTE, self._pauses.note)

    def _charge(self) -> None:
        """Charge the time in which the device was used, or left free for an anticipated job."""
        now = self._clock()
        if self.running or self._charged_at < self._anticipate_until:
            self._queue.charge(now - self._charged_at)
        self._charged_at = now

    def _with_live_state(self, info: JobInfo) -> JobInfo:
        """Add to a job of the journal what only this process knows: cancellation and progress."""
        if info.job in self.open_jobs.cancelled and not info.state.is_terminal:
            info = info.model_copy(update={"state": JobState.CANCELLING})
        if info.job in self.running:
            info = info.model_copy(update=self._progress.fields)
        return info
