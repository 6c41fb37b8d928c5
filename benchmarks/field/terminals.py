"""Terminals, pipes and homes that are not as usual."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
