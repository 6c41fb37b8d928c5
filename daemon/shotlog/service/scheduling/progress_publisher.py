"""Rate limit for progress events of the running jobs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from shotlog.service.ipc import Progressed
from shotlog.service.protocol import ProgressEvent

PROGRESS_SECONDS = 0.1
"""Minimum interval between two progress events of a job."""


class ProgressPublisher:
    """Latest progress of the running jobs, published at limited rate. For one thread.

    Args:
        publish: Called with an event for each running job.
        clock: Monotonic clock, in seconds.
    """

    def __init__(
        self, publish: Callable[[ProgressEvent], None], clock: Callable[[], float]
    ) -> None:
        self._publish, self._clock = publish, clock
        self._latest: Progressed | None = None
        self._unpublished = False
        self._published_at = -math.inf

    @property
    def fields(self) -> dict[str, Any]:
        """Fields of the latest progress as clients see them; empty: there is none."""
        if self._latest is None:
            return {}
        return self._latest.model_dump(include={"stage", "done", "total", "unit"})

    def update(self, progress: Progressed) -> None:
        """Replace the latest progress."""
        self._latest, self._unpublished = progress, True

    def clear(self) -> None:
        """Discard the latest progress, because its jobs no longer run."""
        self._latest, self._unpublished = None, False

    def flush(self, jobs: Sequence[str]) -> None:
        """Publish the latest progress for these jobs, unless that was done a moment ago."""
        now = self._clock()
        if self._unpublished and now - self._published_at >= PROGRESS_SECONDS:
            self._published_at, self._unpublished = now, False
            for job in jobs:
                self._publish(ProgressEvent(job=job, **self.fields))
