"""The clips, titles and nests of tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.schema import NoPicture, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcp7.catalog import Catalog
from shotlog_otio.fcp7.effects import facts_reader
from shotlog_otio.fcp7.marker_elements import MarkerClock, markers_of_element
from shotlog_otio.fcp7.media_files import FileReader, MediaFile, angle_offset
from shotlog_otio.fcp7.retiming import Edges, Shown, frozen_at, shown_by
from shotlog_otio.fcp7.time_remap import remap_of
from shotlog_otio.fcp7.values import frames_in, is_on, number_in, rate_in, text_in
from shotlog_otio.markers import FoundMarker
from shotlog_otio.references import ClipMedia, generated
from shotlog_otio.timeline import Address, Kind, Node
from shotlog_otio.xml_text import Element

NOTHING = Retiming(TimeRange(start=Fraction(0), duration=Fraction(0)), Fraction(0), Fraction(1))
"""The retiming of an item whose place is not known."""


@dataclass(frozen=True)
class ItemPlace:
    """The place of an item on its track, in frames of the sequence.

    Attributes:
        start: Its first frame.
        end: The frame after its last.
        rate: Frames per second of the sequence.
        head: Frames before its start in which a transition shows it as well.
        tail: The same after its end.
    """

    start: Fraction
    end: Fraction
    rate: Fraction
    head: Fraction = Fraction(0)
    tail: Fraction = Fraction(0)

    @property
    def length(self) -> Fraction:
        """Its length in seconds."""
        return (self.end - self.start) / self.rate


NestBuilder = Callable[[Element], Node]
"""Returns the stack of a nested sequence.

Raises:
    ValueError: It cannot be shown; the text ends the sentence "its sequence ...".
"""


class ItemReader:
    """Reader of the items of tracks.

    Args:
        catalog: The definitions of the file.
        files: Reads the media.

    Attributes:
        clocks: The clocks of the clips that were read, by their positions.
    """

    def __init__(self, catalog: Catalog, files: FileReader) -> None:
        self._catalog = catalog
        self._files = files
        self.clocks: dict[Address, MarkerClock] = {}
        self._markers: dict[Element, tuple[FoundMarker, ...]] = {}

    def read(self, item: Element, place: ItemPlace, nest: NestBuilder) -> Node:
        """Return an item of a track.

        Args:
            item: A ``<clipitem>`` or ``<generatoritem>``.
            place: Its place.
            nest: Builds the sequence that it may hold.
        """
        bare = self._bare(item)
        try:
            rate = rate_in(item) or place.rate
            if item.tag == "generatoritem":
                return self._generator(bare, item, place, rate)
            if (sequence := item.child("sequence")) is not None:
                node = self._nest(bare, item, place, rate, nest, sequence)
            else:
                node = self._clip(bare, item, place, rate)
            node = replace(node, facts=facts_reader(item, rate))
            speed = abs(node.retiming.speed) / place.rate
            if place.head or place.tail:
                node = replace(node, head=place.head * speed, tail=place.tail * speed)
            return node
        except ValueError as error:
            return _faulty(bare, place, str(error))

    def unplaced(self, item: Element, reason: str) -> Node:
        """Return an item whose place on its track is not known."""
        return replace(self._bare(item), fault=reason)

    def _bare(self, item: Element) -> Node:
        """Return an item with what is known of it without its times."""
        return Node(
            Kind.CLIP,
            text_in(item, "name"),
            NOTHING,
            path=self._catalog.address(item),
            media=ClipMedia(),
            enabled=is_on(item, "enabled", otherwise=True),
        )

    def _clip(self, bare: Node, item: Element, place: ItemPlace, rate: Fraction) -> Node:
        file = self._files.file_of(item, rate)
        start = file.start or Fraction(0)
        offset = _subclip_start(item, rate) - angle_offset(item, self._catalog)
        edges = _edges(item, place, rate, start + offset / rate, file)
        clock = MarkerClock(rate, edges.origin)
        if file.still or is_on(item, "stillframe", otherwise=False):
            frame = number_in(item, "stillframeoffset") or Fraction(0)
            # The in-point of a picture counts from nowhere: Premiere Pro takes one hour.
            shown = frozen_at(replace(edges, origin=start), Fraction(0) if file.still else frame)
            clock = replace(clock, still=edges.first)
        else:
            shown = shown_by(edges, remap_of(item))
        name = bare.name or file.name
        media = self._files.media(name, file, shown.retiming.content)
        markers = self._markers_of(item, clock)
        return _with(
            bare, shown, name=name, media=media, rate=file.rate, counted_at=rate, markers=markers
        )

    def _nest(
        self,
        bare: Node,
        item: Element,
        place: ItemPlace,
        rate: Fraction,
        nest: NestBuilder,
        sequence: Element,
    ) -> Node:
        edges = _edges(item, place, rate, _subclip_start(item, rate) / rate, MediaFile())
        shown = shown_by(edges, remap_of(item))
        sequence = self._catalog.definition(sequence)
        name = bare.name or text_in(sequence, "name")
        try:
            stack = nest(sequence)
        except ValueError as error:
            return _faulty(_with(bare, shown, name=name), place, f"its sequence {error}")
        if not stack.children or shown.retiming.content.start >= stack.retiming.length:
            empty = "nothing is in the part that it shows"
            shown = replace(shown, warnings=(*shown.warnings, empty))
        markers = self._markers_of(item, MarkerClock(rate, edges.origin))
        return _with(
            bare, shown, name=name, kind=Kind.STACK, children=stack.children, media=None,
            markers=markers,
        )  # fmt: skip

    def _generator(self, bare: Node, item: Element, place: ItemPlace, rate: Fraction) -> Node:
        kind = item.value("effect", "name") or item.value("effect", "effectid") or "a generator"
        shown = shown_by(_edges(item, place, rate, Fraction(0), MediaFile()), None)
        markers = self._markers_of(item, MarkerClock(rate))
        media = generated(bare.name, kind)
        return _with(bare, shown, media=media, counted_at=rate, markers=markers)

    def _markers_of(self, item: Element, clock: MarkerClock) -> tuple[FoundMarker, ...]:
        """Return the markers of an item, and remember its clock for those to be written."""
        path = self._catalog.address(item)
        # A sequence that is shown twice has its clips twice in the tree, and once in the file.
        if item not in self._markers:
            self._markers[item] = tuple(markers_of_element(item, path, clock))
        self.clocks[path] = clock
        return self._markers[item]


def _with(node: Node, shown: Shown, **facts: object) -> Node:
    warnings = (*node.warnings, *shown.warnings)
    return replace(node, retiming=shown.retiming, warnings=warnings, **facts)  # type: ignore[arg-type]


def _faulty(node: Node, place: ItemPlace, reason: str) -> Node:
    """Return an item that takes its place, but shows nothing that is known."""
    content = TimeRange(start=Fraction(0), duration=place.length)
    error = NoPicture(node.name, reason, "Mend the clip and export again.")
    return replace(
        node,
        kind=Kind.CLIP,
        retiming=Retiming(content, place.length, Fraction(1)),
        media=ClipMedia(problem=error.problem),
        children=(),
    )


def _edges(
    item: Element, place: ItemPlace, rate: Fraction, origin: Fraction, file: MediaFile
) -> Edges:
    first, last = frames_in(item, "in", rate), frames_in(item, "out", rate)
    if first is None or first < 0:  # -1 stands for a point that is not set
        first = Fraction(0)
    if last is not None and last < first:
        last = None
    return Edges(
        first=first,
        last=last,
        rate=rate,
        length=place.length,
        origin=origin,
        whole=file.length * rate if file.length else None,
        retimed=frames_in(item, "duration", rate),
    )


def _subclip_start(item: Element, rate: Fraction) -> Fraction:
    """Return the frames of the media before the subclip of which a clip is a part."""
    subclip = item.child("subclipinfo")
    offset = frames_in(subclip, "startoffset", rate) if subclip is not None else None
    return offset if offset is not None and offset > 0 else Fraction(0)
