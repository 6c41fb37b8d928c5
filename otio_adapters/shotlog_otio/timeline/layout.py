"""The layout of a timeline: length, content and start of each item in its parent.

Everything is computed in exact seconds. OpenTimelineIO's own time functions ignore time effects
and, where rates are mixed, count in the highest of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Dialect, Retiming
from shotlog_otio.documents import JsonPath
from shotlog_otio.exact import LONGEST, exact_range
from shotlog_otio.references import ClipMedia, ReferenceReader, length_of
from shotlog_otio.timeline.retime import Speed, speed_of

_EMPTY = TimeRange(start=Fraction(0), duration=Fraction(0))


class Child(NamedTuple):
    """An item of a track or stack.

    Attributes:
        key: Its position in the JSON list.
        start: Its start on the parent's own clock, in seconds.
        node: The item.
    """

    key: int
    start: Fraction
    node: LayoutNode


@dataclass(frozen=True, eq=False)
class LayoutNode:
    """An item of the timeline.

    Attributes:
        item: The OpenTimelineIO object.
        path: Its path in the JSON.
        retiming: Its content, and its length in its parent.
        speed: The product of its own time effects.
        children: Its items, on its own clock; without transitions.
        media: Its media, for a clip.
        fault: The reason why its length is not known; it then takes no time.
        record_start: The start timecode of a track whose own range holds nothing else, in seconds.
        warnings: A sentence for each assumption about it.
    """

    item: Any
    path: JsonPath
    retiming: Retiming
    speed: Speed
    children: tuple[Child, ...] = ()
    media: ClipMedia | None = None
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()


def is_picture(item: Any) -> bool:
    """Return whether an item of a stack may hold picture: all but tracks of another kind."""
    # The kind is free text; tools write "video" too, and nothing for their only kind.
    return not isinstance(item, otio.schema.Track) or item.kind.casefold() in ("video", "")


class LayoutBuilder:
    """Builder of the layout of one timeline file.

    Args:
        references: Reads the media references of clips.
        dialect: Of the timeline.
    """

    def __init__(self, references: ReferenceReader, dialect: Dialect) -> None:
        self._references = references
        self._dialect = dialect

    def build(self, item: Any, path: JsonPath, *, picture: bool = True) -> LayoutNode:
        """Return an item with all that it holds.

        Args:
            item: The OpenTimelineIO object.
            path: Its path in the JSON.
            picture: False where it holds no picture, so that no media is searched for it.
        """
        if isinstance(item, otio.schema.Clip):
            media = self._references.read(item) if picture else length_of(item)
            return self._node(item, path, media.available, media=media)
        if not isinstance(item, otio.core.Composition):
            return self._node(item, path, None)
        nodes = [
            (index, self.build(child, (*path, "children", index), picture=picture and has_picture))
            for index, child in enumerate(item)
            if isinstance(child, otio.core.Item)
            for has_picture in (is_picture(child),)
        ]
        is_track = isinstance(item, otio.schema.Track)
        children = tuple(_in_sequence(nodes) if is_track else _in_parallel(nodes))
        length = max((start + child.retiming.length for _, start, child in children), default=0)
        whole = TimeRange(start=Fraction(0), duration=Fraction(length))
        return self._node(item, path, whole, children=children)

    def _node(
        self,
        item: Any,
        path: JsonPath,
        whole: TimeRange | None,
        *,
        media: ClipMedia | None = None,
        children: tuple[Child, ...] = (),
    ) -> LayoutNode:
        """Return the node, given the range of everything that the item has."""
        own, speed = _own_range(item, whole), speed_of(item)
        fault, warnings = own.fault, [*(media.warnings if media else ()), *own.warnings]
        retiming = self._dialect.retime(own.range, speed.value)
        # A speed near 0 may make a length that no later computation could hold.
        if not children and max(retiming.length, retiming.content.duration) > LONGEST:
            fault = "its length is out of all bounds"
            retiming = self._dialect.retime(_EMPTY, speed.value)
        warnings += self._dialect.retime_warnings(speed.value)
        return LayoutNode(
            item, path, retiming, speed, children, media, fault, own.record_start, tuple(warnings)
        )


class _OwnRange(NamedTuple):
    """An item's own range, as the file gives it; see :class:`LayoutNode` for the rest."""

    range: TimeRange
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()


def _own_range(item: Any, whole: TimeRange | None) -> _OwnRange:
    if item.source_range is None:
        missing = "neither its own range nor the length of its media is given"
        return _OwnRange(_EMPTY, missing) if whole is None else _OwnRange(whole)
    try:
        own = exact_range(item.source_range)
    except ValueError as error:
        if whole is None or isinstance(item, otio.schema.Clip):
            return _OwnRange(_EMPTY, str(error))
        return _OwnRange(whole, warnings=(f"its own range is passed over: {error}",))
    if isinstance(item, otio.schema.Track) and whole and own.end <= 0 < whole.duration:
        # A range that ends before the content starts would show nothing. OpenTimelineIO's EDL
        # reader writes it for "record timecode starts at -start".
        warning = "its own range lies before its clips and was taken for its start timecode"
        kept = TimeRange(start=Fraction(0), duration=own.duration)
        return _OwnRange(kept, record_start=-own.start, warnings=(warning,))
    return _OwnRange(own)


def _in_sequence(nodes: Iterable[tuple[int, LayoutNode]]) -> Iterator[Child]:
    """Yield the children of a track: each starts at the end of the one before."""
    start = Fraction(0)
    for index, node in nodes:
        yield Child(index, start, node)
        start += node.retiming.length


def _in_parallel(nodes: Iterable[tuple[int, LayoutNode]]) -> Iterator[Child]:
    """Yield the children of a stack: all start at its start."""
    return (Child(index, Fraction(0), node) for index, node in nodes)
