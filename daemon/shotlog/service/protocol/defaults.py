"""Default times, in seconds, that several parts of the daemon and its clients share."""

from __future__ import annotations

DEFAULT_KEEP_ALIVE = 900.0
"""Time that models stay loaded after their last use, unless a request sets another."""

IDLE_TIMEOUT = 3600.0
"""Time without clients and jobs after which the daemon ends."""

MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0
"""Delay between a crash of the worker and its next start: doubled by each crash, to the maximum."""
