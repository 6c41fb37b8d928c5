"""Defaults that are read without the model of the settings, which takes longer to import."""

DEFAULT_KEEP_ALIVE = 900.0
"""Seconds that models stay loaded after their last use, unless a request sets another time."""

IDLE_TIMEOUT = 3600.0
"""Seconds without clients and jobs after which the daemon ends."""

# A year. Larger numbers, such as 1e400, would overflow the clocks that count the time.
MAX_KEEP_ALIVE = 365 * 24 * 3600
"""The longest keep-alive of models, in seconds; -1 has no limit."""

DEFAULT_CACHE_SIZE = 2 * 1024**3
"""Largest size of the result cache, in bytes."""
