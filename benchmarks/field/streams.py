"""Which stream is the film, and which way up it is."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
