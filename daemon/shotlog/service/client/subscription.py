"""Queue of the events of one watched job."""

from __future__ import annotations

from collections import deque

from shotlog.service.protocol import JobInfo, ProgressEvent


class JobSubscription:
    """Undelivered events of one job: every change of state, and the latest progress.

    Replies and events report the same things, some of them twice; each is delivered once.

    Attributes:
        job: Id of the job.
        generation: Generation of the session in which the state was last requested.
        refresh_at: Time on the monotonic clock at which to request the state again.
        pending: Events that the caller has not taken yet, oldest first.
    """

    def __init__(self, job: str) -> None:
        self.job = job
        self.generation = -1
        self.refresh_at = 0.0
        self.pending: deque[JobInfo | ProgressEvent] = deque()
        self._state: tuple[object, ...] | None = None
        self._progress: ProgressEvent | None = None

    def add(self, event: JobInfo | ProgressEvent) -> None:
        """Add an event, unless it repeats what is known."""
        if isinstance(event, ProgressEvent):
            self._add_progress(event)
            return
        # The attempts too: a job that was preempted and resumed is "running" twice.
        state = (event.state, event.attempts)
        if state != self._state:
            self._state = state
            self.pending.append(event)
        elif event.stage is not None:
            self._add_progress(
                ProgressEvent(
                    job=event.job,
                    stage=event.stage,
                    done=event.done,
                    total=event.total,
                    unit=event.unit,
                )
            )

    def _add_progress(self, event: ProgressEvent) -> None:
        if event == self._progress:
            return
        self._progress = event
        if self.pending and isinstance(self.pending[-1], ProgressEvent):
            self.pending.pop()  # a slow caller gets the latest progress only
        self.pending.append(event)
