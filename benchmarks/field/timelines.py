"""What timelines leave out: where media starts, drop-frame, rates, warnings, odd markers."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
