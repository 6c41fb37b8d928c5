"""Detection of a worker that has stopped making progress."""

from __future__ import annotations

from collections.abc import Callable

STALLED_SECONDS, STALLED_TIMES = 60.0, 20.0
"""A worker is stalled after max(60 s, 20 x the mean interval) without a message. The first limit
allows for models that are being loaded, the second for a slow CPU between two windows."""

_LATEST_WEIGHT = 0.1
"""Weight of the latest interval in the exponential moving mean."""


class StallDetector:
    """Time since the worker's last message, compared with the usual interval.

    Args:
        clock: Monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._mean_interval = 0.0
        self.restart()

    def restart(self) -> None:
        """Measure from now, because a new process or command starts."""
        self._since = self._clock()

    def record_message(self) -> None:
        """Add the interval that a message ends to the mean, and measure from now."""
        self._mean_interval += _LATEST_WEIGHT * (self.age - self._mean_interval)
        self.restart()

    @property
    def age(self) -> float:
        """Seconds since the last message."""
        return self._clock() - self._since

    @property
    def stalled(self) -> bool:
        """True after max(60 s, 20 x mean interval) without a message."""
        return self.age > max(STALLED_SECONDS, STALLED_TIMES * self._mean_interval)
