"""Levels, effects and transitions of AAF, for renders.

They are read with the tree, as the file is closed afterwards. A gain is the factor of the samples,
and the times of its points count from 0 to 1 over the effect (*AAF Edit Protocol*, "VaryingValue").
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from aaf2 import components, misc

from shotlog.schema import TimeRange
from shotlog_otio.aaf.opening import FAULTS
from shotlog_otio.aaf.values import Aaf, fraction_of, length_of, text_of, value_of
from shotlog_otio.timeline import (
    ItemFacts,
    Node,
    UnfollowedPart,
    checked_gain,
    gap_fade,
    is_dissolve,
    joined,
    level_of,
)

_GAINS = ("amplitude", "level")
"""Words in the names of a gain's parameter: ``Amplitude multiplier`` of Media Composer."""

_SHOWS_NOTHING = (components.Filler, components.ScopeReference)
"""Components that show what lies below."""

_NO_CHANGE = frozenset({"submaster", "collapse"})
"""Effects that only hold others."""


def with_effect(node: Node, group: Aaf, length: Fraction, *, picture: bool) -> Node:
    """Return an item with the facts of the effect around it.

    Args:
        node: The item, or the track.
        group: The effect.
        length: Its length in seconds.
        picture: False for one of sound.
    """
    name = text_of(value_of(group, "Operation"), "Name") or "an effect without a name"
    facts = ItemFacts()
    if not picture and "gain" in name.casefold():
        with suppress(*FAULTS):
            facts = ItemFacts(levels=level_of(_points(group, length)))
    elif not picture and "pan" in name.casefold():
        return node  # Media Composer writes one on every track
    elif name.casefold() not in _NO_CHANGE:
        facts = ItemFacts(unfollowed=(UnfollowedPart("effect", name),))
    return _with(node, facts)


def with_transition(node: Node, transition: Aaf, length: Fraction) -> Node:
    """Return the item after a transition with it, where it is no dissolve."""
    name = text_of(value_of(value_of(transition, "OperationGroup"), "Operation"), "Name")
    if is_dissolve(name):
        return node
    shown = TimeRange(start=Fraction(0), duration=length)
    return _with(node, ItemFacts(unfollowed=(UnfollowedPart("transition", name, shown),)))


def with_gap_fades(node: Node, parts: Sequence[Aaf], number: int, rate: Fraction) -> Node:
    """Return an item with its fades by transitions between it and filler, or an end of the track.

    Args:
        node: The item.
        parts: The components of its sequence.
        number: Its number among them.
        rate: Edit units per second.
    """
    for step, edge in ((-1, Fraction(0)), (1, node.retiming.length)):
        transition, neighbour = (
            parts[at] if 0 <= (at := number + count * step) < len(parts) else None
            for count in (1, 2)
        )
        if not isinstance(transition, components.Transition):
            continue
        if neighbour is None or isinstance(neighbour, _SHOWS_NOTHING):
            over, none = length_of(transition, rate), Fraction(0)
            # The transition lies within the item, at its edge.
            before, after = (none, over) if step < 0 else (over, none)
            fade = gap_fade(edge, before, after, appears=step < 0)
            node = replace(node, facts=joined(node.facts, fade))
    return node


def with_effects(track: Node, groups: Sequence[Aaf], rate: Fraction) -> Node:
    """Return a track with the facts of the effects on the whole of it."""
    for group in groups:
        track = with_effect(track, group, length_of(group, rate), picture=track.picture)
    return track


def _with(node: Node, facts: ItemFacts) -> Node:
    if facts == ItemFacts():
        return node
    return replace(node, facts=joined(node.facts, lambda: facts))


def _points(group: Aaf, length: Fraction) -> list[tuple[Fraction, float]]:
    """Return the points of a gain in seconds.

    Raises:
        ValueError: A value is no gain.
    """
    for parameter in value_of(group, "Parameters", ()):
        name = text_of(parameter.parameterdef, "Name").casefold()
        if not any(word in name for word in _GAINS):
            continue
        if isinstance(parameter, misc.VaryingValue):
            return [
                (fraction_of(value_of(item, "Time")) * length, _gain(value_of(item, "Value")))
                for item in value_of(parameter, "PointList", ())
            ]
        return [(Fraction(0), _gain(value_of(parameter, "Value")))]
    return []


def _gain(value: Aaf) -> float:
    return checked_gain(float(fraction_of(value)))
