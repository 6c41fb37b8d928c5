"""The tracks of sequences: where their items start and end, also under transitions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from shotlog_otio.fcp7.clip_items import Place
from shotlog_otio.fcp7.values import frames_in, rate_in
from shotlog_otio.xml_text import Element

_NOTHING = (Fraction(0), Fraction(0))

_ITEMS = frozenset({"clipitem", "generatoritem"})


class PlacedItem(NamedTuple):
    """An item of a track.

    Attributes:
        number: Its number among the clips and titles of the track.
        element: Its element.
        place: Its place; None where it is not known.
        start: Its first frame, also where its place is not known.
        reason: The reason why its place is not known.
    """

    number: int
    element: Element
    place: Place | None
    start: Fraction
    reason: str = ""


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
        before = elements[at - 1] if at else None
        after = elements[at + 1] if at + 1 < len(elements) else None
        try:
            place = _place(element, before, after, reached, rate)
            yield PlacedItem(number, element, place, place.start)
            reached = max(reached, place.end)
        except ValueError as error:
            yield PlacedItem(number, element, None, reached, str(error))
        number += 1


def _place(
    item: Element, before: Element | None, after: Element | None, reached: Fraction, rate: Fraction
) -> Place:
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
    return Place(start, end, rate, max(-head[0], Fraction(0)), max(tail[1], Fraction(0)))


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
