"""Counters of requests and messages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """Counts since the start of the daemon.

    Attributes:
        requests: Requests by type.
        refused: Refused requests by error code.
        dropped: Progress events that were replaced by a later one before they were sent.
        lagged: Notices to clients that they read too slowly.
        connected: Clients that are connected now.
    """

    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    lagged: int = 0
    connected: int = 0
