"""Nodes of story elements, made of their place and their content."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcpxml.items import Placed, Timing
from shotlog_otio.fcpxml.media_content import Content
from shotlog_otio.references import ClipMedia
from shotlog_otio.timeline import Address, Child, Kind, Node, joined
from shotlog_otio.xml_text import Element


def straight(node: Node, content: Content) -> Node:
    """Return the node of an element whose content runs on its local timeline."""
    inner = content.node
    return replace(
        inner,
        name=node.name or inner.name,
        retiming=node.retiming,
        path=node.path,
        enabled=node.enabled and inner.enabled,
        markers=node.markers,
        facts=joined(inner.facts, node.facts),
    )


def retimed(node: Node, timing: Timing, content: Content) -> Node:
    """Return the node of an element with a time map: its local timeline around its content.

    They are two, as a freeze frame shows its content's one moment at all of its own times, on which
    its markers lie.
    """
    course = content.course(timing)
    inner = replace(
        content.node,
        name=content.node.name or node.name,
        retiming=course.retiming(timing.local, content.shift),
        path=content.node.path or node.path,
        warnings=(*content.node.warnings, *course.warnings),
    )
    return replace(node, kind=Kind.STACK, children=(Child(0, timing.start, inner),))


def with_tail(placed: Placed, length: Fraction) -> Placed:
    """Return an item with what a transition shows of it after its end, in timeline seconds."""
    return _with_handle(placed, "tail", length)


def with_head(placed: Placed, length: Fraction) -> Placed:
    """Return an item with what a transition shows of it before its start."""
    return _with_handle(placed, "head", length)


def _with_handle(placed: Placed, name: str, length: Fraction) -> Placed:
    """Return an item with the part of it that a transition shows beyond its range."""
    if length <= 0 or placed.node.kind is Kind.GAP:
        return placed
    return placed._replace(node=_handled(placed.node, name, length))


def _handled(node: Node, name: str, length: Fraction) -> Node:
    seconds = length * abs(node.retiming.speed)
    wrapped = node.kind is Kind.STACK and len(node.children) == 1
    if wrapped and (inner := node.children[0]).node.kind is Kind.CLIP:
        handled = _handled(inner.node, name, seconds)
        return replace(node, children=(inner._replace(node=handled),))
    return replace(node, **{name: seconds})  # type: ignore[arg-type]


def faulty(element: Element, fault: str, path: Address, picture: bool) -> Node:
    """Return the node of an element that cannot be placed, with the reason; it takes no time."""
    nothing = TimeRange(start=Fraction(0), duration=Fraction(0))
    meant = element.tag not in ("gap", "audio") if picture else element.tag == "audio"
    return Node(
        kind=Kind.CLIP if meant else Kind.GAP,
        name=element.get("name") or "",
        retiming=Retiming(nothing, Fraction(0), Fraction(1)),
        path=path,
        media=ClipMedia(),
        picture=picture,
        fault=fault,
    )
