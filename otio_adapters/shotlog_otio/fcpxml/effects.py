"""Levels, fades and effects of story elements, for renders.

Key frames count on the local timeline of their element, and levels are in dB. Final Cut Pro bends
its fades (``type="easeIn"``); here each is straight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial

from shotlog_otio.fcpxml.items import Timing
from shotlog_otio.fcpxml.times import length_in, time_in
from shotlog_otio.timeline import (
    FactsReader,
    ItemFacts,
    Level,
    UnfollowedPart,
    fades,
    gain_of_decibels,
    is_dissolve,
    level_of,
    points_of_decibels,
)
from shotlog_otio.xml_text import Element

_LEVEL = re.compile(r"\s*([+-]?(?:\d{1,6}(?:\.\d{0,12})?|inf))\s*(?:dB)?\s*", re.IGNORECASE)

_PICTURE = {
    "adjust-360-transform": "360 Transform",
    "adjust-cinematic": "Cinematic",
    "adjust-conform": "Spatial Conform",
    "adjust-corners": "Distort",
    "adjust-crop": "Crop",
    "adjust-orientation": "Orientation",
    "adjust-reorient": "Reorient",
    "adjust-rollingShutter": "Rolling Shutter",
    "adjust-stabilization": "Stabilization",
    "adjust-stereo-3D": "Stereo 3D",
    "adjust-transform": "Transform",
}
_SOUND = {
    "adjust-EQ": "Equalizer",
    "adjust-humReduction": "Hum Removal",
    "adjust-loudness": "Loudness",
    "adjust-matchEQ": "Match EQ",
    "adjust-noiseReduction": "Noise Removal",
    "adjust-panner": "Pan",
    "adjust-voiceIsolation": "Voice Isolation",
}
"""Adjustments by their elements, as Final Cut Pro's inspector names them. Conversion between colour
spaces (``adjust-colorConform``) is the render's own."""

_AS_IT_WAS = re.compile(r"(?:[+-]?0(?:\.0*)?|fit|trim)(?: [+-]?0(?:\.0*)?)*")
_UNSET = {"scale": "1 1", "amount": "1.0", "enabled": "1"}

_PLAIN_SAMPLING = ("floor", "nearest-neighbor")
_MARKS = ("adjust-", "filter-", "timeMap", "conform-rate", "mc-source", "audio-", "sync-source")


def facts_reader(element: Element, timing: Timing, *, picture: bool) -> FactsReader | None:
    """Return the reader of the facts of an element; None where it has none.

    Args:
        element: The element.
        timing: Its timing.
        picture: False for what is heard of it.
    """
    if not any(child.tag.startswith(_MARKS) for child in element.children):
        return None
    return partial(_facts_of, element, timing, picture)


def transition_facts(element: Element) -> FactsReader | None:
    """Return the reader of the facts of a transition; None where it is a dissolve."""
    name = element.get("name") or ""
    if is_dissolve(name):
        return None
    return lambda: ItemFacts(unfollowed=(UnfollowedPart("transition", name),))


def _facts_of(element: Element, timing: Timing, picture: bool) -> ItemFacts:
    holders = [element, *(child for child in element.children if child.tag.endswith("-source"))]
    if picture:
        seen = (part for holder in holders for part in _seen(holder))
        return ItemFacts(unfollowed=(*seen, *_sampling(element)))
    levels = list(_levels(element, timing))
    parts = [part for holder in holders for part in _heard(holder)]
    sources = [holder for holder in holders[1:] if holder.child("adjust-volume") is not None]
    if len(sources) == 1 and len(element.all(sources[0].tag)) == 1:
        levels += _levels(sources[0], timing)
    else:
        parts += [UnfollowedPart("effect", f"Volume ({_role(source)})") for source in sources]
    return ItemFacts(tuple(levels), tuple(parts))


def _role(source: Element) -> str:
    return source.get("role") or source.get("srcCh") or "a part of its sound"


def _seen(holder: Element) -> Iterator[UnfollowedPart]:
    for item in holder.children:
        if item.get("enabled") == "0":
            continue
        if item.tag == "filter-video":
            yield UnfollowedPart("effect", item.get("name") or "Video Effect")
        elif item.tag == "filter-video-mask":
            yield from _seen(item)
        elif item.tag == "adjust-blend" and _is_set(item):
            mode = item.get("mode")
            yield UnfollowedPart("blend", f"Blend Mode {mode}" if mode else "Opacity")
        elif item.tag in _PICTURE and _is_set(item):
            yield UnfollowedPart("effect", _PICTURE[item.tag])


def _heard(holder: Element) -> Iterator[UnfollowedPart]:
    for item in holder.children:
        if item.get("enabled") == "0":
            continue
        if item.tag == "filter-audio":
            yield UnfollowedPart("effect", item.get("name") or "Audio Effect")
        elif item.tag in _SOUND:
            yield UnfollowedPart("effect", _SOUND[item.tag])


def _is_set(item: Element) -> bool:
    """Return whether an adjustment changes anything: other values than those of no change."""
    values = [
        value
        for owner in (item, *item.children)
        for name, value in owner.attrib.items()
        if value != _UNSET.get(name) and name != "name"
    ]
    # One without any value works by itself, as stabilisation does.
    works_by_itself = not item.children and item.tag not in ("adjust-transform", "adjust-blend")
    bare = not item.attrib and works_by_itself
    return (
        bare
        or any(not _AS_IT_WAS.fullmatch(value.strip()) for value in values)
        or any(child.children for child in item.children)
    )


def _sampling(element: Element) -> Iterator[UnfollowedPart]:
    for tag in ("timeMap", "conform-rate"):
        found = element.child(tag)
        told = found.get("frameSampling") if found is not None else None
        if told is not None and told not in _PLAIN_SAMPLING:
            yield UnfollowedPart("retime", told)


def _levels(holder: Element, timing: Timing) -> Iterator[Level]:
    volume = holder.child("adjust-volume")
    if volume is None or volume.get("enabled") == "0":
        return
    told = volume.get("amount")
    yield from _steady(told)
    for param in volume.all("param"):
        keys = [key for owner in param.all("keyframeAnimation") for key in owner.all("keyframe")]
        points = [point for key in keys if (point := _point(key, timing)) is not None]
        if points:
            yield from level_of(points_of_decibels(points))
        elif told is None:
            yield from _steady(param.get("value"))
        starts, ends = (_fade(param.child(tag)) / timing.pace for tag in ("fadeIn", "fadeOut"))
        yield from fades(timing.length, starts, ends)


def _steady(text: str | None) -> tuple[Level, ...]:
    level = _decibels(text)
    return () if level is None else level_of(points_of_decibels([(Fraction(0), level)]))


def _point(key: Element, timing: Timing) -> tuple[Fraction, float] | None:
    with suppress(ValueError):
        at, level = time_in(key, "time"), _decibels(key.get("value"))
        if at is not None and level is not None:
            return (at - timing.start) / timing.pace, level
    return None


def _fade(fade: Element | None) -> Fraction:
    with suppress(ValueError):
        return (length_in(fade) if fade is not None else None) or Fraction(0)
    return Fraction(0)


def _decibels(text: str | None) -> float | None:
    found = _LEVEL.fullmatch(text or "")
    with suppress(ValueError):
        if found is not None:
            gain_of_decibels(float(found[1]))
            return float(found[1])
    return None
