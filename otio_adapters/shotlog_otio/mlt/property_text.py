"""Texts of properties in MLT's XML, of which a part can be replaced and the rest stays as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from shotlog_otio.documents import Splice
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    XmlText,
    insert_after,
    insert_first,
    quote_text,
)

_TOKENS = re.compile(rb"&#?\w+;|\r\n|[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*")
_PLACE = "\0"


def property_of(item: Element, name: str) -> Element | None:
    """Return the last property of a name; the last one counts in MLT."""
    found = (p for p in reversed(item.children) if p.tag == "property" and p.get("name") == name)
    return next(found, None)


def raw_element(text: XmlText, item: Element) -> str:
    """Return an element as it is written."""
    return text.data[item.start : item.end].decode()


def replaced(text: XmlText, item: Element, value: str) -> XmlSplice:
    """Return the splice that gives a property another text; its start tag stays as it is."""
    if item.close is not None:
        return XmlSplice(_inner_start(text, item), item.close, quote_text(value))
    slash = text.data.rindex(b"/", item.start, item.end)
    head = text.data[item.start : slash].decode().rstrip()
    return XmlSplice(item.start, item.end, f"{head}>{quote_text(value)}</{item.tag}>")


def spliced(text: XmlText, item: Element, changes: Iterable[Splice]) -> list[XmlSplice]:
    """Return the splices that replace some characters of the text of a property.

    Args:
        text: The document.
        item: A property that is not empty.
        changes: Places in its text, references resolved, and what is to stand there.
    """
    end = item.close if item.close is not None else item.end
    start = _inner_start(text, item)
    raw = text.data[start:end]
    if b"<" in raw:  # a comment or CDATA: places in the text do not tell places in the file
        value = item.text
        for (a, b), new in sorted(changes, reverse=True):
            value = value[:a] + new + value[b:]
        return [XmlSplice(start, end, quote_text(value))]
    places: list[int] = []
    for token in _TOKENS.finditer(raw):
        places += [start + token.start()] * len(_decoded(token[0]))
    places.append(end)
    return [XmlSplice(places[a], places[b], quote_text(new)) for (a, b), new in changes]


def inserted(text: XmlText, owner: Element, after: Element | None, value: str) -> XmlSplice:
    """Return the splice that puts an element into another, on lines of its own.

    Args:
        text: The document.
        owner: The element that is to hold it.
        after: The child after which it is to stand; None for the beginning.
        value: The element as XML; its lines stay as they are.
    """
    data = text.data
    place = (
        insert_first(data, owner, _PLACE) if after is None else insert_after(data, after, _PLACE)
    )
    return place._replace(text=place.text.replace(_PLACE, value))


def _inner_start(text: XmlText, item: Element) -> int:
    quote = 0
    for at in range(item.start, item.end):
        byte = text.data[at]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return at + 1
    return item.end


def _decoded(token: bytes) -> str:
    if token.startswith(b"&"):
        return html.unescape(token.decode())
    return "\n" if token in (b"\r", b"\r\n") else token.decode()
