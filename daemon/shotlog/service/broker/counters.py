"""What is counted where messages come and go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """What happened since the start.

    Attributes:
        requests: By verb.
        refused: By error code.
        dropped: Progress events that were overtaken by a later one.
        lagged: Times that a client was told that it reads too slowly.
        connected: How many clients there are now.
    """

    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    lagged: int = 0
    connected: int = 0
