"""Writing of our markers into the text of an FCPXML file.

The DTD has an order: after an item's own parameters come its content and what is connected to it,
then its markers, then audio components, filters and metadata.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from shotlog.markers import MarkerTag, join_tag
from shotlog_otio.fcpxml.annotations import (
    ANNOTATIONS,
    CHAPTER,
    COMPLETED,
    MARKERS,
    TO_DO,
    keyword_hash,
)
from shotlog_otio.fcpxml.items import STORY, StoryItem
from shotlog_otio.fcpxml.placing import PlacedAnnotation
from shotlog_otio.fcpxml.times import write_time
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.timeline import Address
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    XmlText,
    fill,
    insert_after,
    insert_first,
    quote_attribute,
    remove,
    remove_all,
    replace,
)

_BEFORE = ANNOTATIONS | STORY | {
    "note", "conform-rate", "timeMap", "param", "text", "text-style-def", "mc-source", "caption",
    "object-tracker", "crop",
}  # fmt: skip
"""Elements that stand before markers, as do those whose names begin with ``adjust-``."""

_FILTERS_FIRST = ("filter-video", "filter-audio", "filter-video-mask")
"""Elements that a transition holds before its markers."""

_TEXT_LAST = (1, 2)
"""The last version in which a title's text comes after its markers."""


def apply_changes(
    text: XmlText,
    changes: MarkerChanges,
    items: Mapping[Address, StoryItem],
    version: tuple[int, int],
) -> bytes:
    """Return the content of a file with other markers; every other byte stays as it is.

    Args:
        text: The file.
        changes: The changes.
        items: The items that may hold markers, by address.
        version: That of the file.
    """
    return text.patched(_Patch(text, items, version).splices(changes))


class _Patch:
    """The splices for some changes."""

    def __init__(
        self, text: XmlText, items: Mapping[Address, StoryItem], version: tuple[int, int]
    ) -> None:
        self._text, self._items, self._version = text, items, version
        kinds = MARKERS | {"keyword", "analysis-marker"}
        self._elements = {item.start: item for item in text.root.walk() if item.tag in kinds}

    def splices(self, changes: MarkerChanges) -> Iterator[XmlSplice]:
        # By place: a marker that was copied shares its keyword with the copy.
        removed: dict[int, dict[int, Element]] = defaultdict(dict)
        added: dict[int, list[str]] = defaultdict(list)
        owners: dict[int, Element] = {}
        for found in changes.removed:
            owner, own = self._own(found)
            owners[owner.start] = owner
            removed[owner.start].update({item.start: item for item in own})
        for found, item, tag in changes.replaced:
            owner, own = self._own(found)
            yield replace(self._text.data, own[0], self._xml(item, tag))
            owners[owner.start] = owner
            removed[owner.start].update({item.start: item for item in own[1:]})
        for item, tag in changes.added:
            owner = self._items[_address(item)].element
            owners[owner.start] = owner
            added[owner.start].append(self._xml(item, tag))
        for start, owner in owners.items():
            gone = list(removed[start].values())
            if added[start]:
                yield from (remove(self._text.data, element) for element in gone)
                yield self._insertion(owner, "\n".join(added[start]))
            else:
                yield from remove_all(self._text.data, owner, gone)

    def _own(self, found: FoundMarker) -> tuple[Element, list[Element]]:
        """Return the element that holds a marker, the marker, and what came with it."""
        assert isinstance(found.key, tuple)  # noqa: S101 (this room makes the keys)
        own = [self._elements[place] for place in found.key]
        return _owner(own[0]), own

    def _insertion(self, owner: Element, xml: str) -> XmlSplice:
        if not owner.children:
            return fill(self._text.data, owner, xml)
        before = [item for item in owner.children if self._is_before(item, owner)]
        if before:
            return insert_after(self._text.data, before[-1], xml)
        return insert_first(self._text.data, owner, xml)

    def _is_before(self, item: Element, owner: Element) -> bool:
        if owner.tag == "title" and item.tag == "text" and self._version <= _TEXT_LAST:
            return False
        if owner.tag == "transition" and item.tag in _FILTERS_FIRST:
            return True
        return item.tag in _BEFORE or item.tag.startswith("adjust-")

    @staticmethod
    def _xml(item: PlacedText, tag: MarkerTag) -> str:
        """Return the elements of a marker, a line each."""
        assert isinstance(item, PlacedAnnotation)  # noqa: S101 (this room places them)
        lines = [_marker_xml(item, tag)]
        if item.keywords:
            range_ = _attributes(start=item.local, duration=item.duration)
            lines.append(_keyword_xml(item, tag, range_))
            if item.shot_type:
                lines += [
                    f"<analysis-marker {range_}>",
                    f"\t<shot-type value={quote_attribute(item.shot_type)}/>",
                    "</analysis-marker>",
                ]
        return "\n".join(lines)


def _marker_xml(item: PlacedAnnotation, tag: MarkerTag) -> str:
    name, note = quote_attribute(item.name), quote_attribute(join_tag(item.note, tag))
    texts = f"{_attributes(start=item.local, duration=1 / item.rate)} value={name}"
    if item.colour == CHAPTER:
        return f'<chapter-marker {texts} note={note} posterOffset="0s"/>'
    completed = {TO_DO: ' completed="0"', COMPLETED: ' completed="1"'}.get(item.colour, "")
    return f"<marker {texts}{completed} note={note}/>"


def _keyword_xml(item: PlacedAnnotation, tag: MarkerTag, range_: str) -> str:
    own = MarkerTag(tag.id, tag.family, keyword_hash(item.keywords, item.frames))
    value, note = quote_attribute(item.keywords), quote_attribute(str(own))
    return f"<keyword {range_} value={value} note={note}/>"


def _attributes(**times: Fraction) -> str:
    return " ".join(f'{name}="{write_time(value)}"' for name, value in times.items())


def _owner(element: Element) -> Element:
    assert element.parent is not None  # noqa: S101 (a marker is never the root)
    return element.parent


def _address(item: PlacedText) -> Address:
    assert isinstance(item.owner, tuple)  # noqa: S101 (this room makes the owners)
    return item.owner
