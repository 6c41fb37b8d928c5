"""Time effects: the speed and direction at which an item shows its content."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog_otio.dialects import detect_dialect
from shotlog_otio.exact import exact_scalar


@dataclass(frozen=True)
class Speed:
    """The speed at which an item shows its content.

    Attributes:
        value: Content seconds per second of the parent; negative backwards, 0 for a freeze frame,
            1 where it is not known.
        unknown: The reason why it is not known; None where it is known.
    """

    value: Fraction = Fraction(1)
    unknown: str | None = None


def speed_of(item: Any) -> Speed:
    """Return the product of an item's enabled time effects."""
    value = Fraction(1)
    for effect in item.effects:
        # Older versions of OpenTimelineIO have no member "enabled".
        if not isinstance(effect, otio.schema.TimeEffect) or not getattr(effect, "enabled", True):
            continue
        # A freeze frame is a LinearTimeWarp too, and the file may hold any scalar for it.
        if isinstance(effect, otio.schema.FreezeFrame):
            return Speed(Fraction(0))
        if not isinstance(effect, otio.schema.LinearTimeWarp):
            return Speed(unknown=f"it has {_describe(effect)}")
        try:
            value *= exact_scalar(effect.time_scalar)
        except ValueError:
            return Speed(unknown=f"it has a speed of {effect.time_scalar}")
    return Speed(value)


def _describe(effect: Any) -> str:
    # The effect's own metadata decide: a clip may come from another NLE than its timeline.
    told = detect_dialect([effect.metadata]).describe_effect(effect.metadata)
    if told is not None:
        return told
    name = effect.effect_name or effect.name
    called = f" ({name})" if name else ""
    return f"a speed effect{called} whose curve the timeline does not tell"
