"""Open jobs: the fair queue, kept in step with the journal from submission to the end of a job."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from shotlog.schema import JournalUnusable
from shotlog.service.journal import Journal, JournalWriter
from shotlog.service.protocol import Failure, JobInfo, JobState, Submit
from shotlog.service.scheduling.fair_queue import FairQueue

_SPEED_NOTE = "seconds per clip"
"""Key under which the journal keeps the queue's measured speed."""

_log = logging.getLogger(__name__)


class OpenJobs:
    """Jobs that have not ended. For one thread.

    Args:
        journal: Journal of the jobs.
        publish: Called with every state that is on the disk.
        on_end: Called with the id of every job that ends.
        clock: Monotonic clock, in seconds.

    Attributes:
        queue: Order in which they get the device.
        clips: Number of clips of each of them.
        cancelled: Jobs that are being cancelled.
        writer: Writer of their states.
        finished: Jobs done since the start.
        failed: Jobs failed since the start.
    """

    def __init__(
        self,
        journal: Journal,
        publish: Callable[[JobInfo], None],
        on_end: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._journal, self._publish, self._on_end = journal, publish, on_end
        speed = journal.read_note(_SPEED_NOTE)
        self.queue = FairQueue(None if speed is None else float(speed))
        self.clips: dict[str, int] = {}
        self.cancelled: set[str] = set()
        self.writer = JournalWriter(journal, self._on_written, clock)
        self.finished = self.failed = 0
        for info in journal.recover_open_jobs():
            self._enqueue(info)

    def submit(self, spec: Submit) -> None:
        """Add a job; it is on the disk when this returns.

        Raises:
            JobConflict: a job with this id and other content exists.
            JournalUnusable: it could not be written.
        """
        try:
            info = self._journal.submit(spec)
        except JournalUnusable as error:
            self.writer.back_off(error)
            raise
        # A job whose end is pending in the writer seems open in the journal, but has ended.
        if not info.state.is_terminal and info.job not in self.writer:
            self._enqueue(info)

    def finish(
        self, job: str, state: JobState, reason: Failure | None = None, result: str | None = None
    ) -> None:
        """End a job.

        Args:
            job: Its id.
            state: Its final state; a job that is being cancelled is cancelled instead.
            reason: Reason why it failed.
            result: JSON text of its result, if it is done.
        """
        if job in self.cancelled:
            # Its client has given it up, and was told that it is being cancelled.
            state, reason, result = JobState.CANCELLED, None, None
        if state is JobState.DONE:
            self.queue.finish(job)
        self.queue.remove(job)
        self.clips.pop(job, None)
        self._on_end(job)
        self.writer.record(job, lambda: self._journal.finish(job, state, reason, result))

    def requeue(self, jobs: Sequence[str], *, isolate: bool = False) -> None:
        """Queue jobs again that came back before their end; end those that are being cancelled.

        Args:
            jobs: The jobs.
            isolate: True to run each of them alone from now on.
        """
        for job in jobs:
            if isolate:
                self.queue.isolate(job)
            if job in self.cancelled:
                self.finish(job, JobState.CANCELLED)
        self.queue.stop()
        still_open = [job for job in jobs if job in self.queue]
        self.writer.record_all({job: partial(self._journal.requeue, job) for job in still_open})

    def _enqueue(self, info: JobInfo) -> None:
        group = self._journal.scheduling_hints(info.job).group
        self.queue.add(info.job, info.priority, info.clips, group)
        self.clips[info.job] = info.clips

    def _on_written(self, info: JobInfo) -> None:
        """Publish a state that is on the disk now."""
        if info.state.is_terminal:
            self.cancelled.discard(info.job)
            self.finished += info.state is JobState.DONE
            self.failed += info.state is JobState.FAILED
        _log.info("job %s", info.state.value, extra={"job": info.job})
        self._publish(info)
        if info.state is JobState.DONE and self.queue.seconds_per_clip is not None:
            self.writer.write_note(_SPEED_NOTE, repr(self.queue.seconds_per_clip))
