"""Levels, effects and transitions of clips of GES, for renders.

A property that changes has a binding: moments in nanoseconds of the clip's own time, in-point
included, and values, which for the type ``direct`` are shares of the property's range: that of a
volume ends at 10 (``ges-xml-formatter.c``; GstDirectControlBinding).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Final

from shotlog.schema import TimeRange
from shotlog_otio.timeline import (
    FactsReader,
    ItemFacts,
    Level,
    UnfollowedPart,
    checked_gain,
    level_of,
    steady,
)
from shotlog_otio.xges.structure import fields_of
from shotlog_otio.xml_text import Element

_NANO = 10**9
_AUDIO: Final = "2"
_VOLUME, _MUTE = "GstVolume::volume", "GstVolume::mute"
_LOUDEST: Final = 10
"""End of the range of GStreamer's ``volume``."""
_KEY: Final = re.compile(r"(\d{1,20}):([-+.\deE]{1,40})")
_CROSSFADE: Final = "crossfade"


def facts_reader(
    clip: Element, inpoint: Fraction, length: Fraction, *, picture: bool
) -> FactsReader | None:
    """Return the reader of the facts of a clip; None where it has none.

    Args:
        clip: The clip.
        inpoint: Its in-point in seconds.
        length: Its length in seconds.
        picture: False for a clip of sound alone.
    """
    if not clip.children:
        return None
    return partial(_facts_of, clip, inpoint, length, picture)


def transition_facts(layer: Element) -> FactsReader | None:
    """Return the reader of the transitions of a layer that are no cross-fades; None without any."""
    found = [
        item
        for item in layer.all("clip")
        if item.get("type-name") == "GESTransitionClip" and item.get("asset-id") != _CROSSFADE
    ]
    return partial(_transitions, found) if found else None


def _transitions(clips: list[Element]) -> ItemFacts:
    parts = []
    for clip in clips:
        times = [clip.get(name) or "" for name in ("start", "duration")]
        if all(text.isascii() and text.isdigit() and len(text) < 20 for text in times):
            start, duration = (Fraction(int(text), _NANO) for text in times)
            shown = TimeRange(start=start, duration=duration)
            parts.append(UnfollowedPart("transition", clip.get("asset-id") or "a wipe", shown))
    return ItemFacts(unfollowed=tuple(parts))


def _facts_of(clip: Element, inpoint: Fraction, length: Fraction, picture: bool) -> ItemFacts:
    parts = []
    for effect in clip.all("effect"):
        name = (effect.get("asset-id") or "").split(" ")[0]
        off = fields_of(effect.get("properties")).get("active", "true") == "false"
        if name and not off and "videorate" not in name:
            parts.append(UnfollowedPart("effect", name))
    heard = [source for source in clip.all("source") if _kind(source) == _AUDIO]
    levels = [level for source in heard for level in _levels(source, inpoint, length)]
    muted = picture and any(_is_off(source) for source in heard)
    seen = [source for source in clip.all("source") if source not in heard] if picture else []
    parts += [UnfollowedPart("blend", "alpha") for source in seen if _is_blended(source)]
    return ItemFacts(tuple(levels), tuple(parts), muted)


def _kind(source: Element) -> str:
    return fields_of(source.get("properties")).get("track-type", "")


def _is_off(source: Element) -> bool:
    if fields_of(source.get("properties")).get("active", "true").lower() == "false":
        return True
    return fields_of(source.get("children-properties")).get(_MUTE, "false").lower() == "true"


def _is_blended(source: Element) -> bool:
    keys = [value for binding in _bindings(source, "alpha") for _, value in _keys(binding)]
    return any(value != 1 for value in keys)


def _bindings(source: Element, name: str) -> Iterator[Element]:
    return (item for item in source.all("binding") if item.get("property") == name)


def _keys(binding: Element) -> list[tuple[Fraction, float]]:
    found = _KEY.findall(binding.get("values") or "")
    with suppress(ValueError):
        return [(Fraction(int(at), _NANO), float(value)) for at, value in found]
    return []


def _levels(source: Element, inpoint: Fraction, length: Fraction) -> Iterator[Level]:
    bindings = list(_bindings(source, "volume"))
    with suppress(ValueError):
        for binding in bindings:
            scale = 1 if binding.get("type") == "direct-absolute" else _LOUDEST
            keys = [(at - inpoint, checked_gain(value * scale)) for at, value in _keys(binding)]
            if length:
                yield from level_of((at, round(gain, 9)) for at, gain in keys)
        told = fields_of(source.get("children-properties")).get(_VOLUME)
        if told and not bindings:
            yield from steady(checked_gain(float(told)))
