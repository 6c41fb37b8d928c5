"""Folders, bundles and names of files, and the words for what is not read."""

from __future__ import annotations

from benchmarks.field.case import Case

CASES: tuple[Case, ...] = ()
