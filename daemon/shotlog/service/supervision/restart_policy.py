"""What to make of a worker's death: start it again, but not for ever, and not for any job.

Three questions: when may the next start be (1, 2, 4 ... 30 s after the last death), is it of any
use (a crash breaker: three deaths in five minutes, then five minutes' rest and one trial), and is
a job to blame (two deaths over it without getting further). A death is set against what the job
had left: work that was killed from outside has less left each time, as evidence is kept; a job
that kills its worker dies at the same place. A death over several jobs that ran together is held
against none of them, nor against the worker: each is run alone next, and that shows whose it was.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

from shotlog.service.protocol import MAX_BACKOFF, MIN_BACKOFF

DEATHS, WITHIN = 3, 300.0
"""So many deaths within so many seconds, and the worker is given a rest of as many seconds."""

STRIKES = 2
"""Deaths over one job, with nothing gained in between, until it is given up."""


class Left(NamedTuple):
    """What a job had still to do when it was last heard of.

    Attributes:
        stage: The name of the stage it was in.
        amount: ``total - done`` of that stage.
    """

    stage: str
    amount: float


class RestartPolicy:
    """Counts deaths of the worker. For one thread.

    Args:
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._least: dict[str, dict[str, float]] = {}  # by job, by stage
        self._strikes: dict[str, int] = {}
        self._deaths: list[float] = []
        self._in_a_row = 0
        self._last = self._rest_until = -math.inf
        self._on_trial = False

    def died(self, *jobs: str, left: Left | None = None) -> None:
        """The worker died, by itself or by another's hand.

        Args:
            jobs: What it was doing; none: nothing, or it was still starting.
            left: What they had left; None where it had not told yet.
        """
        self._last = self._clock()
        further = False
        if len(jobs) == 1:
            further = self._further(jobs[0], left)
            self._strikes[jobs[0]] = 1 if further else self._strikes.get(jobs[0], 0) + 1
        if further:
            self._in_a_row = 1
            return
        self._in_a_row += 1
        self._deaths = [at for at in self._deaths if self._last - at < WITHIN]
        if len(jobs) <= 1:
            self._deaths.append(self._last)
        if self._on_trial or len(self._deaths) >= DEATHS:
            self._rest_until = self._last + WITHIN
            self._on_trial = True

    def worked(self, job: str) -> None:
        """The worker has come to the end of a job: it is sound."""
        self.forget(job)
        self.forgive()

    def forget(self, job: str) -> None:
        """A job is over."""
        self._least.pop(job, None)
        self._strikes.pop(job, None)

    def forgive(self) -> None:
        """Somebody wants the worker to be tried again now."""
        self._deaths = []
        self._in_a_row = 0
        self._last = self._rest_until = -math.inf
        self._on_trial = False

    def wait(self) -> float:
        """Seconds until the worker may be started; 0: now."""
        pause = min(MAX_BACKOFF, MIN_BACKOFF * 2.0 ** min(self._in_a_row - 1, 10))
        return max(0.0, self._last + pause - self._clock(), self._rest_until - self._clock())

    @property
    def broken(self) -> bool:
        """Whether the worker is given a rest, as it died too often."""
        return self._clock() < self._rest_until

    def blames(self, job: str) -> bool:
        """Whether a job is to be given up: its workers died over it without getting further."""
        return self._strikes.get(job, 0) >= STRIKES

    def _further(self, job: str, left: Left | None) -> bool:
        """Whether a job had come further than at its last death; the first shows nothing."""
        known = job in self._strikes
        if left is None:
            return False
        least = self._least.setdefault(job, {})
        before = least.get(left.stage)
        least[left.stage] = left.amount if before is None else min(before, left.amount)
        return known and (before is None or left.amount < before)
