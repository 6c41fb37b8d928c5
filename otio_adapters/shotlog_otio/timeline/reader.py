"""Reads a timeline into clip ranges: an .otio or .otioz file in, an :class:`Edit` out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import (
    ClipEmpty,
    ClipRange,
    Edit,
    NestRetimeUnsupported,
    Problem,
    RetimeUnsupported,
    TimelineEmpty,
    TimelineUnreadable,
    TimeRange,
)
from shotlog_otio.exact import rate_of
from shotlog_otio.formats import Document, load
from shotlog_otio.references import References
from shotlog_otio.timeline.clock import FALLBACK_RATE, clock_of
from shotlog_otio.timeline.layout import Keys, Layout, Node, is_picture
from shotlog_otio.timeline.retime import is_premiere
from shotlog_otio.timeline.trim import View


def read_edit(path: Path) -> Edit:
    """Reads every video clip of a timeline, with its exact ranges and speed.

    Tracks and stacks are followed to any depth, with their own ranges and time effects. What is
    wrong with one clip is a problem of that clip, and costs no other.

    Raises:
        TimelineMissing: where there is no such file.
        TimelineUnreadable: where it is no timeline, or a damaged one.
        TimelineTooNew: where it was written by a newer OpenTimelineIO.
        TimelineEmpty: where there is no video clip in it.
    """
    document = load(path)
    timeline, keys = _timeline(document)
    layout = Layout(References(document), premiere=is_premiere(timeline))
    top, keys = _top(timeline, keys, path)
    root = layout.node(top, keys)
    walk = _Walk()
    clips = sorted(walk.clips(root), key=lambda clip: clip.timeline.start)
    if not clips:
        raise TimelineEmpty(str(path))
    clock = clock_of(timeline, root)
    return Edit(
        name=timeline.name or path.stem,
        rate=clock.rate,
        start=clock.start,
        drop_frame=clock.drop_frame,
        duration=root.timing.length,
        clips=tuple(clips),
        warnings=(*document.warnings, *clock.warnings, *walk.warnings),
    )


def _timeline(document: Document) -> tuple[Any, Keys]:
    """What the file is about: its root, or the one timeline in a bin."""
    root, path = document.root, str(document.path)
    if isinstance(root, otio.schema.SerializableCollection):
        timelines = list(_timelines_in(root, ()))
        if len(timelines) == 1:
            return timelines[0]
        raise TimelineUnreadable(
            path,
            f"it is a bin that holds {len(timelines) or 'no'} timelines",
            "Export the one timeline that is meant.",
        )
    if not isinstance(root, (otio.schema.Timeline, otio.core.Item)):
        kind = document.data["OTIO_SCHEMA"]
        raise TimelineUnreadable(path, f"it holds a {kind}, which is no timeline")
    return root, ()


def _timelines_in(collection: Any, path: Keys) -> Iterator[tuple[Any, Keys]]:
    for index, child in enumerate(collection):
        keys: Keys = (*path, "children", index)
        if isinstance(child, otio.schema.Timeline):
            yield child, keys
        elif isinstance(child, otio.schema.SerializableCollection):
            yield from _timelines_in(child, keys)


def _top(timeline: Any, path: Keys, file: Path) -> tuple[Any, Keys]:
    """The outermost item: the stack of a timeline, or a lone item itself."""
    if not isinstance(timeline, otio.schema.Timeline):
        return timeline, path
    if timeline.tracks is None:
        raise TimelineEmpty(str(file))
    return timeline.tracks, (*path, "tracks")


@dataclass(frozen=True)
class _Place:
    """Where an item is seen from: its address so far, and what the items around it say."""

    id: str
    view: View
    enabled: bool
    unknown: str | None


class _Walk:
    """Goes down the layout and gathers clip ranges; what was assumed lies in ``warnings``."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def clips(self, root: Node) -> Iterator[ClipRange]:
        """Every video clip under the outermost item."""
        place = _Place("", View.of(root.timing.length), enabled=True, unknown=None)
        if isinstance(root.item, otio.schema.Stack):
            yield from self._inside(root, Fraction(0), place)
        elif isinstance(root.item, otio.schema.Track):
            yield from self._layer(root, Fraction(0), replace(place, id="V1"))
        else:
            yield from self._item(root, Fraction(0), replace(place, id="V1/0"))

    def _inside(self, stack: Node, start: Fraction, place: _Place) -> Iterator[ClipRange]:
        """The layers of a stack; those with picture are counted from 1."""
        inner = self._entered(stack, start, place)
        if inner is None:
            return
        number = 0
        for _, offset, child in stack.children:
            if not is_picture(child.item):
                if child.item.kind.casefold() != "audio":
                    self.warnings.append(
                        f'a track of the kind "{child.item.kind}" holds no picture and is left out'
                    )
                continue
            number += 1
            name = f"{inner.id}/V{number}" if inner.id else f"V{number}"
            yield from self._layer(child, offset, replace(inner, id=name))

    def _layer(self, node: Node, start: Fraction, place: _Place) -> Iterator[ClipRange]:
        """A track, or something that stands in the place of one."""
        if not isinstance(node.item, otio.schema.Track):
            yield from self._item(node, start, replace(place, id=f"{place.id}/0"))
            return
        inner = self._entered(node, start, place)
        if inner is None:
            return
        for index, offset, child in node.children:
            yield from self._item(child, offset, replace(inner, id=f"{place.id}/{index}"))

    def _item(self, node: Node, start: Fraction, place: _Place) -> Iterator[ClipRange]:
        if node.fault:
            self.warnings.append(
                f"{place.id} takes no time, because {node.fault};"
                " what follows it on its track may lie elsewhere in the editor"
            )
        if isinstance(node.item, otio.schema.Stack):
            yield from self._inside(node, start, place)
        elif isinstance(node.item, otio.schema.Track):
            yield from self._layer(node, start, replace(place, id=f"{place.id}/V1"))
        elif isinstance(node.item, otio.schema.Clip):
            clip = _clip(node, start, place)
            if clip:
                yield clip

    def _entered(self, node: Node, start: Fraction, place: _Place) -> _Place | None:
        """The place inside a composition; None where the trims around it leave nothing of it."""
        view = place.view.into(node.timing, start)
        if view is None:
            return None
        self.warnings.extend(f"{place.id or 'the timeline'}: {said}" for said in node.warnings)
        enabled = place.enabled and node.item.enabled
        return _Place(place.id, view, enabled, place.unknown or node.speed.unknown)


def _clip(node: Node, start: Fraction, place: _Place) -> ClipRange | None:
    """The clip range of a clip, or None where the trims around it leave nothing of it."""
    view, found = place.view.into(node.timing, start), node.found
    if view is None or found is None:
        return None
    frozen = view.map.speed == 0 and view.window.duration > 0
    source = _one_frame(node, view) if frozen else view.source
    return ClipRange(
        id=place.id,
        name=node.item.name,
        media=found.media,
        source=source,
        timeline=view.window,
        time_map=view.map,
        enabled=place.enabled and node.item.enabled,
        problem=_problem(node, place, view.window),
        warnings=node.warnings,
        path=node.path,
    )


def _one_frame(node: Node, view: View) -> TimeRange:
    """The frame that a freeze shows, on the grid of the media's frames."""
    rate = _media_rate(node)
    origin = node.found.available.start if node.found and node.found.available else Fraction(0)
    frame = view.frozen_frame((view.map.source_start - origin) * rate)
    return TimeRange(start=origin + frame / rate, duration=1 / rate)


def _media_rate(node: Node) -> Fraction:
    """The rate of a clip's media, as far as the timeline tells."""
    reference = node.item.media_reference
    for range_ in (getattr(reference, "available_range", None), node.item.source_range):
        if range_ is not None:
            try:
                return rate_of(range_.duration)
            except ValueError:
                continue
    return FALLBACK_RATE


def _problem(node: Node, place: _Place, shown: TimeRange) -> Problem | None:
    """The first thing that keeps a clip from being analysed."""
    name = node.item.name
    problem = node.found.problem if node.found else None
    if node.fault:
        problem = ClipEmpty(
            name, f"its length is not known: {node.fault}", "Mend the clip and export again."
        ).problem
    elif not shown.duration:
        problem = ClipEmpty(name).problem
    elif problem is None and place.unknown:
        problem = NestRetimeUnsupported(name, node.speed.unknown or place.unknown).problem
    elif problem is None and node.speed.unknown:
        problem = RetimeUnsupported(name, node.speed.unknown).problem
    return problem and problem.model_copy(update={"clip": place.id, "subject": name or place.id})
