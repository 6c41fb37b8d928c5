"""Times that several parts of the daemon and its clients share, in seconds."""

from __future__ import annotations

DEFAULT_KEEP_ALIVE = 900.0
"""Models stay loaded for so long after their last use, unless a request gives another time."""

IDLE_TIMEOUT = 3600.0
"""The daemon ends after so long without client and job."""

MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0
"""Between a worker's death and the next start; doubled with each death, up to the longest."""
