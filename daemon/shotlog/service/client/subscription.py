"""What a client that watches a job is told."""

from __future__ import annotations

from collections import deque

from shotlog.service.protocol import JobInfo, ProgressEvent


class JobSubscription:
    """What is to be told of one job: every change of state, and of progress the latest.

    Answers and events tell the same things, some of them twice; each is told once.

    Attributes:
        job: Its id.
        generation: Of the session whose events were heard last.
        due: When the state is to be asked for again, on the monotonic clock.
        told: What nobody has taken yet.
    """

    def __init__(self, job: str) -> None:
        self.job = job
        self.generation = -1
        self.due = 0.0
        self.told: deque[JobInfo | ProgressEvent] = deque()
        self._state: tuple[object, ...] | None = None
        self._progress: ProgressEvent | None = None

    def tell(self, event: JobInfo | ProgressEvent) -> None:
        """Takes what the daemon said of the job."""
        if isinstance(event, ProgressEvent):
            self._tell_progress(event)
            return
        state = (event.state, event.attempts)
        if state != self._state:
            self._state = state
            self.told.append(event)
        elif event.stage is not None:
            self._tell_progress(
                ProgressEvent(
                    job=event.job,
                    stage=event.stage,
                    done=event.done,
                    total=event.total,
                    unit=event.unit,
                )
            )

    def _tell_progress(self, event: ProgressEvent) -> None:
        if event == self._progress:
            return
        self._progress = event
        if self.told and isinstance(self.told[-1], ProgressEvent):
            self.told.pop()  # only the latest counts
        self.told.append(event)
