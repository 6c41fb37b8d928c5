"""The tree of an OpenTimelineIO timeline: length, content and start of each item in its parent.

Everything is computed in exact seconds. OpenTimelineIO's own time functions ignore time effects
and, where rates are mixed, count in the highest of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import opentimelineio as otio

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Dialect
from shotlog_otio.documents import JsonPath
from shotlog_otio.exact import LONGEST, exact_range, rate_of
from shotlog_otio.markers import FoundMarker, found_in
from shotlog_otio.references import ClipMedia, ReferenceReader
from shotlog_otio.timeline.facts import joined
from shotlog_otio.timeline.nodes import Child, Kind, Node
from shotlog_otio.timeline.otio_facts import facts_of_item, facts_of_transitions
from shotlog_otio.timeline.retime import retiming_of
from shotlog_otio.timeline.transitions import with_handles

_EMPTY = TimeRange(start=Fraction(0), duration=Fraction(0))


def _is_picture(item: Any) -> bool:
    """Return whether an item of a stack may hold picture: all but tracks of another kind."""
    # The kind is free text; tools write "video" too, and nothing for their only kind.
    return not isinstance(item, otio.schema.Track) or item.kind.casefold() in ("video", "")


class TreeBuilder:
    """Builder of the tree of one OpenTimelineIO file.

    Args:
        references: Reads the media references of clips.
        dialect: Of the timeline.
        data: The JSON of the file, for the markers in it.
        wanted: Test of the names of markers to be found; None finds all.
    """

    def __init__(
        self,
        references: ReferenceReader,
        dialect: Dialect,
        data: Mapping[str, Any],
        wanted: Callable[[str], bool] | None = None,
    ) -> None:
        self._references = references
        self._dialect = dialect
        self._data = data
        self._wanted = wanted

    def build(self, item: Any, path: JsonPath, *, picture: bool = True) -> Node:
        """Return an item with all that it holds.

        Args:
            item: The OpenTimelineIO object.
            path: Its path in the JSON.
            picture: False where it holds no picture.
        """
        if isinstance(item, otio.schema.Clip):
            media = self._references.read(item)
            return self._node(item, path, media.available, picture=picture, media=media)
        if not isinstance(item, otio.core.Composition):
            return self._node(item, path, None, picture=picture)
        # A nest on a track of sound may hold tracks of picture, which are not heard.
        known = isinstance(item, otio.schema.Track) and item.kind
        picture = _is_picture(item) if known else picture
        items = list(item)
        nodes = [
            (index, self.build(child, (*path, "children", index), picture=picture))
            for index, child in enumerate(items)
            if isinstance(child, otio.core.Item)
        ]
        is_track = isinstance(item, otio.schema.Track)
        if is_track and len(nodes) < len(items):  # there are transitions
            nodes = [(index, with_handles(node, items, index)) for index, node in nodes]
        children = tuple(_in_sequence(nodes) if is_track else _in_parallel(nodes))
        length = max((start + child.retiming.length for _, start, child in children), default=0)
        whole = TimeRange(start=Fraction(0), duration=Fraction(length))
        node = self._node(item, path, whole, picture=picture, children=children)
        if is_track and len(nodes) < len(items):
            starts = {child.key: child.start for child in children}
            others = partial(facts_of_transitions, items, starts, whole.end)
            node = replace(node, facts=joined(node.facts, others))
        return node

    def _node(
        self,
        item: Any,
        path: JsonPath,
        whole: TimeRange | None,
        *,
        picture: bool,
        media: ClipMedia | None = None,
        children: tuple[Child, ...] = (),
    ) -> Node:
        """Return the node, given the range of everything that the item has."""
        reference = item.media_reference if media else None
        given, available_range = item.source_range, getattr(reference, "available_range", None)
        own = _own_range(item, given, whole)
        fault, warnings = own.fault, [*(media.warnings if media else ()), *own.warnings]
        rate, counted_at = _rate(available_range, given), _rate(given, available_range)
        available = media.available if media else None
        retiming, speed = retiming_of(item, own.range, available, (counted_at, rate), self._dialect)
        # A speed near 0 may make a length that no later computation could hold.
        retimed = not children and (retiming.speed != 1 or retiming.curve is not None)
        if retimed and max(retiming.length, retiming.content.duration) > LONGEST:
            fault = "its length is out of all bounds"
            retiming = self._dialect.retime(_EMPTY, speed.value)
        warnings += self._dialect.retime_warnings(speed.value)
        return Node(
            kind=_kind(item),
            name=item.name,
            retiming=retiming,
            path=path,
            children=children,
            media=media,
            rate=rate,
            counted_at=counted_at,
            enabled=item.enabled,
            picture=picture,
            foreign=_foreign(item),
            unknown_speed=speed.unknown,
            fault=fault,
            record_start=own.record_start,
            warnings=tuple(warnings),
            markers=self._markers(item, path, own.range),
            facts=(
                partial(facts_of_item, item, retiming.length, counted_at)
                if len(item.effects)
                else None
            ),
        )

    def _markers(self, item: Any, path: JsonPath, own: TimeRange) -> tuple[FoundMarker, ...]:
        is_clip = isinstance(item, otio.schema.Clip)
        origin = self._dialect.marker_origin(own) if is_clip else Fraction(0)
        shift = 0 if is_clip else self._dialect.marker_shift
        return tuple(
            found_in(
                self._data, path, self._dialect, origin=origin, shift=shift, wanted=self._wanted
            )
        )


def _foreign(item: Any) -> str | None:
    """Return the kind of a track that holds neither picture nor sound."""
    kind = getattr(item, "kind", "") if isinstance(item, otio.schema.Track) else ""
    return None if kind.casefold() in ("video", "", "audio") else kind


def _kind(item: Any) -> Kind:
    if isinstance(item, otio.schema.Clip):
        return Kind.CLIP
    if isinstance(item, otio.schema.Track):
        return Kind.TRACK
    return Kind.STACK if isinstance(item, otio.schema.Stack) else Kind.GAP


def _rate(*ranges: Any) -> Fraction | None:
    """Return the rate of the first range that has one."""
    for range_ in ranges:
        if range_ is not None:
            try:
                return rate_of(range_.duration)
            except ValueError:
                continue
    return None


class _OwnRange(NamedTuple):
    """An item's own range, as the file gives it; see :class:`Node` for the rest."""

    range: TimeRange
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()


def _own_range(item: Any, given: Any, whole: TimeRange | None) -> _OwnRange:
    """Return the range of an item, given its ``source_range`` and the range of all that it has."""
    if given is None:
        missing = "neither its own range nor the length of its media is given"
        return _OwnRange(_EMPTY, missing) if whole is None else _OwnRange(whole)
    try:
        own = exact_range(given)
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


def _in_sequence(nodes: Iterable[tuple[int, Node]]) -> Iterator[Child]:
    """Yield the children of a track: each starts at the end of the one before."""
    start = Fraction(0)
    for index, node in nodes:
        yield Child(index, start, node)
        start += node.retiming.length


def _in_parallel(nodes: Iterable[tuple[int, Node]]) -> Iterator[Child]:
    """Yield the children of a stack: all start at its start."""
    return (Child(index, Fraction(0), node) for index, node in nodes)
