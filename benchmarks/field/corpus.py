"""All cases, by module."""

from __future__ import annotations

from importlib import import_module

from benchmarks.field.case import Case

MODULES = (
    "timing",
    "timelines",
    "stills",
    "streams",
    "identity",
    "places",
    "names",
    "terminals",
    "service",
)
"""Modules of this package that hold cases, in the order in which they are run."""


def cases() -> list[Case]:
    """Return all cases; names are unique within a kind."""
    found: list[Case] = []
    for name in MODULES:
        found += import_module(f"benchmarks.field.{name}").CASES
    return found
