"""Values in projects of OpenShot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from shotlog_otio.exact import LONGEST


def number_in(told: Any) -> Fraction | None:
    """Return a number as it is written, in seconds or frames; None where it is none."""
    if isinstance(told, str) and len(told) < 30:
        try:
            told = float(told)
        except ValueError:
            return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        return None
    return Fraction(told) if abs(told) <= LONGEST * 10_000 else None


def objects_in(items: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list; none where it is no list."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
