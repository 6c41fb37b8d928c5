"""Where things stand in a JSON text, and how that text is laid out.

The standard decoder tells values but not their places. Here its scanner is walked along one path
at a time, so that a few characters can be replaced and all others stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
"""Numbers stay texts: nothing is converted that is only skipped."""


class Span(NamedTuple):
    """The characters ``[start, end)`` of a text."""

    start: int
    end: int


class Member(NamedTuple):
    """One member of an object: its name, and where its key (with quotes) and value stand."""

    name: str
    key: Span
    value: Span


class Splice(NamedTuple):
    """Characters to be replaced, and by what."""

    span: Span
    text: str


@dataclass(frozen=True)
class Style:
    """How an object is laid out; what is put into it is laid out likewise.

    Attributes:
        newline: What ends a line between members; None where they share a line.
        indent: What stands before a member on its line.
        unit: By how much an object's members are indented against its closing brace.
        comma: Between two members, up to the end of the line.
        colon: Between a key and its value, blanks included.
        ascii: Whether characters beyond ASCII are escaped.
    """

    newline: str | None
    indent: str
    unit: str
    comma: str
    colon: str
    ascii: bool

    def line(self, depth: int = 0) -> str:
        """What starts a new member, ``depth`` levels further in."""
        return "" if self.newline is None else self.newline + self.indent + self.unit * depth

    def spell(self, value: object, line: str) -> str:
        """A value as JSON; ``line`` is what starts the line on which it begins."""
        spelled = json.dumps(
            value,
            indent=None if self.newline is None else self.unit,
            separators=(self.comma, self.colon),
            ensure_ascii=self.ascii,
            allow_nan=False,
        )
        return spelled if self.newline is None else spelled.replace("\n", line)


class JsonText:
    """A JSON text whose parts can be found by their path.

    Where a key stands twice in one object the last one counts, as in Python and JavaScript.

    Args:
        text: A valid JSON document, without a byte order mark.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._members: dict[int, list[Member]] = {}
        self._elements: dict[int, list[Span]] = {}
        self._ascii = text.isascii() and "\\u" in text
        self.root = self._value(self._blank(0))

    def members(self, place: Span) -> list[Member]:
        """The members of the object that stands at a place, in order, doubles included."""
        if place.start not in self._members:
            self._members[place.start] = self._parts(place.start, "}", self._member)
        return self._members[place.start]

    def elements(self, place: Span) -> list[Span]:
        """Where the elements of the array stand that stands at a place."""
        if place.start not in self._elements:
            self._elements[place.start] = self._parts(place.start, "]", self._value)
        return self._elements[place.start]

    def member(self, place: Span, name: str) -> Member | None:
        """The member of that name of the object at a place, if it has one."""
        return next((m for m in reversed(self.members(place)) if m.name == name), None)

    def find(self, path: Sequence[str | int]) -> Span:
        """Where the value stands that a path of keys and positions leads to.

        Raises:
            LookupError: where there is no such value.
        """
        place = self.root
        for step in path:
            opening = self.text[place.start]
            if isinstance(step, int) and opening == "[":
                place = self.elements(place)[step]
            elif isinstance(step, str) and opening == "{":
                member = self.member(place, step)
                if member is None:
                    raise KeyError(step)
                place = member.value
            else:
                raise LookupError(step)
        return place

    def style(self, place: Span) -> Style:
        """How the object at a place is laid out; it must have a member."""
        members = self.members(place)
        first, last = members[0], members[-1]
        head = self.text[place.start + 1 : first.key.start]
        tail = self.text[last.value.end : place.end - 1]
        gap = self.text[first.value.end : members[1].key.start] if len(members) > 1 else "," + head
        ends = list(_NEWLINE.finditer(gap))
        indent = gap[ends[-1].end() :] if ends else ""
        outer = _NEWLINE.split(tail)[-1]
        return Style(
            newline=ends[0].group() if ends else None,
            indent=indent,
            unit=indent.removeprefix(outer),
            comma=gap[: ends[0].start()] if ends else gap,
            colon=self.text[first.key.end : first.value.start],
            ascii=self._ascii,
        )

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _value(self, at: int) -> Span:
        return Span(at, _DECODER.raw_decode(self.text, at)[1])

    def _member(self, at: int) -> Member:
        name, end = _DECODER.raw_decode(self.text, at)
        return Member(name, Span(at, end), self._value(self._blank(self._blank(end) + 1)))

    def _parts(self, at: int, closing: str, part: Callable[[int], Any]) -> list[Any]:
        parts: list[Any] = []
        at = self._blank(at + 1)
        while self.text[at] != closing:
            parts.append(part(at))
            last = parts[-1]
            at = self._blank(last.value.end if isinstance(last, Member) else last.end)
            if self.text[at] == ",":
                at = self._blank(at + 1)
        return parts


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with its splices made; they must not overlap."""
    parts: list[str] = []
    at = 0
    for (start, end), replacement in sorted(splices):
        parts += text[at:start], replacement
        at = end
    return "".join([*parts, text[at:]])
