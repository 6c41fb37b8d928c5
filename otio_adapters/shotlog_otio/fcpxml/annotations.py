"""Markers in FCPXML: as they stand in a file, ours with their keywords and shot types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
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


_Range = tuple[Fraction | str, Fraction | str]


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
    def key(self) -> tuple[int, ...]:
        """Places of all of them in the text, that of the marker first."""
        return tuple(item.start for item in self if item is not None)


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
        self._unnamed: dict[Fraction | str, list[Element]] = defaultdict(list)
        self._analyses: dict[_Range, list[Element]] = defaultdict(list)
        for item in owner.children:
            if item.tag == "keyword":
                tag = _tag_of(item)
                if tag is None:
                    self._unnamed[_range_of(item)[0]].append(item)
                else:
                    self._keywords.setdefault(tag.id, item)
            elif item.tag == "analysis-marker" and _is_shot_type(item):
                self._analyses[_range_of(item)].append(item)
        self._owner = owner

    def of(self, marker: Element, tag: MarkerTag) -> list[Own]:
        """Return a marker of ours with what came with it.

        Returns:
            What its keyword's note tells; else the possibilities, of which the hash in the marker's
            note tells the one: a program may lose the note of a keyword.
        """
        if marker.tag == "keyword":
            return [Own(marker, None, self._analysis_of(marker))]
        keyword = self._keywords.get(tag.id)
        if keyword is not None:
            return [Own(marker, keyword, self._analysis_of(keyword))]
        unnamed = self._unnamed.get(_range_of(marker)[0], ())
        return [Own(marker), *(Own(marker, k, self._analysis_of(k)) for k in unnamed)]

    def orphans(self) -> list[Element]:
        """Return the keywords of ours whose marker an editor took away."""
        if not self._keywords:
            return []
        markers = [item for item in self._owner.children if item.tag in MARKERS]
        ids = {tag.id for item in markers if (tag := _tag_of(item)) is not None}
        # A program may have lost the note of a marker.
        starts = {_range_of(item)[0] for item in markers}
        return [
            keyword
            for own, keyword in self._keywords.items()
            if own not in ids and _range_of(keyword)[0] not in starts
        ]

    def _analysis_of(self, keyword: Element) -> Element | None:
        wanted = shot_type_of_keywords(keyword.get("value") or "")
        same_range = self._analyses.get(_range_of(keyword), ())
        same = [item for item in same_range if item.children[0].get("value") == wanted]
        following = (item for item in same if item.start > keyword.start)
        return next(following, same[-1] if same else None)


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
    """Yield the markers on an element; one without a time that can be read is passed over.

    A keyword of ours whose marker is gone counts as one, so that it goes with the others.
    """
    own = OwnMarkers(element)
    markers = (item for item in element.children if item.tag in MARKERS)
    for item in (*markers, *own.orphans()):
        start, length = _range_of(item)
        if isinstance(start, Fraction):
            length = length if isinstance(length, Fraction) else Fraction(0)
            found = FoundMarker(
                start=start + clock.shift,
                duration=max(length, Fraction(0)),
                name=item.get("value") or "",
                note=item.get("note") or "",
                colour=kind_of(item),
                owner=owner,
                key=(item.start,),
            )
            yield _recognised(found, item, own, clock)


def _recognised(found: FoundMarker, item: Element, own: OwnMarkers, clock: Clock) -> FoundMarker:
    """Return a marker as ours where it is."""
    note, tag = split_tag(found.note)
    if tag is None:
        return found
    found = replace(found, note=note, tag=tag)
    states = [_state(one, found, tag, clock) for one in own.of(item, tag)]
    return next((state for state in states if not state.edited), states[0])


def _state(own: Own, found: FoundMarker, tag: MarkerTag, clock: Clock) -> FoundMarker:
    """Return a marker of ours with what came with it: its length, and whether it was edited."""
    start, is_keyword = found.start - clock.shift, own.marker.tag == "keyword"
    # What became of the length of a marker tells nothing: Final Cut Pro makes it one frame.
    length, edited = found.duration if is_keyword else 1 / clock.rate, False
    if own.keyword is not None:
        length, edited = _keyword_state(own.keyword, length, clock)
    text = (found.name, "", "") if is_keyword else (found.name, found.note, found.colour)
    edited = edited or tag.hash != hash_in_text(*text, clock.frames(start, length))
    return replace(found, duration=length, key=own.key, edited=edited)


def _keyword_state(keyword: Element, otherwise: Fraction, clock: Clock) -> tuple[Fraction, bool]:
    """Return the length of a keyword of ours, and whether an editor has changed it."""
    tag, (start, length) = _tag_of(keyword), _range_of(keyword)
    if not (isinstance(start, Fraction) and isinstance(length, Fraction)):
        return otherwise, True
    own = keyword_hash(keyword.get("value") or "", clock.frames(start, length))
    return length, tag is not None and tag.hash != own


def _tag_of(item: Element) -> MarkerTag | None:
    return split_tag(item.get("note") or "")[1]


def _is_shot_type(analysis: Element) -> bool:
    return [item.tag for item in analysis.children] == ["shot-type"]


def _range_of(item: Element) -> _Range:
    """Return start and duration; of what cannot be read, the texts."""
    start, duration = (_time_or_text(item.get(name) or "") for name in ("start", "duration"))
    return start, duration


def _time_or_text(text: str) -> Fraction | str:
    try:
        return parse_time(text)
    except ValueError:
        return text
