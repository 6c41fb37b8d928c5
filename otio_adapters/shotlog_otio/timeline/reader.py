"""The clip ranges, sounds and markers of a timeline's tree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from shotlog.schema import (
    ClipEmpty,
    ClipRange,
    Edit,
    NestRetimeUnsupported,
    Problem,
    RenderFacts,
    RetimeUnsupported,
    TimeRange,
)
from shotlog_otio.markers import FoundMarker
from shotlog_otio.timeline.nodes import Kind, Node, TimelineTree
from shotlog_otio.timeline.rendering import ItemWithFacts, render_facts_of
from shotlog_otio.timeline.scene_starts import scene_starts_of, starts_scene
from shotlog_otio.timeline.trim import VisiblePart

FALLBACK_RATE = Fraction(24)
"""Rate of media that tell none, for the length of a frozen frame."""

_BROKEN = "the speed ramp around it shows it more than once, with other clips between"


@dataclass(frozen=True)
class ReadClip:
    """A clip of a timeline.

    Attributes:
        range: Its clip range.
        node: Its node in the tree.
        track: The track that holds it or the nest around it: ``V1`` is the lowest of picture.
    """

    range: ClipRange
    node: Node
    track: str


@dataclass(frozen=True)
class ShownMarker:
    """A marker of a file and its place on the timeline.

    Attributes:
        marker: The marker.
        shown: Its range on the timeline; None where no frame of it is shown.
        clip: Number of the clip in :attr:`Reading.clips` that it stands on; None for the timeline.
    """

    marker: FoundMarker
    shown: TimeRange | None
    clip: int | None


@dataclass(frozen=True)
class Reading:
    """Everything that was read from a timeline.

    Attributes:
        tree: Its tree.
        edit: Its clip ranges.
        clips: The clips of :attr:`edit`, in its order.
        sound: The clips of the audio tracks, in the order of the timeline.
    """

    tree: TimelineTree
    edit: Edit
    clips: tuple[ReadClip, ...]
    sound: tuple[ReadClip, ...]
    _shown: list[_ShownNode] = field(repr=False)
    _items: list[ItemWithFacts] = field(default_factory=list, repr=False)

    @cached_property
    def render_facts(self) -> RenderFacts:
        """The levels and fades of its clips, and its parts that no render follows.

        They are read when they are asked for: an analysis needs none.
        """
        facts = render_facts_of(self._items, self.edit.clips, self.edit.sound)
        return facts.model_copy(
            update={
                "sound_crosses": self.tree.sound_crosses,
                "pictures_sound": self.tree.pictures_sound,
            }
        )

    @cached_property
    def markers(self) -> tuple[ShownMarker, ...]:
        """The markers of the timeline and of its clips, whoever wrote them.

        They are placed when they are asked for: an analysis needs only those that start scenes.
        """
        numbers = {id(clip.node): n for n, clip in reversed(list(enumerate(self.clips)))}
        return tuple(_markers(self._shown, numbers))

    def clip_at(self, moment: Fraction) -> ClipRange | None:
        """Return the clip that began last of those that the timeline shows at a moment."""
        clips, starts = self._enabled
        begun = (clips[n] for n in range(bisect_right(starts, moment) - 1, -1, -1))
        return next((clip for clip in begun if clip.timeline.contains(moment)), None)

    @cached_property
    def _enabled(self) -> tuple[list[ClipRange], list[Fraction]]:
        """The clips that are switched on, and their starts on the timeline."""
        clips = [clip for clip in self.edit.clips if clip.enabled]  # they come by their start
        return clips, [clip.timeline.start for clip in clips]


def reading_of(tree: TimelineTree) -> Reading:
    """Return every clip of a timeline with its exact ranges and speed, and every marker.

    Tracks and stacks are followed to any depth, with their own ranges and time effects. A fault of
    one clip is a problem of that clip, and costs no other.

    Args:
        tree: The timeline.
    """
    picture, sound = _Collector(picture=True), _Collector(picture=False)
    # The sort is stable: of clips that start together, lower tracks come first.
    clips = sorted(picture.clips(tree.root), key=lambda clip: clip.range.timeline.start)
    heard = sorted(sound.clips(tree.root), key=lambda clip: clip.range.timeline.start)
    edit = Edit(
        name=tree.name,
        rate=tree.rate,
        start=tree.start,
        drop_frame=tree.drop_frame,
        duration=tree.root.retiming.length,
        clips=tuple(clip.range for clip in clips),
        sound=tuple(clip.range for clip in heard),
        scene_starts=scene_starts_of(_scene_markers(picture.shown)),
        warnings=(*tree.warnings, *picture.warnings),
    )
    items = [*picture.items, *sound.items]
    return Reading(tree, edit, tuple(clips), tuple(heard), picture.shown, items)


def _scene_markers(shown: list[_ShownNode]) -> Iterator[tuple[FoundMarker, TimeRange]]:
    """Yield the markers that start a scene, those alone that an editor sees."""
    for item in shown:
        for marker in filter(starts_scene, item.node.markers):
            place = _place(marker, item.node, item.visible)
            if place is not None:
                yield marker, place


def _markers(shown: list[_ShownNode], numbers: dict[int, int]) -> Iterator[ShownMarker]:
    for item in shown:
        clip = next((numbers[key] for key in item.held if key in numbers), None)
        for marker in item.node.markers:
            yield ShownMarker(marker, _place(marker, item.node, item.visible), clip)


def _place(marker: FoundMarker, node: Node, visible: VisiblePart) -> TimeRange | None:
    """Return the part of the timeline that shows a marker; None where none does.

    A marker that starts before or after what is shown is hidden by editors.
    """
    if marker.shown_at is not None:
        start = visible.window.start + marker.shown_at
        shown: TimeRange | None = TimeRange(start=start, duration=marker.duration)
    else:
        shown = visible.range_shown(_marked_range(marker, node, visible))
        if shown is not None and not marker.duration:
            shown = TimeRange(start=shown.start, duration=marker.duration)
    return shown if shown is not None and visible.window.contains(shown.start) else None


def _marked_range(marker: FoundMarker, node: Node, visible: VisiblePart) -> TimeRange:
    """Return the range of a marker; of a point the frame that begins there.

    Backwards, a frame of media is shown up to the moment at which it begins.
    """
    rate = node.counted_at or node.rate
    if marker.duration or not rate or visible.map.speed >= 0:
        return TimeRange(start=marker.start, duration=marker.duration)
    return TimeRange(start=marker.start, duration=1 / rate)


@dataclass(frozen=True)
class _Context:
    """The items around an item.

    Attributes:
        id: Address of the outer item: ``V1/2`` is the third item of the first video track.
        visible: Its visible part.
        enabled: True where it and all items around it are switched on.
        unknown: The reason why the speed of any of them is not known.
        nested: True inside of a nest, whose own markers the timeline does not show.
    """

    id: str
    visible: VisiblePart
    enabled: bool
    unknown: str | None
    nested: bool = False

    def at(self, address: str) -> _Context:
        """Return the context of an item at an address inside."""
        return _Context(address, self.visible, self.enabled, self.unknown, self.nested)


@dataclass
class _ShownNode:
    """A node whose markers the timeline shows; ``held`` are the ids of it and of what it holds."""

    node: Node
    visible: VisiblePart
    held: list[int] = field(default_factory=list)


class _Collector:
    """Walker through a tree.

    Args:
        picture: True to collect the clips of picture, False those of sound.

    Attributes:
        warnings: A sentence for each assumption.
        shown: The nodes whose markers the timeline shows.
        items: The items with facts for renders.
    """

    def __init__(self, *, picture: bool) -> None:
        self._picture = picture
        self._letter = "V" if picture else "A"
        self.warnings: list[str] = []
        self.shown: list[_ShownNode] = []
        self.items: list[ItemWithFacts] = []

    def clips(self, root: Node) -> Iterator[ReadClip]:
        """Yield every clip under the outermost node."""
        visible = VisiblePart.of_timeline(root.retiming.length)
        context = _Context("", visible, enabled=True, unknown=None)
        if root.kind is Kind.STACK:
            yield from self._in_stack(root, Fraction(0), context)
        elif root.picture != self._picture:
            return
        elif root.kind is Kind.TRACK:
            yield from self._in_layer(root, Fraction(0), context.at(f"{self._letter}1"))
        else:
            yield from self._in_item(root, Fraction(0), context.at(f"{self._letter}1/0"))

    def _in_stack(self, stack: Node, start: Fraction, context: _Context) -> Iterator[ReadClip]:
        inner = self._enter(stack, start, context)
        if inner is None:
            return
        number = 0  # of the layers with picture, counted from 1 as in editors
        for _, offset, child in stack.children:
            if child.foreign is not None:
                self.warnings.append(
                    f'a track of the kind "{child.foreign}" holds no picture and is left out'
                )
            if child.picture != self._picture or child.foreign is not None:
                continue
            number += 1
            name = f"{self._letter}{number}"
            name = f"{inner.id}/{name}" if inner.id else name
            yield from self._in_layer(child, offset, inner.at(name))

    def _in_layer(self, node: Node, start: Fraction, context: _Context) -> Iterator[ReadClip]:
        """Yield the clips of a track, or of another item of a stack."""
        if node.kind is not Kind.TRACK:
            yield from self._in_item(node, start, context.at(f"{context.id}/0"))
            return
        inner = self._enter(node, start, context)
        if inner is None:
            return
        for index, offset, child in node.children:
            yield from self._in_item(child, offset, inner.at(f"{context.id}/{index}"))

    def _in_item(self, node: Node, start: Fraction, context: _Context) -> Iterator[ReadClip]:
        if node.fault:
            self.warnings.append(
                f"{context.id} takes no time, because {node.fault};"
                " what follows it on its track may lie elsewhere in the editor"
            )
        if node.kind is Kind.STACK:
            yield from self._in_stack(node, start, context)
        elif node.kind is Kind.TRACK:
            inside = context.at(f"{context.id}/{self._letter}1")
            yield from self._in_layer(node, start, inside)
        elif node.kind is Kind.GAP and (node.markers or node.facts is not None):
            visible = context.visible.of_child(node.retiming, start)
            if visible is not None:
                self._show(node, visible, context)
                self._keep(node, start, visible, context)
        elif node.kind is Kind.CLIP:
            visible = context.visible.of_child(node.retiming, start, node.head, node.tail)
            if visible is not None and node.media is not None:
                self._show(node, visible, context)
                self._keep(node, start, visible, context)
                track = context.id.partition("/")[0]
                yield ReadClip(_clip_range(node, visible, context), node, track)

    def _enter(self, node: Node, start: Fraction, context: _Context) -> _Context | None:
        """Return the context inside of a composition; None where nothing of it is shown."""
        visible = context.visible.of_child(node.retiming, start, node.head, node.tail)
        if visible is None:
            return None
        self._show(node, visible, context)
        self._keep(node, start, visible, context)
        self.warnings.extend(f"{context.id or 'the timeline'}: {text}" for text in node.warnings)
        enabled = context.enabled and node.enabled
        unknown = context.unknown or node.unknown_speed
        nested = context.nested or (node.kind is Kind.STACK and context.id != "")
        return _Context(context.id, visible, enabled, unknown, nested)

    def _keep(self, node: Node, start: Fraction, visible: VisiblePart, context: _Context) -> None:
        """Keep an item whose facts a render needs; those of what is switched off are not."""
        generated = node.media is not None and node.media.generator is not None
        if (generated or node.facts is not None) and context.enabled and node.enabled:
            self.items.append(ItemWithFacts(context.id, node, start, context.visible, visible))

    def _show(self, node: Node, visible: VisiblePart, context: _Context) -> None:
        if context.nested:
            # A nest's markers are listed with the first clip in it.
            if self.shown and node.kind is Kind.CLIP:
                self.shown[-1].held.append(id(node))
            return
        self.shown.append(_ShownNode(node, visible, [id(node)]))


def _clip_range(node: Node, visible: VisiblePart, context: _Context) -> ClipRange:
    # A freeze has an empty range of the source; the frame that it shows is what is analysed.
    frozen = visible.map.is_freeze and visible.window.duration > 0
    head, tail = visible.handles
    return ClipRange(
        id=context.id,
        name=node.name,
        media=node.media and node.media.reference,
        source=_frozen_range(node, visible) if frozen else visible.source,
        timeline=visible.window,
        time_map=visible.map,
        head=head,
        tail=tail,
        enabled=context.enabled and node.enabled,
        problem=_problem(node, context, visible),
        warnings=node.warnings,
        path=node.path,
    )


def _frozen_range(node: Node, visible: VisiblePart) -> TimeRange:
    """Return the range of the frame that a freeze shows, on the grid of the media's frames."""
    rate = node.rate or node.counted_at or FALLBACK_RATE
    origin = node.media.available.start if node.media and node.media.available else Fraction(0)
    frame = visible.frozen_frame((visible.map.source_start - origin) * rate)
    return TimeRange(start=origin + frame / rate, duration=1 / rate)


def _problem(node: Node, context: _Context, visible: VisiblePart) -> Problem | None:
    """Return the first reason why a clip cannot be analysed."""
    name = node.name
    problem = node.media.problem if node.media else None
    if node.fault:
        problem = ClipEmpty(
            name, f"its length is not known: {node.fault}", "Mend the clip and export again."
        ).problem
    elif not visible.window.duration:
        problem = ClipEmpty(name).problem
    elif problem is None and context.unknown:
        problem = NestRetimeUnsupported(name, node.unknown_speed or context.unknown).problem
    elif problem is None and visible.broken:
        problem = NestRetimeUnsupported(name, _BROKEN).problem
    elif problem is None and node.unknown_speed:
        problem = RetimeUnsupported(name, node.unknown_speed).problem
    subject = name or context.id
    return problem and problem.model_copy(update={"clip": context.id, "subject": subject})
