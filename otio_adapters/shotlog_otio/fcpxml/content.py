"""The content of story elements: media, generated pictures, and the timelines inside of nests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, Protocol

from shotlog.schema import TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcpxml.items import (
    CONTAINERS,
    GENERATED,
    MEDIA_TAGS,
    STORY,
    Placed,
    Timing,
    lane_of,
)
from shotlog_otio.fcpxml.layers import Layers, shows
from shotlog_otio.fcpxml.resources import Asset, Resources
from shotlog_otio.fcpxml.retiming import Course
from shotlog_otio.fcpxml.surroundings import Surroundings, base_of, shift_of, shown_of
from shotlog_otio.fcpxml.times import time_in
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.timeline import Child, Kind, Node
from shotlog_otio.xml_text import Element

_NONE = Fraction(0)
_UNSET = Retiming(TimeRange(start=_NONE, duration=_NONE), _NONE, Fraction(1))


class Content(NamedTuple):
    """The content of an element.

    Attributes:
        node: A node without range, place and markers.
        shift: What is added to the original time of the element for the clock of the node.
        frozen: The moment of the content that a still shows.
    """

    node: Node
    shift: Fraction = _NONE
    frozen: Fraction | None = None

    @property
    def still(self) -> bool:
        """True where the same picture is shown all the time."""
        return self.frozen is not None

    def course(self, timing: Timing) -> Course:
        """Return the course of an element with a time map, or of a still, through it."""
        if self.frozen is not None:
            return Course.of_freeze(self.frozen)
        return timing.course or Course(((_NONE, _NONE), (Fraction(1), Fraction(1))))


class InsideReader(Protocol):
    """Reader of what is inside of nests."""

    def storyline(
        self, elements: Sequence[Element], around: Surroundings, *, base: Fraction = _NONE
    ) -> list[Placed]:
        """Return the items of a storyline and what is connected to them."""

    def item(self, element: Element, at: Fraction, lane: int, around: Surroundings) -> list[Placed]:
        """Return an element and what is connected to it."""


class ContentReader:
    """Reader of the content of elements.

    Args:
        resources: Those of the file.
        finder: Finds media.
        story: Reads what is inside of nests.
        picture: False to read sound.
    """

    def __init__(
        self, resources: Resources, finder: MediaFinder, story: InsideReader, *, picture: bool
    ) -> None:
        self._resources = resources
        self._finder = finder
        self._story = story
        self._picture = picture
        self._media: dict[str, ClipMedia] = {}

    def read(self, element: Element, timing: Timing, around: Surroundings) -> Content | None:
        """Return the content of an element; None where it has no picture, or no sound.

        Raises:
            ValueError: A time in it is none.
        """
        tag = element.tag
        if element.get("srcEnable") == ("audio" if self._picture else "video"):
            return None
        if tag in MEDIA_TAGS:
            return self._of_media(element)
        if tag in GENERATED:
            return self._generated(element, "a title" if tag == "title" else "a drawing")
        if tag in CONTAINERS:
            return self._of_container(element, timing, around)
        if tag == "ref-clip":
            return self._of_compound(element, timing, around)
        return self._of_multicam(element, timing, around) if tag == "mc-clip" else None

    def _of_media(self, element: Element) -> Content | None:
        reference = element.get("ref")
        asset = self._resources.asset(reference)
        if asset is None and self._resources.is_effect(reference):
            kind = self._resources.name_of("effect", reference) or "a generator"
            return self._generated(element, kind)
        heard, seen = element.tag != "video", element.tag != "audio"
        if asset is None:
            if not (seen if self._picture else heard and not seen):
                return None
            return Content(self._clip(element, self._finder.clip_media(_name(element), None)))
        if not (asset.picture and seen if self._picture else asset.sound and heard):
            return None
        media = self._media.get(reference or "")
        if media is None:
            media = self._media[reference or ""] = self._found(asset, element)
        node = self._clip(element, media, asset.rate if self._picture else None)
        start = asset.available.start if asset.available else _NONE
        return Content(node, frozen=start if asset.still and self._picture else None)

    def _found(self, asset: Asset, element: Element) -> ClipMedia:
        return self._finder.clip_media(
            _name(element), asset.source, available=asset.available, rate=asset.rate
        )

    def _generated(self, element: Element, kind: str) -> Content | None:
        if not self._picture:
            return None
        return Content(self._clip(element, generated(_name(element), kind)))

    def _clip(self, element: Element, media: ClipMedia, rate: Fraction | None = None) -> Node:
        reference = element.get("ref")
        name = element.get("name") or self._resources.name_of("asset", reference)
        return Node(
            Kind.CLIP, name, _UNSET, media=media, rate=rate, counted_at=rate, picture=self._picture
        )

    def _of_container(
        self, element: Element, timing: Timing, around: Surroundings
    ) -> Content | None:
        """Return the content of a ``clip`` or ``sync-clip``: its items without a lane."""
        rate = self._resources.rate(element.get("format")) or around.rate
        inner = replace(around, rate=rate, primary=False, window=shown_of(timing))
        placed: list[Placed] = []
        for number, child in enumerate(element.children):
            if child.tag in STORY and lane_of(child) == 0:
                at = time_in(child, "offset") or _NONE
                placed += self._story.item(child, at, 0, inner.deeper(number))
        if element.tag == "clip" and (single := _single(placed, timing)):
            return single
        return self._nest(placed, _NONE)

    def _of_compound(
        self, element: Element, timing: Timing, around: Surroundings
    ) -> Content | None:
        reference = element.get("ref")
        sequence = self._resources.timeline(reference)
        if sequence is None or sequence.tag != "sequence":
            return self._missing(element)
        spine = sequence.child("spine")
        children = spine.children if spine is not None else []
        start = time_in(sequence, "tcStart") or _NONE
        shift = shift_of(timing, start)
        inner = self._into(reference, sequence, shown_of(timing).shifted(shift), around)
        placed = self._story.storyline(children, inner, base=base_of([children], start))
        return self._nest(placed, shift)

    def _of_multicam(
        self, element: Element, timing: Timing, around: Surroundings
    ) -> Content | None:
        reference = element.get("ref")
        multicam = self._resources.timeline(reference)
        if multicam is None or multicam.tag != "multicam":
            return self._missing(element)
        angles = multicam.all("mc-angle")
        shown = self._angle(element, angles)
        if shown is None:
            return None
        start = time_in(multicam, "tcStart") or _NONE
        base, shift = base_of([angle.children for angle in angles], start), shift_of(timing, start)
        inner = self._into(reference, multicam, shown_of(timing).shifted(shift), around)
        inner = inner.inside(angles.index(shown))
        placed = self._story.storyline(shown.children, inner, base=base)
        return self._nest(placed, shift)

    def _angle(self, element: Element, angles: Sequence[Element]) -> Element | None:
        """Return the angle whose picture, or sound, a multicam clip uses; the first by default."""
        sources = element.all("mc-source")
        wanted = ("all", "video" if self._picture else "audio")
        used = [s.get("angleID") for s in sources if s.get("srcEnable", "all") in wanted]
        if sources and not used:
            return None
        fitting = (angle for angle in angles if not used or angle.get("angleID") == used[0])
        return next(fitting, None)

    def _into(
        self, reference: str | None, timeline: Element, window: TimeRange, around: Surroundings
    ) -> Surroundings:
        """Return the surroundings in a compound or multicam clip.

        Raises:
            ValueError: It holds itself.
        """
        if reference is None or reference in around.media:
            raise ValueError("it holds itself")
        return Surroundings(
            address=(*around.address, reference),
            rate=self._resources.rate(timeline.get("format")) or around.rate,
            depth=around.depth + 1,
            media=around.media | {reference},
            window=window,
        )

    def _missing(self, element: Element) -> Content | None:
        """Return the content of a nest that the file does not hold: a clip without media."""
        if not self._picture:
            return None
        return Content(self._clip(element, self._finder.clip_media(_name(element), None)))

    def _nest(self, placed: Sequence[Placed], shift: Fraction) -> Content | None:
        if not any(shows(item.node) for item in placed):
            return None
        tracks = Layers(placed, picture=self._picture).tracks()
        children = tuple(Child(n, _NONE, track) for n, track in enumerate(tracks))
        node = Node(Kind.STACK, "", _UNSET, children=children, picture=self._picture)
        return Content(node, shift)


def _name(element: Element) -> str:
    return element.get("name") or ""


def _single(placed: Sequence[Placed], timing: Timing) -> Content | None:
    """Return the only clip inside of a clip as its content, where it fills it at its own speed."""
    clips = [item for item in placed if shows(item.node)]
    if len(clips) != 1 or clips[0].node.kind is not Kind.CLIP or clips[0].node.fault:
        return None
    item, retiming = clips[0], clips[0].node.retiming
    filled = TimeRange(start=item.start, duration=retiming.length)
    inside = shown_of(timing).intersection(filled) == shown_of(timing)
    if not inside or retiming.speed != 1 or not timing.length:
        return None
    return Content(replace(item.node, markers=()), retiming.content.start - item.start)
