"""Changes lists of markers in a JSON text; every other character stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from shotlog_otio.formats import JsonText, Span, Splice, Style
from shotlog_otio.marker_json import own_data

MARKERS = "markers"

ABSENT = ""
"""How the list of an object that has none is said to be spelled."""

_EMPTY = "[]"
_SPELLINGS = re.compile(r"|null|\[[ \t\r\n]*\]")
_LAST_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*\Z")


@dataclass
class Changes:
    """What happens to the list of one object.

    Attributes:
        replaced: By position, the marker that takes the place of the one there.
        removed: Positions of the markers that go.
        added: Markers that are put at the end.
    """

    replaced: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: list[Mapping[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.replaced or self.removed or self.added)


def spelling(text: JsonText, owner: Span) -> str | None:
    """How the empty list of an object is spelled, to be remembered in what is put there.

    Returns:
        :data:`ABSENT`, ``null`` or a list with blanks in it; None for a plain ``[]``, and for a
        list that is not empty.

    Raises:
        ValueError: where something stands there that is no list of markers.
    """
    member = text.member(owner, MARKERS)
    if member is None:
        return ABSENT
    found = text.text[slice(*member.value)]
    if found != "null" and not found.startswith("["):
        raise ValueError(f"{found[:20]} stands in the place of a list of markers")
    if found != "null" and text.elements(member.value):
        return None
    return None if found == _EMPTY else found


def change(text: JsonText, owner: Span, changes: Changes) -> Splice:
    """The splice that makes the changes to the list of the object at a place."""
    style = text.style(owner)
    members = text.members(owner)
    member = text.member(owner, MARKERS)
    if member is None:
        end = members[-1].value.end
        key = f"{style.comma}{style.line()}{json.dumps(MARKERS)}{style.colon}"
        return Splice(Span(end, end), key + _filled(style, changes.added))
    is_list = text.text[member.value.start] == "["
    elements = text.elements(member.value) if is_list else []
    if len(changes.removed) < len(elements):
        return Splice(member.value, _merged(text, member.value, elements, style, changes))
    if changes.added:
        return Splice(member.value, _filled(style, changes.added))
    was = _remembered(text, elements, style)
    if was == ABSENT and member != members[0]:
        before = members[members.index(member) - 1]
        return Splice(Span(before.value.end, member.value.end), "")
    return Splice(member.value, was or _EMPTY)


def _filled(style: Style, markers: Sequence[Mapping[str, Any]]) -> str:
    """A list of markers where there was none."""
    line = style.line(1)
    inner = f"{style.comma}{line}".join(style.spell(marker, line) for marker in markers)
    return f"[{line}{inner}{style.line()}]"


def _merged(
    text: JsonText, place: Span, elements: Sequence[Span], style: Style, changes: Changes
) -> str:
    """A list of which something stays; what comes in between follows its neighbours' layout."""
    head = text.text[place.start + 1 : elements[0].start]
    leads = [head, *(text.text[a.end : b.start] for a, b in pairwise(elements))]
    own_line = _LAST_LINE.search(leads[-1])
    line = own_line.group() if own_line else style.line()
    more = leads[-1] if len(leads) > 1 else style.comma + (head if own_line else "")
    pieces = [
        (lead, style.spell(changes.replaced[i], line) if i in changes.replaced else text.text[a:b])
        for i, (lead, (a, b)) in enumerate(zip(leads, elements, strict=True))
        if i not in changes.removed
    ]
    pieces += [(more, style.spell(marker, line)) for marker in changes.added]
    first = pieces[0][1]
    inner = "".join(lead + body for lead, body in pieces[1:])
    return f"[{head}{first}{inner}{text.text[elements[-1].end : place.end]}"


def _remembered(text: JsonText, elements: Sequence[Span], style: Style) -> str:
    """How the list was spelled before us, as long as our markers stand as we spelled them.

    Where another tool has written the file anew, in its own layout or with keys in alphabetical
    order as OpenTimelineIO does, that spelling is gone for good.
    """
    for a, b in elements:
        marker = json.loads(text.text[a:b])
        own = own_data(marker) or {}
        was = own.get("was")
        if isinstance(was, str) and _SPELLINGS.fullmatch(was):
            as_spelled = style.spell(marker, style.line(1)) == text.text[a:b]
            return was if as_spelled and list(own) != sorted(own) else _EMPTY
    return _EMPTY
