"""The layout of a timeline: how long each item is, what it shows, and where it lies in its parent.

Everything is computed here in exact seconds. OpenTimelineIO's own time functions pass over time
effects and, where rates are mixed, count in the highest of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.exact import LONGEST, exact_range
from shotlog_otio.references import Found, References, length_of
from shotlog_otio.timeline.retime import Speed, Timing, speed_of, timing

Keys = tuple[str | int, ...]
"""The way to an object from the root of the JSON."""

_PREMIERE_BACKWARDS = (
    "it runs backwards in Premiere, which writes the start of such clips in more than one way"
    " (OpenTimelineIO issue 1890); check that the right frames were looked at"
)

_EMPTY = TimeRange(start=Fraction(0), duration=Fraction(0))


class Child(NamedTuple):
    """Something that lies in a track or stack: its key in the JSON list, its start, itself."""

    key: int
    start: Fraction
    node: Node


@dataclass(frozen=True, eq=False)
class Node:
    """An item of the timeline.

    Attributes:
        item: The OpenTimelineIO object.
        path: Where it stands in the JSON.
        timing: What it shows, and how long it takes in its parent.
        speed: Its own time effects.
        children: What lies in it, on the item's own clock; without transitions.
        found: What its media reference says, for a clip.
        fault: Why its length is not known; it then takes no time.
        record_start: For a track whose own range only tells its start timecode: that start.
        warnings: What was assumed about it.
    """

    item: Any
    path: Keys
    timing: Timing
    speed: Speed
    children: tuple[Child, ...] = ()
    found: Found | None = None
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()


def is_picture(item: Any) -> bool:
    """Whether an item of a stack may hold picture: all but tracks of another kind."""
    return not isinstance(item, otio.schema.Track) or item.kind.casefold() in ("video", "")


class Layout:
    """Lays out the items of one timeline file.

    Args:
        references: Reads the media references of clips.
        premiere: Whether ``source_range`` follows Premiere's convention.
    """

    def __init__(self, references: References, *, premiere: bool) -> None:
        self._references = references
        self._premiere = premiere

    def node(self, item: Any, path: Keys, *, picture: bool = True) -> Node:
        """An item with all that lies in it; media is looked up for picture alone."""
        if isinstance(item, otio.schema.Clip):
            return self._clip(item, path, picture=picture)
        if not isinstance(item, otio.core.Composition):
            return self._timed(item, path, None)
        nodes = [
            (index, self.node(child, (*path, "children", index), picture=picture and seen))
            for index, child in enumerate(item)
            if isinstance(child, otio.core.Item)
            for seen in (is_picture(child),)
        ]
        children = tuple(_queue(nodes) if isinstance(item, otio.schema.Track) else _pile(nodes))
        length = max((start + child.timing.length for _, start, child in children), default=0)
        whole = TimeRange(start=Fraction(0), duration=Fraction(length))
        return self._timed(item, path, whole, children=children)

    def _clip(self, clip: Any, path: Keys, *, picture: bool) -> Node:
        found = self._references.read(clip) if picture else length_of(clip)
        return self._timed(clip, path, found.available, found=found)

    def _timed(
        self,
        item: Any,
        path: Keys,
        whole: TimeRange | None,
        *,
        found: Found | None = None,
        children: tuple[Child, ...] = (),
    ) -> Node:
        """The node, given the range of everything that the item has."""
        own, speed = _own_range(item, whole), speed_of(item)
        fault, warnings = own.fault, [*(found.warnings if found else ()), *own.warnings]
        shown = timing(own.range, speed.value, premiere=self._premiere)
        if not children and max(shown.length, shown.content.duration) > LONGEST:
            fault, shown = (
                "its length is out of all bounds",
                timing(_EMPTY, speed.value, premiere=False),
            )
        if self._premiere and speed.value < 0:
            warnings.append(_PREMIERE_BACKWARDS)
        return Node(
            item, path, shown, speed, children, found, fault, own.record_start, tuple(warnings)
        )


class _Own(NamedTuple):
    """An item's own range, as the file gives it; see :class:`Node` for the rest."""

    range: TimeRange
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()


def _own_range(item: Any, whole: TimeRange | None) -> _Own:
    if item.source_range is None:
        missing = "neither its own range nor the length of its media is given"
        return _Own(_EMPTY, missing) if whole is None else _Own(whole)
    try:
        own = exact_range(item.source_range)
    except ValueError as error:
        if whole is None or isinstance(item, otio.schema.Clip):
            return _Own(_EMPTY, str(error))
        return _Own(whole, warnings=(f"its own range is passed over: {error}",))
    if isinstance(item, otio.schema.Track) and whole and own.end <= 0 < whole.duration:
        # A range that ends before the content starts would show nothing. OpenTimelineIO's EDL
        # reader writes it for "record timecode starts at -start".
        warning = "its own range lies before its clips and was taken for its start timecode"
        kept = TimeRange(start=Fraction(0), duration=own.duration)
        return _Own(kept, record_start=-own.start, warnings=(warning,))
    return _Own(own)


def _queue(nodes: Iterable[tuple[int, Node]]) -> Iterator[Child]:
    """The children of a track, one after the other."""
    start = Fraction(0)
    for index, node in nodes:
        yield Child(index, start, node)
        start += node.timing.length


def _pile(nodes: Iterable[tuple[int, Node]]) -> Iterator[Child]:
    """The children of a stack, all from its start."""
    return (Child(index, Fraction(0), node) for index, node in nodes)
