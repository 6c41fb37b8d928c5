"""Time effects: the speed, the direction or the ramp by which an item shows its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Dialect, KeyFrame, Retiming, detect_dialect
from shotlog_otio.exact import exact_scalar
from shotlog_otio.timeline.ramps import ramp_of


@dataclass(frozen=True)
class Speed:
    """The speed at which an item shows its content.

    Attributes:
        value: Content seconds per second of the parent; negative backwards, 0 for a freeze frame,
            1 where it is not known.
        unknown: The reason why it is not known; None where it is known.
        keys: The key frames of a speed ramp; None for a constant speed.
    """

    value: Fraction = Fraction(1)
    unknown: str | None = None
    keys: Sequence[KeyFrame] | None = None


def retiming_of(
    item: Any,
    own: TimeRange,
    available: TimeRange | None,
    rates: tuple[Fraction | None, Fraction | None],
    dialect: Dialect,
) -> tuple[Retiming, Speed]:
    """Return the relation between an item's content and its place in its parent, and its speed.

    Args:
        item: The OpenTimelineIO object.
        own: Its ``source_range``, or its whole content where it has none.
        available: Range of its media; None where it is not known, and for what holds no media.
        rates: Frames per second of its own range and of its media; None where not known.
        dialect: That of the timeline.
    """
    speed = speed_of(item)
    if speed.keys is None:
        return dialect.retime(own, speed.value), speed
    rate, media_rate = rates
    try:
        if rate is None:
            raise ValueError("has no frame rate")
        return ramp_of(speed.keys, own, available, rate, media_rate or rate), speed
    except ValueError as error:
        unknown = f"it has a speed ramp of {len(speed.keys)} key frames, which {error}"
        return dialect.retime(own, Fraction(1)), Speed(unknown=unknown)


def speed_of(item: Any) -> Speed:
    """Return the product of an item's enabled time effects, or its speed ramp."""
    value, keys, effects = Fraction(1), None, item.effects
    # To ask for the first of none takes as long as all else about a clip.
    for effect in effects if len(effects) else ():
        # Older versions of OpenTimelineIO have no member "enabled".
        if not isinstance(effect, otio.schema.TimeEffect) or not getattr(effect, "enabled", True):
            continue
        # A freeze frame is a LinearTimeWarp too, and the file may hold any scalar for it.
        if isinstance(effect, otio.schema.FreezeFrame):
            return Speed(Fraction(0))
        if not isinstance(effect, otio.schema.LinearTimeWarp):
            known = detect_dialect([effect.metadata]).key_frames(effect.metadata)
            if known is None or keys is not None:
                return Speed(unknown=f"it has {_describe(effect)}")
            keys = known
            continue
        try:
            value *= exact_scalar(effect.time_scalar)
        except ValueError:
            return Speed(unknown=f"it has a speed of {effect.time_scalar}")
    if keys is None:
        return Speed(value)
    # Whether the ramp counts before or after another speed is not told.
    other = None if value == 1 else "it has a speed ramp and another speed effect"
    return Speed(unknown=other, keys=None if other else keys)


def _describe(effect: Any) -> str:
    # The effect's own metadata decide: a clip may come from another NLE than its timeline.
    told = detect_dialect([effect.metadata]).describe_effect(effect.metadata)
    if told is not None:
        return told
    name = effect.effect_name or effect.name
    called = f" ({name})" if name else ""
    return f"a speed effect{called} whose curve the timeline does not tell"
