"""Patches that fill empty XML elements, and that empty them again so that no trace is left.

An element may be empty in three ways: ``<a/>``, ``<a></a>``, and ``<a>`` with blanks before
``</a>``. What was filled tells which it was by the text before its first child: blanks there are
ours, and mean that it was ``<a/>``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog_otio.xml_text.element import TAG_END, Element
from shotlog_otio.xml_text.patching import XmlSplice, indentation, laid_out, remove, unit_of


def fill(data: bytes, element: Element, xml: str) -> XmlSplice:
    """Return the splice that puts a fragment into an element without children.

    Args:
        data: The text; see :class:`~shotlog_otio.xml_text.document.XmlText`.
        element: The element.
        xml: One element or several, a line each; see
            :func:`~shotlog_otio.xml_text.patching.insert_after`.
    """
    if element.close is not None:
        at = _content_start(data, element)
        return XmlSplice(at, at, laid_out(xml, "", ""))
    outer, unit = indentation(data, element.start), unit_of(data, element)
    inner = outer + unit if outer else " "
    content = inner + laid_out(xml, outer and inner, unit) + outer
    slash = data.rindex(b"/", element.start, element.end)
    return XmlSplice(slash, element.end, f">{content}</{element.tag}>")


def remove_all(data: bytes, element: Element, children: Sequence[Element]) -> Iterator[XmlSplice]:
    """Yield the splices that take children out, with the line ends and blanks before them.

    An element of which :func:`fill` made ``<a> ... </a>`` becomes ``<a/>`` again where nothing else
    is left in it.
    """
    start, close = _content_start(data, element), element.close
    if close is not None and len(children) == len(element.children) > 0:
        places = [start, *(at for c in element.children for at in (c.start, c.end)), close]
        gaps = [data[a:b] for a, b in zip(places[::2], places[1::2], strict=True)]
        if gaps[0] and not any(gap.strip() for gap in gaps):
            yield XmlSplice(start - 1, element.end, "/>")
            return
    yield from (remove(data, child) for child in children)


def _content_start(data: bytes, element: Element) -> int:
    """Return the offset after the start tag of an element."""
    found = TAG_END.match(data, element.start)
    return found.end() if found else element.end
