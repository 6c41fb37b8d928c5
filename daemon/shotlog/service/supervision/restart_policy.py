"""Restart policy: back-off, circuit breaker, poison-job detection.

- Back-off: the next start waits 1, 2, 4 ... 30 s after the last crash.
- Circuit breaker: after three crashes in five minutes no worker is started for five minutes; then
  one trial start decides.
- Poison jobs: a job is given up after two crashes without progress between them. Progress is the
  amount of work that remained at the crash: a job whose worker was killed from outside has less
  left each time, because measurements are cached; a job that kills its worker stops at the same
  point. A crash during a bundle counts neither against its jobs nor against the worker: each job
  then runs alone, which shows the one that caused it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from shotlog.service.protocol import MAX_BACKOFF, MIN_BACKOFF

MAX_CRASHES, CRASH_WINDOW = 3, 300.0
"""Crashes within so many seconds that open the circuit breaker, for as many seconds."""

POISON_CRASHES = 2
"""Crashes of one job, without progress between them, after which it is given up."""

_MAX_DOUBLINGS = 10
"""Limit of the exponent of the back-off, far above LONGEST_WAIT, so that it cannot overflow."""


class RemainingWork(NamedTuple):
    """Work that remained of a job at its last progress report.

    Attributes:
        stage: Name of the stage it was in.
        amount: ``total - done`` of that stage.
    """

    stage: str
    amount: float


class RestartPolicy:
    """Crash statistics of the worker. For one thread.

    Args:
        clock: Monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._least_remaining: dict[str, dict[str, float]] = {}  # by job, by stage
        self._job_crashes: dict[str, int] = {}
        self._crash_times: list[float] = []
        self._consecutive = 0
        self._last_crash = self._open_until = -math.inf
        self._half_open = False

    def record_crash(self, *jobs: str, remaining: RemainingWork | None = None) -> None:
        """Count an exit of the worker that was not requested.

        Args:
            jobs: Jobs that it ran; none if it was idle or still starting.
            remaining: Their remaining work; None if no progress was reported.
        """
        self._last_crash = self._clock()
        progressed = False
        if len(jobs) == 1:
            progressed = self._has_progressed(jobs[0], remaining)
            self._job_crashes[jobs[0]] = 1 if progressed else self._job_crashes.get(jobs[0], 0) + 1
        if progressed:
            # The worker does useful work between crashes, so neither back-off nor breaker grows.
            self._consecutive = 1
            return
        self._consecutive += 1
        self._crash_times = [at for at in self._crash_times if self._last_crash - at < CRASH_WINDOW]
        if len(jobs) <= 1:
            self._crash_times.append(self._last_crash)
        if self._half_open or len(self._crash_times) >= MAX_CRASHES:
            self._open_until = self._last_crash + CRASH_WINDOW
            self._half_open = True

    def record_success(self, job: str) -> None:
        """Count a job that the worker completed, which shows that the worker is sound."""
        self.forget_job(job)
        self.reset()

    def forget_job(self, job: str) -> None:
        """Discard the statistics of a job that has ended."""
        self._least_remaining.pop(job, None)
        self._job_crashes.pop(job, None)

    def reset(self) -> None:
        """Allow the next start now, and close the circuit breaker."""
        self._crash_times = []
        self._consecutive = 0
        self._last_crash = self._open_until = -math.inf
        self._half_open = False

    def start_delay(self) -> float:
        """Return the seconds until the worker may be started; 0: now."""
        back_off = min(MAX_BACKOFF, MIN_BACKOFF * 2.0 ** min(self._consecutive - 1, _MAX_DOUBLINGS))
        now = self._clock()
        return max(0.0, self._last_crash + back_off - now, self._open_until - now)

    @property
    def broken(self) -> bool:
        """True while the circuit breaker is open: the worker crashed too often."""
        return self._clock() < self._open_until

    def is_poison(self, job: str) -> bool:
        """Return True if a job is to be given up: it crashed its workers without progress."""
        return self._job_crashes.get(job, 0) >= POISON_CRASHES

    def _has_progressed(self, job: str, remaining: RemainingWork | None) -> bool:
        """Return True if less work remained than at the job's last crash."""
        crashed_before = job in self._job_crashes  # the first crash has nothing to compare with
        if remaining is None:
            return False
        least = self._least_remaining.setdefault(job, {})
        before = least.get(remaining.stage)
        least[remaining.stage] = (
            remaining.amount if before is None else min(before, remaining.amount)
        )
        return crashed_before and (before is None or remaining.amount < before)
