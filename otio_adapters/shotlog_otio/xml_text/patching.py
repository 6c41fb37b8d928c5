"""Patches of XML texts that keep the layout around them."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from shotlog_otio.xml_text.element import Element

_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even as a reference (production 2, Char)."""


class XmlSplice(NamedTuple):
    """Bytes ``[start, end)`` of a text's UTF-8 to be replaced, and their replacement."""

    start: int
    end: int
    text: str


def quote_text(text: str) -> str:
    """Return a text as the content of an element; without characters that XML cannot hold."""
    return escape(_INVALID.sub("", text))


def quote_attribute(text: str) -> str:
    """Return a text as the value of an attribute, with its quotes; line ends are kept."""
    return quoteattr(_INVALID.sub("", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def indentation(data: bytes, at: int) -> str:
    """Return the line end and the blanks before a place, "" where other text precedes it."""
    start = at
    while start > 0 and data[start - 1] in b" \t":
        start -= 1
    if start > 0 and data[start - 1 : start] == b"\n":
        start -= 2 if data[start - 2 : start - 1] == b"\r" else 1
    elif start > 0 and data[start - 1 : start] == b"\r":
        start -= 1
    else:
        return ""
    return data[start:at].decode()


def unit_of(data: bytes, element: Element) -> str:
    """Return the blanks by which a child of an element is indented against it."""
    outer = indentation(data, element.start)
    if element.children:
        inner = indentation(data, element.children[0].start)
    elif element.parent is not None:
        inner, outer = outer, indentation(data, element.parent.start)
    else:
        return "    "
    if not inner or len(inner) <= len(outer):
        return "    " if inner else ""
    return inner[len(outer) :].lstrip("\r\n")  # the text may begin with the outer element


def laid_out(xml: str, line: str, unit: str) -> str:
    """Return a fragment, whose levels are indented by tabs, in the layout of its place."""
    lines = xml.split("\n")
    if not line:  # a text without line ends between elements stays one
        return "".join(part.lstrip("\t") for part in lines)
    bare = [part.lstrip("\t") for part in lines]
    return line.join(unit * (len(a) - len(b)) + b for a, b in zip(lines, bare, strict=True))


def insert_after(data: bytes, sibling: Element, xml: str) -> XmlSplice:
    r"""Return the splice that puts a fragment after an element, on lines of its own.

    Args:
        data: The text; see :class:`~shotlog_otio.xml_text.document.XmlText`.
        sibling: The element.
        xml: One element or several, a line each; deeper levels begin with tabs. It takes the
            line ends and the indentation of the text around it.
    """
    line = indentation(data, sibling.start)
    unit = unit_of(data, sibling.parent) if sibling.parent is not None else ""
    return XmlSplice(sibling.end, sibling.end, line + laid_out(xml, line, unit))


def insert_first(data: bytes, parent: Element, xml: str) -> XmlSplice:
    """Return the splice that puts a fragment before the first child of an element."""
    if not parent.children:
        return insert_last(data, parent, xml)
    first = parent.children[0]
    line = indentation(data, first.start)
    return XmlSplice(first.start, first.start, laid_out(xml, line, unit_of(data, parent)) + line)


def insert_last(data: bytes, parent: Element, xml: str) -> XmlSplice:
    """Return the splice that puts a fragment after the last child of an element."""
    if parent.children:
        return insert_after(data, parent.children[-1], xml)
    outer, unit = indentation(data, parent.start), unit_of(data, parent)
    line = outer + unit if outer else ""
    inner = line + laid_out(xml, line, unit) + outer
    if parent.close is not None:
        return XmlSplice(parent.close, parent.close, inner)
    # <a/> or <a b="c" /> becomes <a> ... </a>
    slash = data.rindex(b"/", parent.start, parent.end)
    return XmlSplice(slash, parent.end, f">{inner}</{parent.tag}>")


def remove(data: bytes, element: Element) -> XmlSplice:
    """Return the splice that takes an element out, with the line end and blanks before it.

    What :func:`insert_after` put there is gone without a trace.
    """
    start = element.start - len(indentation(data, element.start).encode())
    return XmlSplice(start, element.end, "")


def replace(data: bytes, element: Element, xml: str) -> XmlSplice:
    """Return the splice that puts a fragment in the place of an element."""
    line = indentation(data, element.start)
    unit = unit_of(data, element.parent) if element.parent is not None else ""
    return XmlSplice(element.start, element.end, laid_out(xml, line, unit))
