"""Attributes of XML elements as texts in which every character knows its place in the document."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from shotlog_otio.xml_text import Element, XmlText

_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TOKENS = re.compile(r"&#?\w+;|[\x00-\x25\x27-\x7f]+|.", re.DOTALL)


class Span(NamedTuple):
    """Bytes ``[start, end)`` of the document."""

    start: int
    end: int


def attributes_of(text: XmlText, item: Element) -> Iterator[tuple[bytes, Span]]:
    """Yield the attributes of an element, each with the place of its value within the quotes."""
    at = item.start + 1 + len(item.tag.encode())
    while found := _ATTRIBUTE.match(text.data, at):
        group = 2 if found[2] is not None else 3
        yield found[1], Span(found.start(group), found.end(group))
        at = found.end()


def attribute_of(text: XmlText, item: Element, name: bytes) -> Span | None:
    """Return the place of the value of an attribute; None where the element lacks it."""
    return next((span for key, span in attributes_of(text, item) if key == name), None)


class AttributeText:
    """The text of an attribute, references resolved, whose characters know their place.

    Args:
        text: The document.
        span: The place of its value.

    Attributes:
        value: The text.
    """

    def __init__(self, text: XmlText, span: Span) -> None:
        self._end = span.end
        parts: list[str] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        length, place = 0, span.start
        # A reference, or a run of characters of one byte each, or another character.
        for token in _TOKENS.findall(text.data[slice(*span)].decode()):
            part = html.unescape(token) if token.startswith("&") else token
            self._starts.append(length)
            self._places.append(place)
            parts.append(part)
            length += len(part)
            place += len(token.encode())
        self.value = "".join(parts)

    def place(self, at: int) -> int:
        """Return the offset in the document of a character; of the end for the text's length."""
        if at >= len(self.value):
            return self._end
        token = bisect_right(self._starts, at) - 1
        return self._places[token] + at - self._starts[token]


def unescaped(text: str) -> str:
    r"""Return the text that ``\"`` and ``\\`` stand for."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def unescaped_places(text: str) -> list[int]:
    """Return the place of each character of the unescaped text, and that of its end."""
    return [found.start() for found in re.finditer(r"\\.|[^\\]", text, re.DOTALL)] + [len(text)]


def in_attribute(text: str) -> str:
    """Return a text as the value of an attribute, in quotes of either kind."""
    return html.escape(text, quote=True).replace("&#x27;", "&apos;")
