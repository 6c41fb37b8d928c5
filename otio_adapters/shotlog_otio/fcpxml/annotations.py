"""Markers in FCPXML: as they stand in a file, ours with their keywords and shot types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from shotlog.markers import MarkerTag, hash_in_text, split_tag
from shotlog.schema import nearest_frame
from shotlog_otio.fcpxml.keywords import shot_type_of_keywords
from shotlog_otio.fcpxml.times import parse_time
from shotlog_otio.markers import FoundMarker
from shotlog_otio.timeline import Address
from shotlog_otio.xml_text import Element

STANDARD, TO_DO, COMPLETED, CHAPTER = "Standard", "To Do", "Completed", "Chapter"
"""Kinds of markers, as Final Cut Pro calls them; it has no other colours."""

MARKERS = frozenset({"marker", "chapter-marker"})
ANNOTATIONS = MARKERS | {"rating", "keyword", "analysis-marker", "shot-marker"}
"""Elements that the DTD allows where markers stand (``marker_item``)."""


_Range = tuple[Fraction, Fraction] | tuple[str, str]


class Own(NamedTuple):
    """A marker of ours with the elements that came with it.

    Attributes:
        marker: The marker.
        keyword: Its keyword, where it has one.
        analysis: The analysis marker with its shot type, where it has one.
    """

    marker: Element
    keyword: Element | None = None
    analysis: Element | None = None

    @property
    def elements(self) -> list[Element]:
        """All of them."""
        return [item for item in self if item is not None]


def kind_of(marker: Element) -> str:
    """Return the kind of a marker."""
    if marker.tag == "chapter-marker":
        return CHAPTER
    completed = marker.get("completed")
    return STANDARD if completed is None else COMPLETED if completed == "1" else TO_DO


class OwnMarkers:
    """The markers of ours on an element, with the elements that came with each.

    A keyword carries the id of its marker in its note. An analysis marker has no note; ours is the
    one with the range of our keyword and with the shot type of its size, and of several the first
    that follows the keyword. One of Final Cut Pro's own that has both, and is alone, says the same.

    Args:
        owner: The element.
    """

    def __init__(self, owner: Element) -> None:
        self._keywords: dict[str, Element] = {}
        self._analyses: dict[_Range, list[Element]] = defaultdict(list)
        for item in owner.children:
            if item.tag == "keyword" and (tag := _tag_of(item)) is not None:
                self._keywords.setdefault(tag.id, item)
            elif item.tag == "analysis-marker" and _is_shot_type(item):
                self._analyses[_range_of(item)].append(item)

    def of(self, marker: Element) -> Own:
        """Return a marker with what came with it; nothing did with one that is not ours."""
        tag = _tag_of(marker)
        keyword = self._keywords.get(tag.id) if tag else None
        if keyword is None:
            return Own(marker)
        wanted = shot_type_of_keywords(keyword.get("value") or "")
        same_range = self._analyses.get(_range_of(keyword), ())
        same = [item for item in same_range if item.children[0].get("value") == wanted]
        following = (item for item in same if item.start > keyword.start)
        return Own(marker, keyword, next(following, same[-1] if same else None))


def keyword_hash(value: str, frames: tuple[int, int]) -> str:
    """Return the hash of a keyword of ours, by which an edit of it will be known."""
    return hash_in_text(value, "", "", frames)


class Clock(NamedTuple):
    """The clock of the markers of one element.

    Attributes:
        rate: Frames per second of its local timeline.
        shift: What is added to a time of it for the clock of the node.
    """

    rate: Fraction
    shift: Fraction

    def frames(self, start: Fraction, length: Fraction) -> tuple[int, int]:
        """Return a range of the local timeline in frames."""
        return frames_of(start, length, self.rate)


def frames_of(start: Fraction, length: Fraction, rate: Fraction) -> tuple[int, int]:
    """Return a range in frames, at least one long; it may lie off their grid."""
    return nearest_frame(start, rate), max(1, nearest_frame(length, rate))


def markers_on(element: Element, owner: Address, clock: Clock) -> Iterator[FoundMarker]:
    """Yield the markers on an element; one without a time that can be read is passed over."""
    own = OwnMarkers(element)
    for item in element.children:
        if item.tag not in MARKERS:
            continue
        try:
            start = parse_time(item.get("start") or "")
            length = max(parse_time(item.get("duration") or "0s"), Fraction(0))
        except ValueError:
            continue
        yield _found(own.of(item), start, length, owner, clock)


def _found(
    own: Own, start: Fraction, length: Fraction, owner: Address, clock: Clock
) -> FoundMarker:
    item, keyword = own.marker, own.keyword
    name, kind = item.get("value") or "", kind_of(item)
    note, tag = split_tag(item.get("note") or "")
    edited = False
    if tag is not None:
        # What became of the length of a marker tells nothing: Final Cut Pro makes it one frame.
        length = 1 / clock.rate
        if keyword is not None:
            length, edited = _keyword_state(keyword, length, clock)
        edited = edited or tag.hash != hash_in_text(name, note, kind, clock.frames(start, length))
    return FoundMarker(
        start=start + clock.shift,
        duration=length,
        name=name,
        note=note,
        colour=kind,
        owner=owner,
        key=item.start,
        tag=tag,
        edited=edited,
    )


def _keyword_state(keyword: Element, otherwise: Fraction, clock: Clock) -> tuple[Fraction, bool]:
    """Return the length of a keyword of ours, and whether an editor has changed it."""
    tag = _tag_of(keyword)
    try:
        start, length = (parse_time(keyword.get(name) or "") for name in ("start", "duration"))
    except ValueError:
        return otherwise, True
    own = keyword_hash(keyword.get("value") or "", clock.frames(start, length))
    return length, tag is None or tag.hash != own


def _tag_of(item: Element) -> MarkerTag | None:
    return split_tag(item.get("note") or "")[1]


def _is_shot_type(analysis: Element) -> bool:
    return [item.tag for item in analysis.children] == ["shot-type"]


def _range_of(item: Element) -> _Range:
    """Return start and duration; of what cannot be read, the texts."""
    texts = item.get("start") or "", item.get("duration") or ""
    try:
        return parse_time(texts[0]), parse_time(texts[1])
    except ValueError:
        return texts
