"""The content of story elements: media, generated pictures, and the timelines inside of nests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Protocol

from shotlog.schema import TimeRange
from shotlog_otio.fcpxml.hearing import muted_by
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
from shotlog_otio.fcpxml.media_content import UNSET, Content, MediaReader
from shotlog_otio.fcpxml.resources import Resources
from shotlog_otio.fcpxml.surroundings import Surroundings, base_of, shift_of, shown_of
from shotlog_otio.fcpxml.times import time_in
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import Child, FactsReader, ItemFacts, Kind, Node
from shotlog_otio.xml_text import Element

_NONE = Fraction(0)


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
        self._story = story
        self._picture = picture
        self._files = MediaReader(resources, finder, picture=picture)

    def read(self, element: Element, timing: Timing, around: Surroundings) -> Content | None:
        """Return the content of an element; None where it has no picture, or no sound.

        Raises:
            ValueError: A time in it is none.
        """
        tag = element.tag
        if element.get("srcEnable") == ("audio" if self._picture else "video"):
            return None
        if tag in MEDIA_TAGS:
            return self._files.of_media(element)
        if tag in GENERATED:
            return self._files.generated(element, "a title" if tag == "title" else "a drawing")
        if tag in CONTAINERS:
            return self._of_container(element, timing, around)
        if tag == "ref-clip":
            return self._of_compound(element, timing, around)
        return self._of_multicam(element, timing, around) if tag == "mc-clip" else None

    def _of_container(
        self, element: Element, timing: Timing, around: Surroundings
    ) -> Content | None:
        """Return the content of a ``clip`` or ``sync-clip``: its items without a lane."""
        rate = self._resources.rate(element.get("format")) or around.rate
        inner = replace(
            around,
            rate=rate,
            primary=False,
            window=shown_of(timing),
            muted=around.muted | muted_by(element, "storyline"),
            muted_connected=None,
        )
        if element.tag == "sync-clip":
            muted = around.muted | muted_by(element, "connected")
            inner = replace(inner, muted_connected=muted)
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
            return self._files.missing(element)
        spine = sequence.child("spine")
        children = spine.children if spine is not None else []
        start = time_in(sequence, "tcStart") or _NONE
        shift = shift_of(timing, start)
        around = replace(around, muted=around.muted | muted_by(element))
        inner = self._into(reference, sequence, shown_of(timing).shifted(shift), around)
        placed = self._story.storyline(children, inner, base=base_of([children], start))
        return self._nest(placed, shift)

    def _of_multicam(
        self, element: Element, timing: Timing, around: Surroundings
    ) -> Content | None:
        reference = element.get("ref")
        multicam = self._resources.timeline(reference)
        if multicam is None or multicam.tag != "multicam":
            return self._files.missing(element)
        angles = multicam.all("mc-angle")
        source = self._source(element)
        if source is None and element.child("mc-source") is not None:
            return None
        shown = _angle(angles, source)
        if shown is None:
            return self._files.missing(element)
        start = time_in(multicam, "tcStart") or _NONE
        base, shift = base_of([angle.children for angle in angles], start), shift_of(timing, start)
        inner = self._into(reference, multicam, shown_of(timing).shifted(shift), around)
        muted = inner.muted if source is None else inner.muted | muted_by(source)
        inner = replace(inner.inside(angles.index(shown)), muted=muted)
        placed = self._story.storyline(shown.children, inner, base=base)
        return self._nest(placed, shift)

    def _source(self, element: Element) -> Element | None:
        """Return the ``mc-source`` that gives a multicam clip its picture, or its sound."""
        wanted = ("all", "video" if self._picture else "audio")
        sources = element.all("mc-source")
        return next((s for s in sources if s.get("srcEnable", "all") in wanted), None)

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
            muted=around.muted,
        )

    def _nest(self, placed: Sequence[Placed], shift: Fraction) -> Content | None:
        if not any(shows(item.node) for item in placed):
            return None
        tracks = Layers(placed, picture=self._picture).tracks()
        children = tuple(Child(n, _NONE, track) for n, track in enumerate(tracks))
        node = Node(Kind.STACK, "", UNSET, children=children, picture=self._picture)
        return Content(node, shift)


def _angle(angles: Sequence[Element], source: Element | None) -> Element | None:
    """Return the angle that a source names; the first where a multicam clip has no sources."""
    wanted = None if source is None else source.get("angleID")
    return next((a for a in angles if source is None or a.get("angleID") == wanted), None)


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
    facts = item.node.facts
    if facts is not None:
        # Its own time goes on at the pace of the clip around it, which may be wrapped around it.
        pace = Fraction(1) if timing.course is not None else timing.pace
        facts = partial(_moved, facts, item.start - timing.start, pace)
    node = replace(item.node, markers=(), facts=facts)
    return Content(node, retiming.content.start - item.start)


def _moved(facts: FactsReader, start: Fraction, pace: Fraction) -> ItemFacts:
    return facts().on_clock(start, pace)
