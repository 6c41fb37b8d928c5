"""Waits for what another process or thread does, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 240.0
"""Bound of a wait that only a fault makes longer; less than pytest's own for a test.

The slowest of these takes 10 s on a machine of its own, and machines of three times the work or a
third of the speed must not fail a run.
"""

_LOOKS_EVERY_S = 0.02


def wait_for(holds: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: It does not, in so many seconds.
    """
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"it did not happen in {seconds:.0f} s"
        time.sleep(_LOOKS_EVERY_S)
