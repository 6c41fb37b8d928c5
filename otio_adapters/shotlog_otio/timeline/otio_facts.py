"""Effects, levels and transitions of an OpenTimelineIO file that renders must know.

OpenTimelineIO itself has no model of effects but their names. DaVinci Resolve keeps every parameter
that was set in its metadata: levels in dB, key frames counted in frames from the start of the clip
on the timeline, fades as lengths in frames (as Blender's reader of the format takes them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.exact import exact_seconds
from shotlog_otio.timeline.facts import (
    ItemFacts,
    Level,
    UnfollowedPart,
    fades,
    gain_of_decibels,
    is_dissolve,
    level_of,
    points_of_decibels,
)

_KEY = "Resolve_OTIO"
_VOLUME = "Fairlight Clip Volume and Fades"
_BLEND = "Composite"
_FRAME = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")


def facts_of_item(item: Any, length: Fraction, rate: Fraction | None) -> ItemFacts:
    """Return the facts of an item by its effects.

    Args:
        item: The OpenTimelineIO object.
        length: Its length in its parent, in seconds.
        rate: Frames per second of its own range; None where it is not known.
    """
    levels: list[Level] = []
    parts: list[UnfollowedPart] = []
    for effect in item.effects:
        if isinstance(effect, otio.schema.TimeEffect) or not getattr(effect, "enabled", True):
            continue
        own = _own(effect)
        if own is None:
            name = effect.effect_name or effect.name or "an effect without a name"
            parts.append(UnfollowedPart("effect", name))
        elif own.get("Enabled", True):
            told = str(own.get("Effect Name") or own.get("Name") or "")
            if told == _VOLUME:
                levels += _volume(own, length, rate)
            elif any(map(_is_set, _parameters(own))):
                parts.append(UnfollowedPart("blend" if told == _BLEND else "effect", told))
    return ItemFacts(tuple(levels), tuple(parts))


def facts_of_transitions(
    items: Sequence[Any], starts: Mapping[int, Fraction], end: Fraction
) -> ItemFacts:
    """Return the transitions of a track that are no dissolves.

    Args:
        items: The children of the track, OpenTimelineIO objects.
        starts: The start of each child that is no transition, by its number, in seconds.
        end: The end of the track.
    """
    parts = []
    for number, item in enumerate(items):
        if not isinstance(item, otio.schema.Transition):
            continue
        name = _transition_name(item)
        if item.transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve and is_dissolve(name):
            continue
        cut = next((starts[n] for n in range(number + 1, len(items)) if n in starts), end)
        with suppress(ValueError):
            before = max(Fraction(0), cut - exact_seconds(item.in_offset))
            shown = TimeRange.between(before, cut + exact_seconds(item.out_offset))
            parts.append(UnfollowedPart("transition", name or item.transition_type, shown))
    return ItemFacts(unfollowed=tuple(parts))


def _transition_name(item: Any) -> str:
    own = item.metadata.get(_KEY)
    effect = own.get("Effects") if isinstance(own, Mapping) else None
    told = effect.get("Effect Name") if isinstance(effect, Mapping) else None
    if told:
        return str(told)
    # The standard's own type says enough; tools put anything into the name.
    plain = item.transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve
    return "" if plain and not isinstance(own, Mapping) else str(item.name)


def _own(effect: Any) -> Mapping[str, Any] | None:
    own = effect.metadata.get(_KEY)
    return own if isinstance(own, Mapping) else None


def _parameters(own: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = own.get("Parameters")
    for item in found if isinstance(found, Sequence) and not isinstance(found, str) else ():
        if isinstance(item, Mapping):
            yield item


def _is_set(parameter: Mapping[str, Any]) -> bool:
    """Return whether a parameter has key frames, or another value than its default."""
    if parameter.get("Key Frames"):
        return True
    return bool(parameter.get("Parameter Value") != parameter.get("Default Parameter Value"))


def _volume(own: Mapping[str, Any], length: Fraction, rate: Fraction | None) -> Iterator[Level]:
    """Yield the levels of Resolve's volume; a value that is none counts as not set."""
    by_id = {str(item.get("Parameter ID")): item for item in _parameters(own)}
    volume = by_id.get("volume", {})
    points: list[tuple[Fraction, float]] = []
    keys = volume.get("Key Frames")
    for frame, key in keys.items() if isinstance(keys, Mapping) else ():
        value = key.get("Value") if isinstance(key, Mapping) else None
        if rate and _FRAME.fullmatch(str(frame)) and (level := _decibels(value)) is not None:
            points.append((Fraction(str(frame)) / rate, level))
    if not points and (level := _decibels(volume.get("Parameter Value", 0.0))) is not None:
        points.append((Fraction(0), level))
    yield from level_of(points_of_decibels(points))
    if rate:
        fade_in, fade_out = (_frames(by_id.get(name, {})) for name in ("faderIn", "faderOut"))
        yield from fades(length, fade_in / rate, fade_out / rate)


def _decibels(value: Any) -> float | None:
    with suppress(ValueError, TypeError, OverflowError):
        level = float(value)
        gain_of_decibels(level)
        return level
    return None


def _frames(parameter: Mapping[str, Any]) -> Fraction:
    with suppress(ValueError, TypeError, OverflowError):
        return max(Fraction(0), Fraction(parameter.get("Parameter Value") or 0))
    return Fraction(0)
