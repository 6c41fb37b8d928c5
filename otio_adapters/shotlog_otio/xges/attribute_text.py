"""Attributes of XML elements as texts in which every character knows its place in the document."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from shotlog_otio.xml_text import Element, XmlText

_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TOKENS = re.compile(r"&#?\w+;|.", re.DOTALL)


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


def decoded_attribute(raw: str, span: Span) -> tuple[str, list[int]]:
    """Return the text of an attribute, and the place of each of its characters in the document."""
    parts: list[str] = []
    places: list[int] = []
    at = span.start
    for token in _TOKENS.findall(raw):
        text = html.unescape(token) if token.startswith("&") else token
        parts.append(text)
        places += [at] * len(text)
        at += len(token.encode())
    return "".join(parts), [*places, span.end]


def unescaped(text: str) -> str:
    r"""Return the text that ``\"`` and ``\\`` stand for."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def unescaped_places(text: str) -> list[int]:
    """Return the place of each character of the unescaped text, and that of its end."""
    return [found.start() for found in re.finditer(r"\\.|[^\\]", text, re.DOTALL)] + [len(text)]


def in_attribute(text: str) -> str:
    """Return a text as the value of an attribute, in quotes of either kind."""
    return html.escape(text, quote=True).replace("&#x27;", "&apos;")
