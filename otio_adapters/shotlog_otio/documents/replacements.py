"""Known kinds of objects that replace those of an unknown kind."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

FORMER_NAMES = {
    "Sequence": "Track",
    "Filler": "Gap",
    "SerializeableCollection": "SerializableCollection",
}
"""Kinds that had other names before OpenTimelineIO 0.8."""

_TIMING_TERMS = ("time", "speed", "warp", "freeze", "ramp")


def make_effect(name: str) -> Json:
    """Return an effect of a known kind for one of an unknown kind."""
    # An unknown effect on the speed makes the clip's frames unknown; any other does not matter.
    timing = any(term in name.lower() for term in _TIMING_TERMS)
    return {
        "OTIO_SCHEMA": "TimeEffect.1" if timing else "Effect.1",
        "metadata": {},
        "name": name,
        "effect_name": name,
        "enabled": True,
    }


def make_missing_reference(name: str) -> Json:
    """Return a reference to no media, for a media reference of an unknown kind."""
    return {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {},
        "name": name,
        "available_range": None,
        "available_image_bounds": None,
    }
