"""Levels, effects and transitions of tracks and their items, for renders.

A level is the factor of the samples. Its key frames count in frames of the clip, as in-points do
(*Final Cut Pro XML Interchange Format*, "Keyframes").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial

from shotlog.schema import TimeRange
from shotlog_otio.fcp7.values import frames_in, is_on, number_in, text_in
from shotlog_otio.timeline import (
    FactsReader,
    ItemFacts,
    Level,
    UnfollowedPart,
    checked_gain,
    is_dissolve,
    level_of,
)
from shotlog_otio.xml_text import Element

_LEVELS = "audiolevels"
_FOLLOWED = frozenset({_LEVELS, "timeremap"})
_UNSET = {"scale": "100", "opacity": "100", "aspect": "100", "pan": "0"}
"""Values of no change, by the ids of parameters; of all others it is 0."""

_GRAPHIC = "GraphicAndType"
"""Premiere Pro's own titles, which it writes as filters of a clip."""


def facts_reader(item: Element, rate: Fraction) -> FactsReader | None:
    """Return the reader of the facts of an item of a track; None where it has none.

    Args:
        item: The item.
        rate: The frames per second in which it counts.
    """
    if not any(child.tag in ("filter", "compositemode") for child in item.children):
        return None
    return partial(_facts_of, item, rate)


def transition_facts(track: Element, rate: Fraction) -> FactsReader | None:
    """Return the reader of the transitions of a track that are no dissolves; None without any.

    Args:
        track: The track.
        rate: Frames per second of its sequence.
    """
    others = [item for item in track.all("transitionitem") if not is_dissolve(_name(item))]
    return partial(_transitions, others, rate) if others else None


def _name(owner: Element) -> str:
    return owner.value("effect", "name") or owner.value("effect", "effectid") or ""


def _transitions(items: list[Element], rate: Fraction) -> ItemFacts:
    parts = []
    for item in items:
        with suppress(ValueError):
            first, end = frames_in(item, "start", rate), frames_in(item, "end", rate)
            if first is not None and end is not None and 0 <= first < end:
                shown = TimeRange.between(first / rate, end / rate)
                parts.append(UnfollowedPart("transition", _name(item), shown))
    return ItemFacts(unfollowed=tuple(parts))


def _facts_of(item: Element, rate: Fraction) -> ItemFacts:
    levels: list[Level] = []
    parts: list[UnfollowedPart] = []
    for holder in item.all("filter"):
        effect = holder.child("effect")
        if effect is None or not is_on(holder, "enabled", otherwise=True):
            continue
        kind = (effect.value("effectid") or "").strip()
        if kind == _LEVELS:
            levels += _levels(effect, item, rate)
        elif kind not in _FOLLOWED and _is_set(effect):
            named = _name(holder) or "an effect without a name"
            parts.append(UnfollowedPart("title" if kind == _GRAPHIC else "effect", named))
    mode = text_in(item, "compositemode").strip()
    if mode and mode != "normal":
        parts.append(UnfollowedPart("blend", mode))
    return ItemFacts(tuple(levels), tuple(parts))


def _is_set(effect: Element) -> bool:
    """Return whether an effect changes anything; Premiere Pro writes its motion on every clip."""
    parameters = effect.all("parameter")
    motion = (effect.value("effecttype") or "") == "motion"
    return not motion or not parameters or any(not _is_unset(item) for item in parameters)


def _is_unset(parameter: Element) -> bool:
    if parameter.child("keyframe") is not None:
        return False
    unset = _UNSET.get(parameter.value("parameterid") or "", "0")
    value = parameter.child("value")
    texts = [item.text.strip() for item in value.walk()] if value is not None else []
    return all(_equals(text, unset) for text in texts if text)


def _equals(text: str, number: str) -> bool:
    if text.casefold() in ("false", "true"):
        return text.casefold() == "false"
    with suppress(ValueError):
        return float(text) == float(number)
    return False


def _levels(effect: Element, item: Element, rate: Fraction) -> Iterator[Level]:
    for parameter in effect.all("parameter"):
        if parameter.value("parameterid") != "level":
            continue
        first = Fraction(0)
        with suppress(ValueError):
            first = max(frames_in(item, "in", rate) or first, first)  # -1 is a point not set
        points = []
        for key in parameter.all("keyframe"):
            with suppress(ValueError):
                when, gain = frames_in(key, "when", rate), _gain(key)
                if when is not None and gain is not None:
                    points.append(((when - first) / rate, gain))
        with suppress(ValueError):
            if not points and (gain := _gain(parameter)) is not None:
                points.append((Fraction(0), gain))
        yield from level_of(points)


def _gain(owner: Element) -> float | None:
    value = number_in(owner, "value")
    return None if value is None else checked_gain(float(value))
