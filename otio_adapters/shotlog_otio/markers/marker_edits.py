"""Edits of lists of markers in a JSON text; every other character stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from shotlog_otio.documents import JsonText, Span, Splice, Style
from shotlog_otio.markers.spelling import own_data

MARKERS = "markers"

ABSENT = ""
"""The text of the list of markers of an object that has no such member."""

_EMPTY = "[]"
_EMPTY_LISTS = re.compile(r"|null|\[[ \t\r\n]*\]")
_LAST_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*\Z")


@dataclass
class ListChanges:
    """Changes to the list of markers of one object.

    Attributes:
        replaced: New markers, by the position of the one that each replaces.
        removed: Positions of the markers to be taken out.
        added: Markers to be put at the end.
    """

    replaced: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: list[Mapping[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.replaced or self.removed or self.added)


def read_empty_list(text: JsonText, owner: Span) -> str | None:
    """Return the text of an object's empty list of markers, so that it can be restored later.

    Args:
        text: The document.
        owner: The object.

    Returns:
        :data:`ABSENT`, ``null`` or a list with blanks in it; None for a plain ``[]``, and for a
        list that is not empty.

    Raises:
        ValueError: The member holds something else than a list.
    """
    member = text.member(owner, MARKERS)
    if member is None:
        return ABSENT
    value = text.text[slice(*member.value)]
    if value != "null" and not value.startswith("["):
        raise ValueError(f"{value[:20]} stands in the place of a list of markers")
    if value != "null" and text.elements(member.value):
        return None
    return None if value == _EMPTY else value


def build_splice(text: JsonText, owner: Span, changes: ListChanges) -> Splice:
    """Return the splice that makes the changes to the list of markers of an object.

    Args:
        text: The document.
        owner: The object.
        changes: The changes; at least one.
    """
    style = text.style(owner)
    members = text.members(owner)
    member = text.member(owner, MARKERS)
    if member is None:
        end = members[-1].value.end
        key = f"{style.comma}{style.line()}{json.dumps(MARKERS)}{style.colon}"
        return Splice(Span(end, end), key + _new_list(style, changes.added))
    is_list = text.text[member.value.start] == "["
    elements = text.elements(member.value) if is_list else []
    if len(changes.removed) < len(elements):
        return Splice(member.value, _changed_list(text, member.value, elements, style, changes))
    if changes.added:
        return Splice(member.value, _new_list(style, changes.added))
    former = _former_list(text, elements, style)
    if former == ABSENT and member != members[0]:
        before = members[members.index(member) - 1]
        return Splice(Span(before.value.end, member.value.end), "")
    return Splice(member.value, former or _EMPTY)


def _new_list(style: Style, markers: Sequence[Mapping[str, Any]]) -> str:
    line = style.line(1)
    inner = f"{style.comma}{line}".join(style.encode(marker, line) for marker in markers)
    return f"[{line}{inner}{style.line()}]"


def _changed_list(
    text: JsonText, span: Span, elements: Sequence[Span], style: Style, changes: ListChanges
) -> str:
    """Return the text of a list of which at least one element stays."""
    head = text.text[span.start + 1 : elements[0].start]
    leads = [head, *(text.text[a.end : b.start] for a, b in pairwise(elements))]
    # New elements follow the layout of the last ones, which may not be that of the object.
    own_line = _LAST_LINE.search(leads[-1])
    line = own_line.group() if own_line else style.line()
    more = leads[-1] if len(leads) > 1 else style.comma + (head if own_line else "")
    pieces = [
        (lead, style.encode(changes.replaced[i], line) if i in changes.replaced else text.text[a:b])
        for i, (lead, (a, b)) in enumerate(zip(leads, elements, strict=True))
        if i not in changes.removed
    ]
    pieces += [(more, style.encode(marker, line)) for marker in changes.added]
    first = pieces[0][1]
    inner = "".join(lead + body for lead, body in pieces[1:])
    return f"[{head}{first}{inner}{text.text[elements[-1].end : span.end]}"


def _former_list(text: JsonText, elements: Sequence[Span], style: Style) -> str:
    """Return the text of the empty list of markers before ours were put there.

    Where another tool has written the file anew, that text is lost, and the list becomes ``[]``.
    """
    for a, b in elements:
        marker = json.loads(text.text[a:b])
        own = own_data(marker) or {}
        former = own.get("was")
        if isinstance(former, str) and _EMPTY_LISTS.fullmatch(former):
            # Others write in their own layout, or with keys in alphabetical order, as
            # OpenTimelineIO does.
            as_written = style.encode(marker, style.line(1)) == text.text[a:b]
            return former if as_written and list(own) != sorted(own) else _EMPTY
    return _EMPTY
