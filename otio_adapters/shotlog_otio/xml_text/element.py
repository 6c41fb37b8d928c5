"""An element of an XML text."""

from __future__ import annotations

import re
from collections.abc import Iterator

TAG_END = re.compile(rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
"""A tag up to its end, from its ``<`` on."""


class Element:
    """An element, its content, and its place in the text.

    Attributes:
        tag: Its name, with its prefix where it has one.
        attrib: Its attributes.
        text: The text in it before its first child element, entities resolved.
        children: The elements in it, in order.
        parent: The element around it; None for the root.
        start: Offset of its ``<`` in the bytes of :class:`XmlText`.
        end: Offset after its last ``>``.
        close: Offset of the ``</`` of its end tag; None for an empty-element tag ``<a/>``.
    """

    __slots__ = ("attrib", "children", "close", "end", "parent", "start", "tag", "text")

    def __init__(
        self, tag: str, attrib: dict[str, str], parent: Element | None, start: int
    ) -> None:
        self.tag = tag
        self.attrib = attrib
        self.text = ""
        self.children: list[Element] = []
        self.parent = parent
        self.start = start
        self.end = start
        self.close: int | None = None

    def __iter__(self) -> Iterator[Element]:
        return iter(self.children)

    def __repr__(self) -> str:
        return f"<{self.tag}> at {self.start}"

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return an attribute, or the default."""
        return self.attrib.get(name, default)

    def child(self, *path: str) -> Element | None:
        """Return the first element at a path of tags below this one, or None."""
        found = self
        for tag in path:  # a generator in place of the inner loop takes twice as long
            for item in found.children:
                if item.tag == tag:
                    found = item
                    break
            else:
                return None
        return found

    def all(self, tag: str) -> list[Element]:
        """Return the children of a tag, in order."""
        return [item for item in self.children if item.tag == tag]

    def value(self, *path: str) -> str | None:
        """Return the text of the first element at a path, without blanks around it; or None."""
        found = self.child(*path)
        return None if found is None else found.text.strip()

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, in the order of the text."""
        pending = [self]
        while pending:
            item = pending.pop()
            yield item
            pending += reversed(item.children)
