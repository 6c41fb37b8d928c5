"""Handles: what transitions show of items beyond their own ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.exact import exact_seconds
from shotlog_otio.timeline.facts import gap_fade, joined
from shotlog_otio.timeline.nodes import Node


def with_handles(node: Node, items: Sequence[Any], index: int) -> Node:
    """Return an item of a track with what the transitions beside it show and fade.

    A transition lies over a cut: it shows the item before the cut for ``out_offset`` longer, and
    the item after it for ``in_offset`` earlier. Where it lies between the item and a gap, or an end
    of the track, the item fades all through it.

    Args:
        node: The item.
        items: The children of its track, OpenTimelineIO objects.
        index: Number of the item among them.
    """
    head = _offset(items, index - 1, "in_offset")
    tail = _offset(items, index + 1, "out_offset")
    node = _with_fades(node, items, index)
    if not (head or tail):
        return node
    own = node.retiming.map_from(Fraction(0))
    pieces = own.pieces(TimeRange(start=Fraction(0), duration=node.retiming.length))
    first, last = (pieces[0][1], pieces[-1][1]) if pieces else (own, own)
    return replace(node, head=head * abs(first.speed), tail=tail * abs(last.speed))


def _with_fades(node: Node, items: Sequence[Any], index: int) -> Node:
    if isinstance(items[index], otio.schema.Gap):
        return node
    for edge, beside, appears in (
        (Fraction(0), index - 1, True),
        (node.retiming.length, index + 1, False),
    ):
        beyond = 2 * beside - index
        nothing = not 0 <= beyond < len(items) or isinstance(items[beyond], otio.schema.Gap)
        before, after = (_offset(items, beside, name) for name in ("in_offset", "out_offset"))
        if nothing and before + after:
            fade = gap_fade(edge, before, after, appears=appears)
            node = replace(node, facts=joined(node.facts, fade))
    return node


def _offset(items: Sequence[Any], index: int, name: str) -> Fraction:
    """Return one side of a transition in seconds; 0 where another item is there."""
    neighbour = items[index] if 0 <= index < len(items) else None
    if not isinstance(neighbour, otio.schema.Transition):
        return Fraction(0)
    try:
        return max(Fraction(0), exact_seconds(getattr(neighbour, name)))
    except ValueError:
        return Fraction(0)
