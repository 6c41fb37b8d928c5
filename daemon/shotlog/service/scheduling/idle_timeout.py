"""When the worker is given up: keep-alive.

An editor asks, looks, corrects, and asks again: 15 minutes hold an editing session warm. The worker
knows how long each of its models is wanted, and lets it go then (``ensemble.py``). It is ended when
it holds none any more, as only the end of a process gives all memory back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from shotlog.service.protocol import DEFAULT_KEEP_ALIVE


class IdleTimeout:
    """How long the worker stays.

    As long as it holds models, and not longer once the last is gone. One that never held any stays
    as long as was wished: the latest wish rules, and whoever has none renews it; 0 gives up as
    soon as the worker is idle, a negative one never does. Ask only while the worker is idle. For
    one thread.

    Args:
        keep_alive: Seconds where nobody has a wish; negative: for ever.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self, keep_alive: float = DEFAULT_KEEP_ALIVE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._default = keep_alive
        self._clock = clock
        self._wish = keep_alive
        self._used: float | None = None
        self._holds = self._emptied = False

    def use(self, keep_alive: float | None = None) -> None:
        """Something was loaded, or was used until now."""
        self._used, self._emptied = self._clock(), False
        if keep_alive is not None:
            self._wish = keep_alive

    def holds(self, *models: str) -> None:
        """The worker holds these models now; where they were the last, it may go."""
        self._emptied = self._holds and not models
        self._holds = bool(models)

    def given_up(self) -> None:
        """The worker has ended, however that came; wishes for what it held are forgotten."""
        self._used, self._holds, self._emptied = None, False, False
        self._wish = self._default

    def left(self) -> float | None:
        """Seconds until it is to be given up, 0 for now; None: never, or nothing is held."""
        if self._emptied:
            return 0.0
        if self._used is None or self._holds or self._wish < 0:
            return None
        return max(0.0, self._used + self._wish - self._clock())

    @property
    def due(self) -> bool:
        """Whether it is to be given up now."""
        return self.left() == 0
