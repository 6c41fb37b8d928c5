"""Idle time-out of the worker (keep-alive of its models).

An editor submits, looks, corrects and submits again: 15 minutes keep an editing session warm. The
worker's model pool unloads each model at its own time-out. The worker itself is ended when it has
unloaded the last one, because only the end of a process returns all memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from shotlog.service.protocol import DEFAULT_KEEP_ALIVE


class IdleTimeout:
    """Time-out after which an idle worker is ended. For one thread; ask only while it is idle.

    A worker with models stays until the last is unloaded. One that never had any stays for the
    latest keep-alive that was requested: 0 ends it as soon as it is idle, a negative value never.

    Args:
        keep_alive: Seconds if no client requests a value; negative: never.
        clock: Monotonic clock, in seconds.
    """

    def __init__(
        self, keep_alive: float = DEFAULT_KEEP_ALIVE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._default = keep_alive
        self._clock = clock
        self._keep_alive = keep_alive
        self._last_use: float | None = None
        self._has_models = self._unloaded_last = False

    def renew(self, keep_alive: float | None = None) -> None:
        """Start the time-out anew, because the worker was used until now.

        Args:
            keep_alive: New value in seconds; None: the present value stays.
        """
        self._last_use, self._unloaded_last = self._clock(), False
        if keep_alive is not None:
            self._keep_alive = keep_alive

    def update_models(self, *models: str) -> None:
        """Record the loaded models; if the last one was unloaded, the time-out expires."""
        self._unloaded_last = self._has_models and not models
        self._has_models = bool(models)

    def reset(self) -> None:
        """Record the end of the worker; the requested keep-alive ends with it."""
        self._last_use, self._has_models, self._unloaded_last = None, False, False
        self._keep_alive = self._default

    def seconds_left(self) -> float | None:
        """Return the seconds until the worker is ended; 0: now; None: never, or it is unused."""
        # The model pool has applied each model's keep-alive already.
        if self._unloaded_last:
            return 0.0
        if self._last_use is None or self._has_models or self._keep_alive < 0:
            return None
        return max(0.0, self._last_use + self._keep_alive - self._clock())

    @property
    def expired(self) -> bool:
        """True if the worker is to be ended now."""
        return self.seconds_left() == 0
