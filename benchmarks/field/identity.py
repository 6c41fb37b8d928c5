"""Films that only look alike from outside."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
