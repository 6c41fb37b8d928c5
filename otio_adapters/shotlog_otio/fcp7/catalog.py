"""The elements of a Final Cut Pro 7 XML that are defined once and named by their id elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from shotlog_otio.timeline import Address
from shotlog_otio.xml_text import Element

_DEFINING = {
    "file": ("pathurl", "mediaSource"),
    "sequence": ("media",),
    "multiclip": ("angle",),
    "clip": ("file", "media", "multiclip"),
}
"""By the name of an element, the children that a definition has and a mention has not."""

_OWNERS = ("sequence", "clipitem", "generatoritem")
"""Elements that hold markers of a timeline."""


class Catalog:
    """The definitions in a file, and the addresses of its sequences and clips.

    An element with an id is written once in full; elsewhere ``<file id="file-1"/>`` stands for it
    (Final Cut Pro XML Interchange Format, "The id Attribute"). Ids are not trimmed: "A" and "A "
    are two files.

    Args:
        root: The root of the file.

    Attributes:
        sequences: The sequences that are defined, in the order of the file.
    """

    def __init__(self, root: Element) -> None:
        self.sequences: list[Element] = []
        self._defined: dict[tuple[str, str], Element] = {}
        self._addresses: dict[Element, Address] = {}
        self._elements: dict[Address, Element] = {}
        self._contained: set[Hashable] = set()
        counts: Counter[str] = Counter()
        mentions: list[Element] = []
        for element in root.walk():
            tag = element.tag
            if tag in _OWNERS:
                self._addresses[element] = address = (tag, counts[tag])
                self._elements[address] = element
                counts[tag] += 1
            if tag in _DEFINING:
                self._define(element)
                if tag == "sequence":
                    mentions.append(element)
        self._list_sequences(mentions)

    def address(self, element: Element) -> Address:
        """Return the position of a sequence or clip, which no marker in the file changes."""
        return self._addresses[element]

    def element(self, address: Address) -> Element:
        """Return the sequence or clip at a position."""
        return self._elements[address]

    def definition(self, element: Element) -> Element:
        """Return the element in which a mentioned one is defined; itself where none is known."""
        if _is_definition(element):
            return element
        return self._defined.get((element.tag, element.get("id") or ""), element)

    def named(self, tag: str, id_: str) -> Element | None:
        """Return the element of an id."""
        return self._defined.get((tag, id_)) if id_ else None

    def key(self, sequence: Element) -> Hashable:
        """Return what two mentions of one sequence have in common."""
        sequence = self.definition(sequence)
        id_ = sequence.get("id")
        # Files that were put together by hand have several sequences of one id.
        return (id_, sequence.value("name")) if id_ is not None else sequence

    def is_contained(self, sequence: Element) -> bool:
        """Return whether another sequence shows this one."""
        return self.key(sequence) in self._contained

    def _define(self, element: Element) -> None:
        id_ = element.get("id")
        if id_ is None or not element.children:
            return
        known = self._defined.get((element.tag, id_))
        if known is None or (_is_definition(element) and not _is_definition(known)):
            self._defined[element.tag, id_] = element

    def _list_sequences(self, mentions: list[Element]) -> None:
        listed: set[Hashable] = set()
        for sequence in mentions:
            key = self.key(sequence)
            if _is_definition(sequence) and key not in listed:
                listed.add(key)
                self.sequences.append(sequence)
            around = next((e for e in _around(sequence) if e.tag == "sequence"), None)
            if around is not None and self.key(around) != key:
                self._contained.add(key)


def _is_definition(element: Element) -> bool:
    return any(child.tag in _DEFINING[element.tag] for child in element.children)


def _around(element: Element) -> Iterator[Element]:
    while element.parent is not None:
        element = element.parent
        yield element
