"""Clocks of files: the origin, timestamps that start again, timecode, rates that change."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
