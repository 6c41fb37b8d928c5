"""Reading of a timeline document into clip ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import opentimelineio as otio

from shotlog.schema import (
    ClipEmpty,
    ClipRange,
    Edit,
    NestRetimeUnsupported,
    Problem,
    RetimeUnsupported,
    TimelineEmpty,
    TimeRange,
)
from shotlog_otio.dialects import detect_dialect
from shotlog_otio.documents import Document, find_timeline
from shotlog_otio.exact import rate_of
from shotlog_otio.references import ReferenceReader
from shotlog_otio.timeline.clock import FALLBACK_RATE, read_clock
from shotlog_otio.timeline.layout import LayoutBuilder, LayoutNode, is_picture
from shotlog_otio.timeline.trim import VisiblePart


def edit_of(document: Document) -> Edit:
    """Return every video clip of a timeline, with its exact ranges and speed.

    Tracks and stacks are followed to any depth, with their own ranges and time effects. A fault of
    one clip is a problem of that clip, and costs no other.

    Raises:
        TimelineUnreadable: The document holds no timeline, or several.
        TimelineEmpty: There is no video clip in it.
    """
    timeline, top, path = find_timeline(document)
    dialect = detect_dialect(item.metadata for item in (timeline, top))
    root = LayoutBuilder(ReferenceReader(document), dialect).build(top, path)
    collector = _ClipCollector()
    # The sort is stable: of clips that start together, lower tracks come first.
    clips = sorted(collector.clips(root), key=lambda clip: clip.timeline.start)
    if not clips:
        raise TimelineEmpty(str(document.path))
    clock = read_clock(timeline, root)
    return Edit(
        name=timeline.name or document.path.stem,
        rate=clock.rate,
        start=clock.start,
        drop_frame=clock.drop_frame,
        duration=root.retiming.length,
        clips=tuple(clips),
        warnings=(*document.warnings, *clock.warnings, *collector.warnings),
    )


@dataclass(frozen=True)
class _Context:
    """The items around an item.

    Attributes:
        id: Address of the outer item: ``V1/2`` is the third item of the first video track.
        visible: Its visible part.
        enabled: True where it and all items around it are switched on.
        unknown: The reason why the speed of any of them is not known.
    """

    id: str
    visible: VisiblePart
    enabled: bool
    unknown: str | None


class _ClipCollector:
    """Walker through a layout that makes clip ranges; ``warnings`` holds each assumption."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def clips(self, root: LayoutNode) -> Iterator[ClipRange]:
        """Yield every video clip under the outermost item."""
        visible = VisiblePart.of_timeline(root.retiming.length)
        context = _Context("", visible, enabled=True, unknown=None)
        if isinstance(root.item, otio.schema.Stack):
            yield from self._in_stack(root, Fraction(0), context)
        elif isinstance(root.item, otio.schema.Track):
            yield from self._in_layer(root, Fraction(0), replace(context, id="V1"))
        else:
            yield from self._in_item(root, Fraction(0), replace(context, id="V1/0"))

    def _in_stack(
        self, stack: LayoutNode, start: Fraction, context: _Context
    ) -> Iterator[ClipRange]:
        inner = self._enter(stack, start, context)
        if inner is None:
            return
        number = 0  # of the layers with picture, counted from 1 as in editors
        for _, offset, child in stack.children:
            if not is_picture(child.item):
                if child.item.kind.casefold() != "audio":
                    self.warnings.append(
                        f'a track of the kind "{child.item.kind}" holds no picture and is left out'
                    )
                continue
            number += 1
            name = f"{inner.id}/V{number}" if inner.id else f"V{number}"
            yield from self._in_layer(child, offset, replace(inner, id=name))

    def _in_layer(
        self, node: LayoutNode, start: Fraction, context: _Context
    ) -> Iterator[ClipRange]:
        """Yield the clips of a track, or of another item of a stack."""
        if not isinstance(node.item, otio.schema.Track):
            yield from self._in_item(node, start, replace(context, id=f"{context.id}/0"))
            return
        inner = self._enter(node, start, context)
        if inner is None:
            return
        for index, offset, child in node.children:
            yield from self._in_item(child, offset, replace(inner, id=f"{context.id}/{index}"))

    def _in_item(self, node: LayoutNode, start: Fraction, context: _Context) -> Iterator[ClipRange]:
        if node.fault:
            self.warnings.append(
                f"{context.id} takes no time, because {node.fault};"
                " what follows it on its track may lie elsewhere in the editor"
            )
        if isinstance(node.item, otio.schema.Stack):
            yield from self._in_stack(node, start, context)
        elif isinstance(node.item, otio.schema.Track):
            yield from self._in_layer(node, start, replace(context, id=f"{context.id}/V1"))
        elif isinstance(node.item, otio.schema.Clip):
            clip = _clip_range(node, start, context)
            if clip:
                yield clip

    def _enter(self, node: LayoutNode, start: Fraction, context: _Context) -> _Context | None:
        """Return the context inside of a composition; None where nothing of it is shown."""
        visible = context.visible.of_child(node.retiming, start)
        if visible is None:
            return None
        self.warnings.extend(f"{context.id or 'the timeline'}: {text}" for text in node.warnings)
        enabled = context.enabled and node.item.enabled
        return _Context(context.id, visible, enabled, context.unknown or node.speed.unknown)


def _clip_range(node: LayoutNode, start: Fraction, context: _Context) -> ClipRange | None:
    """Return the clip range of a clip; None where nothing of it is shown."""
    visible, media = context.visible.of_child(node.retiming, start), node.media
    if visible is None or media is None:
        return None
    # A freeze has an empty range of the source; the frame that it shows is what is analysed.
    frozen = visible.map.speed == 0 and visible.window.duration > 0
    return ClipRange(
        id=context.id,
        name=node.item.name,
        media=media.reference,
        source=_frozen_range(node, visible) if frozen else visible.source,
        timeline=visible.window,
        time_map=visible.map,
        enabled=context.enabled and node.item.enabled,
        problem=_problem(node, context, visible.window),
        warnings=node.warnings,
        path=node.path,
    )


def _frozen_range(node: LayoutNode, visible: VisiblePart) -> TimeRange:
    """Return the range of the frame that a freeze shows, on the grid of the media's frames."""
    rate = _media_rate(node)
    origin = node.media.available.start if node.media and node.media.available else Fraction(0)
    frame = visible.frozen_frame((visible.map.source_start - origin) * rate)
    return TimeRange(start=origin + frame / rate, duration=1 / rate)


def _media_rate(node: LayoutNode) -> Fraction:
    """Return the rate of a clip's media, as far as the timeline tells."""
    reference = node.item.media_reference
    for range_ in (getattr(reference, "available_range", None), node.item.source_range):
        if range_ is not None:
            try:
                return rate_of(range_.duration)
            except ValueError:
                continue
    return FALLBACK_RATE


def _problem(node: LayoutNode, context: _Context, shown: TimeRange) -> Problem | None:
    """Return the first reason why a clip cannot be analysed."""
    name = node.item.name
    problem = node.media.problem if node.media else None
    if node.fault:
        problem = ClipEmpty(
            name, f"its length is not known: {node.fault}", "Mend the clip and export again."
        ).problem
    elif not shown.duration:
        problem = ClipEmpty(name).problem
    elif problem is None and context.unknown:
        problem = NestRetimeUnsupported(name, node.speed.unknown or context.unknown).problem
    elif problem is None and node.speed.unknown:
        problem = RetimeUnsupported(name, node.speed.unknown).problem
    subject = name or context.id
    return problem and problem.model_copy(update={"clip": context.id, "subject": subject})
