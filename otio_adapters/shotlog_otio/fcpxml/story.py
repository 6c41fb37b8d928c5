"""Storylines and connected items of a timeline, each at its place on the timeline.

``offset`` of an item of a storyline counts on the storyline, that of a connected item on the local
timeline of the item that it is connected to, which may start at any timecode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import TimelineUnreadable, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.fcpxml.annotations import Clock, markers_on
from shotlog_otio.fcpxml.content import ContentReader
from shotlog_otio.fcpxml.effects import facts_reader, transition_facts
from shotlog_otio.fcpxml.hearing import is_heard
from shotlog_otio.fcpxml.items import (
    CONTAINERS,
    ITEMS,
    STORY,
    Placed,
    StoryItem,
    Timing,
    lane_of,
    offset_of,
    timing_of,
)
from shotlog_otio.fcpxml.media_content import Content
from shotlog_otio.fcpxml.resources import Resources
from shotlog_otio.fcpxml.shaping import faulty, retimed, straight, with_head, with_tail
from shotlog_otio.fcpxml.surroundings import Surroundings
from shotlog_otio.fcpxml.times import length_in, time_in
from shotlog_otio.markers import FoundMarker
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import Kind, Node, gap_fade, joined
from shotlog_otio.xml_text import Element

TRANSITION_START = Fraction(3600)
"""Start of a transition's own time, on which its markers count, as Final Cut Pro writes them."""

_MOST_NODES = 30_000
"""Items of a timeline and of its nests beyond which it is no edit; nests that show each other many
times would be without end."""

_DEEPEST = 100
"""Levels of nests and of items connected to each other beyond which an item is a fault."""

_NONE, _ONE = Fraction(0), Fraction(1)

_FALLBACK_RATE = Fraction(24)
"""Frames per second of a timeline whose format tells none."""


class _Neighbour(NamedTuple):
    """The last item of a storyline, and the transition after it."""

    position: int
    end: Fraction


class StoryReader:
    """Reader of the items of timelines.

    Args:
        resources: Those of the file.
        finder: Finds media.
        subject: The file, for errors.
        picture: False to read sound.
    """

    def __init__(
        self, resources: Resources, finder: MediaFinder, subject: str, *, picture: bool
    ) -> None:
        self.resources = resources
        self._picture = picture
        self._subject = subject
        self._nodes = 0
        self._content = ContentReader(resources, finder, self, picture=picture)

    def storyline(
        self,
        elements: Sequence[Element],
        around: Surroundings,
        *,
        start: Fraction = _NONE,
        base: Fraction = _NONE,
        lane: int = 0,
    ) -> list[Placed]:
        """Return the items of a storyline and what is connected to them.

        Args:
            elements: Its elements.
            around: What it stands in.
            start: Its start on the timeline that holds it.
            base: The offset that its first moment has.
            lane: Its lane there.
        """
        placed: list[Placed] = []
        last: _Neighbour | None = None
        fade: tuple[Fraction, Fraction] | None = None
        at = start
        for number, element in enumerate(elements):
            inner = around.inside(number)
            if element.tag == "transition":
                found = self._transition(element, start - base, inner, lane)
                if found is not None:
                    placed.append(found)
                    fade = (found.start, found.end)
                    if last is not None:
                        own = with_tail(placed[last.position], found.end - last.end)
                        ends = _is_nothing(_next_item(elements[number + 1 :]))
                        own = _faded(own, fade, appears=False) if ends else own
                        placed[last.position] = own
                continue
            if element.tag not in STORY:
                continue
            offset = offset_of(element)
            at = at if offset is None else start + offset - base
            index = len(placed)
            placed += self.item(element, at, lane, inner)
            if len(placed) == index:
                continue
            if fade is not None:
                own = with_head(placed[index], at - fade[0])
                begins = _is_nothing(_next_item(elements[number - 1 :: -1]))
                placed[index] = _faded(own, fade, appears=True) if begins else own
            at, fade = placed[index].end, None
            last = _Neighbour(index, at)
        return placed

    def item(self, element: Element, at: Fraction, lane: int, around: Surroundings) -> list[Placed]:
        """Return an element of a storyline or a connected one, and what is connected to it.

        Args:
            element: One of :data:`STORY`; of an audition, the first clip is the active one.
            at: Its start on the timeline.
            lane: Its lane there.
            around: What it stands in, with its own address.
        """
        if element.tag == "audition":
            active = next((item for item in element.children if item.tag in ITEMS), None)
            if active is None:
                return []
            return self.item(active, at, lane, around.inside(element.children.index(active)))
        if element.tag == "spine":
            format_ = self.resources.rate(element.get("format"))
            inner = replace(around, rate=format_ or around.rate, primary=False)
            return self.storyline(element.children, inner, start=at, lane=lane)
        if element.tag not in ITEMS:
            return []
        if around.depth > _DEEPEST:
            return [
                Placed(
                    lane,
                    at,
                    faulty(element, "it is nested too deeply", around.address, self._picture),
                )
            ]
        try:
            timing = timing_of(element, self.resources, around.rate)
            shown = around.shows(TimeRange(start=at, duration=timing.length))
            content = self._content.read(element, timing, around) if shown else None
        except ValueError as error:
            return [Placed(lane, at, faulty(element, str(error), around.address, self._picture))]
        own = self._place(element, at, lane, timing, content, around)
        return [own, *self._connected(element, at, lane, timing, around)]

    def _place(
        self,
        element: Element,
        at: Fraction,
        lane: int,
        timing: Timing,
        content: Content | None,
        around: Surroundings,
    ) -> Placed:
        self._count()
        wrapped = timing.course is not None or (content is not None and content.still)
        shift = content.shift if content is not None and not wrapped else _NONE
        range_ = TimeRange(start=at, duration=timing.length)
        item = StoryItem(element, around.address, range_, timing, shift)
        rate = (around.rate or _FALLBACK_RATE) / timing.pace
        markers = self._markers(element, around, Clock(rate, shift))
        shown = timing.local.shifted(shift)
        node = Node(
            kind=Kind.GAP,
            name=element.get("name") or "",
            retiming=Retiming(shown, timing.length, timing.pace),
            path=around.address,
            enabled=self._is_enabled(element, around),
            picture=self._picture,
            markers=markers,
            facts=facts_reader(element, timing, picture=self._picture),
        )
        if content is not None:
            node = retimed(node, timing, content) if wrapped else straight(node, content)
        return Placed(lane, at, node, item, around.primary, content is None)

    def _connected(
        self, element: Element, at: Fraction, lane: int, timing: Timing, around: Surroundings
    ) -> list[Placed]:
        """Return what is connected to an element."""
        placed: list[Placed] = []
        if around.muted_connected is not None:
            around = replace(around, muted=around.muted_connected)
        for number, child in enumerate(element.children):
            own = lane_of(child)
            if child.tag not in STORY or (element.tag in CONTAINERS and own == 0):
                continue
            offset = offset_of(child)
            local = timing.start if offset is None else offset
            start = at + (local - timing.start) / timing.pace
            inner = replace(around.deeper(number), primary=False)
            placed += self.item(child, start, lane + own, inner)
        return placed

    def _transition(
        self, element: Element, origin: Fraction, around: Surroundings, lane: int
    ) -> Placed | None:
        try:
            offset, length = time_in(element, "offset"), length_in(element)
        except ValueError:
            return None
        if offset is None or length is None:
            return None
        self._count()
        rate = around.rate or _FALLBACK_RATE
        node = Node(
            kind=Kind.GAP,
            name=element.get("name") or "",
            retiming=Retiming(TimeRange(start=TRANSITION_START, duration=length), length, _ONE),
            path=around.address,
            picture=self._picture,
            markers=self._markers(element, around, Clock(rate, _NONE)),
            facts=transition_facts(element) if self._picture else None,
        )
        return Placed(lane, origin + offset, node, None, around.primary, hollow=True)

    def _markers(
        self, element: Element, around: Surroundings, clock: Clock
    ) -> tuple[FoundMarker, ...]:
        """Return the markers on an element; those of sound are listed with the picture."""
        return tuple(markers_on(element, around.address, clock)) if self._picture else ()

    def _is_enabled(self, element: Element, around: Surroundings) -> bool:
        if element.get("enabled") == "0":
            return False
        return self._picture or is_heard(element, around.muted)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TimelineUnreadable(
                self._subject,
                f"with its compound clips it shows more than {_MOST_NODES} items",
                "Export a shorter timeline.",
            )


def _next_item(elements: Sequence[Element]) -> Element | None:
    return next((item for item in elements if item.tag in STORY), None)


def _is_nothing(neighbour: Element | None) -> bool:
    """Return whether a transition has no picture on a side: a gap, or an end of the storyline."""
    return neighbour is None or neighbour.tag == "gap"


def _faded(placed: Placed, fade: tuple[Fraction, Fraction], *, appears: bool) -> Placed:
    """Return an item with its fade by a transition beside a gap, given on the timeline."""
    length = placed.node.retiming.length
    edge = _NONE if appears else length
    moment = placed.start + edge
    reader = gap_fade(edge, moment - fade[0], fade[1] - moment, appears=appears)
    return placed._replace(node=replace(placed.node, facts=joined(placed.node.facts, reader)))
