"""Edits of a list in a JSON text; every other character stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from shotlog_otio.documents.json_text import JsonText, Span, Splice


def element_line(text: JsonText, span: Span) -> str | None:
    """Return the line end and the blanks before the elements of a list; None on one line.

    Args:
        text: The document.
        span: The list, which has elements.
    """
    head = text.text[span.start + 1 : text.elements(span)[0].start]
    return head[head.rfind("\n") :] if "\n" in head else None


def element_splices(
    text: JsonText,
    span: Span,
    replaced: Mapping[int, str],
    removed: frozenset[int],
    added: Sequence[str],
) -> list[Splice]:
    """Return the splices that change a list of which at least one element stays.

    Args:
        text: The document.
        span: The list.
        replaced: New texts by the number of the element that each replaces.
        removed: Numbers of the elements to be taken out.
        added: Texts of elements to be put at the end, in the layout of the last ones.
    """
    elements = text.elements(span)
    head = text.text[span.start + 1 : elements[0].start]
    gaps = [text.text[a.end : b.start] for a, b in pairwise(elements)]
    kept = [n for n in range(len(elements)) if n not in removed]
    splices = [Splice(elements[n], new) for n, new in replaced.items()]
    # Each with the comma before it; those at the beginning with the comma after them.
    later = (n for n in removed if n > kept[0])
    splices += [Splice(Span(elements[n - 1].end, elements[n].end), "") for n in later]
    if kept[0]:
        splices.append(Splice(Span(elements[0].start, elements[kept[0]].start), ""))
    if added:
        end = elements[kept[-1]].end
        lead = gaps[-1] if gaps else "," + head
        splices.append(Splice(Span(end, end), "".join(lead + new for new in added)))
    return splices
