"""Defaults that are read without the model of the settings, which takes longer to import."""

DEFAULT_KEEP_ALIVE = 900.0
"""Seconds that models stay loaded after their last use, unless a request sets another time."""

IDLE_TIMEOUT = 3600.0
"""Seconds without clients and jobs after which the daemon ends."""

MAX_KEEP_ALIVE = 365 * 24 * 3600
"""Longest time that models can be kept, in seconds; beyond it a user means without limit."""

DEFAULT_CACHE_SIZE = 2 * 1024**3
"""Largest size of the result cache, in bytes."""
