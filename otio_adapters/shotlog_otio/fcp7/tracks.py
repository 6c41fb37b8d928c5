"""The tracks of sequences: where their items start and end, also under transitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from shotlog_otio.fcp7.clip_items import ItemPlace
from shotlog_otio.fcp7.values import frames_in, rate_in, text_in
from shotlog_otio.timeline import FactsReader, gap_fade
from shotlog_otio.xml_text import Element

_NOTHING = (Fraction(0), Fraction(0))

_ITEMS = frozenset({"clipitem", "generatoritem"})


_BLACK = {-1: "start-black", 1: "end-black"}
"""Alignments of transitions from black, before their clip, and to black, after it (*Final Cut Pro
XML Interchange Format*)."""


class PlacedItem(NamedTuple):
    """An item of a track.

    Attributes:
        number: Its number among the clips and titles of the track.
        element: Its element.
        place: Its place; None where it is not known.
        start: Its first frame, also where its place is not known.
        reason: The reason why its place is not known.
        fades: The readers of its fades by transitions beside gaps.
    """

    number: int
    element: Element
    place: ItemPlace | None
    start: Fraction
    reason: str = ""
    fades: tuple[FactsReader, ...] = ()


def items_of(track: Element, rate: Fraction) -> Iterator[PlacedItem]:
    """Yield the clips and titles of a track, in the order of the file.

    Args:
        track: The track.
        rate: Frames per second of the sequence.
    """
    elements = [e for e in track if e.tag in _ITEMS or e.tag == "transitionitem"]
    number, reached = 0, Fraction(0)
    for at, element in enumerate(elements):
        if element.tag not in _ITEMS:
            continue
        before, after = _beside(elements, at, -1), _beside(elements, at, 1)
        try:
            place = _place(element, before, after, reached, rate)
            fades = tuple(_fades(elements, at, place, rate))
            yield PlacedItem(number, element, place, place.start, fades=fades)
            reached = max(reached, place.end)
        except ValueError as error:
            yield PlacedItem(number, element, None, reached, str(error))
        number += 1


def _place(
    item: Element, before: Element | None, after: Element | None, reached: Fraction, rate: Fraction
) -> ItemPlace:
    """Return the place of an item.

    A start or end of -1 is the edge of the transition beside it: both clips are shown under it, and
    the in- and out-point move along.
    """
    start, end = _edge(item, "start", before, rate), _edge(item, "end", after, rate)
    if start is None or end is None:
        length = _written_length(item, rate)
        if start is None:
            start = reached if end is None or length is None else max(end - length, Fraction(0))
        if end is None:
            if length is None:
                raise ValueError("its end is not written")
            end = start + length
    if end < start:
        raise ValueError(f"it ends at frame {float(end):g}, before its start {float(start):g}")
    # Some tools write the cut as the edge; then the frames under the transition come on top.
    head, tail = _beyond(start, before, rate), _beyond(end, after, rate)
    return ItemPlace(start, end, rate, max(-head[0], Fraction(0)), max(tail[1], Fraction(0)))


def _beside(elements: Sequence[Element], at: int, step: int) -> Element | None:
    """Return the element before (-1) or after (1) one; None for a transition of the other side."""
    beside = elements[at + step] if 0 <= at + step < len(elements) else None
    if beside is not None and _alignment(beside) == _BLACK[-step]:
        return None
    return beside


def _alignment(element: Element) -> str:
    return text_in(element, "alignment").strip()


def _fades(
    elements: Sequence[Element], at: int, place: ItemPlace, rate: Fraction
) -> Iterator[FactsReader]:
    """Yield the readers of the fades of an item by transitions between it and a gap."""
    for step, edge in ((-1, place.start), (1, place.end)):
        transition = _beside(elements, at, step)
        if transition is None or transition.tag != "transitionitem":
            continue
        first, end = (frames_in(transition, tag, rate) for tag in ("start", "end"))
        if first is None or end is None or not 0 <= first <= edge <= end or first == end:
            continue
        neighbour = _beside(elements, at + step, step)
        black = _alignment(transition) == _BLACK[step]
        if black or neighbour is None or _is_apart(neighbour, step, (first, end), rate):
            own = (edge - place.start) / rate
            yield gap_fade(own, (edge - first) / rate, (end - edge) / rate, appears=step < 0)


def _is_apart(item: Element, step: int, span: tuple[Fraction, Fraction], rate: Fraction) -> bool:
    """Return whether an item before (-1) or after (1) a transition does not reach it."""
    edge = frames_in(item, "end" if step < 0 else "start", rate)
    # An edge of -1 lies at the transition.
    return edge is not None and edge >= 0 and not span[0] <= edge <= span[1]


def _beyond(edge: Fraction, beside: Element | None, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Return the start and end of a transition that an edge lies in, from that edge."""
    if beside is None or beside.tag != "transitionitem":
        return _NOTHING
    first, last = frames_in(beside, "start", rate), frames_in(beside, "end", rate)
    if first is None or last is None or not 0 <= first <= edge <= last:
        return _NOTHING
    return first - edge, last - edge


def _edge(item: Element, tag: str, beside: Element | None, rate: Fraction) -> Fraction | None:
    """Return the start or end of an item; None where it is not written."""
    edge = frames_in(item, tag, rate)
    if edge is not None and edge >= 0:
        return edge
    if beside is None or beside.tag != "transitionitem":
        return None
    edge = frames_in(beside, tag, rate)
    return edge if edge is not None and edge >= 0 else None


def _written_length(item: Element, rate: Fraction) -> Fraction | None:
    """Return the frames of the sequence between in- and out-point; None where one is not known."""
    own = rate_in(item) or rate
    first, last = frames_in(item, "in", own), frames_in(item, "out", own)
    if last is None or last < 0:
        return None
    first = max(first or Fraction(0), Fraction(0))
    return (last - first) * rate / own if last > first else None
