"""What is counted that stands in no status."""

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
    """

    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    lagged: int = 0
