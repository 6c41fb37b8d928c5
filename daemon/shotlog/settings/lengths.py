"""Lengths of time as they are typed: ``15m``, ``2h``, ``90s``, a number of minutes, ``forever``."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from shotlog.settings.defaults import MAX_KEEP_ALIVE

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([smh]?)")


def parse_seconds(typed: str) -> int:
    """Return the seconds of a length of time that was typed; -1 for ``forever``.

    A number alone is minutes. Parts of a second are rounded up, so that a positive time never
    becomes 0, which means "at once" or "never".

    Raises:
        ValueError: It is no length of time, or too long a one; with a sentence for people.
    """
    if typed in ("-1", "forever"):
        return -1
    told = _LENGTH.fullmatch(typed)
    if told is None:
        raise ValueError(f"'{typed}' is not a time like 15m, 2h, 0, or forever.")
    seconds = math.ceil(Fraction(told[1]) * _SECONDS[told[2] or "m"])
    if seconds > MAX_KEEP_ALIVE:
        raise ValueError(f"'{typed}' is more than a year; use forever.")
    return seconds


def format_seconds(seconds: float) -> str:
    """Format a length of time as it is typed, in its largest whole unit: ``2h``, ``90s``, ``0``."""
    if seconds <= 0:
        return "forever" if seconds else "0"
    unit = next((u for u in ("h", "m") if seconds % _SECONDS[u] == 0), "s")
    return f"{seconds / _SECONDS[unit]:.3f}".rstrip("0").rstrip(".") + unit
