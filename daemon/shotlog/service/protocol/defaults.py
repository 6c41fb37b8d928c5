"""Default times, in seconds, that several parts of the daemon and its clients share."""

from __future__ import annotations

MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0
"""Delay between a crash of the worker and its next start: doubled by each crash, to the maximum."""
