"""Positions and layout of the values in a JSON text.

The standard decoder gives values but not their positions. Here its scanner is called along one path
at a time, so that a few characters can be replaced and all others stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

JsonPath = tuple[str | int, ...]
"""Keys and positions from the root of a JSON document to a value in it."""

_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str)
"""Numbers stay texts: nothing is converted that is only skipped."""


class Span(NamedTuple):
    """The characters ``[start, end)`` of a text."""

    start: int
    end: int


class Member(NamedTuple):
    """One member of an object: its name, and the characters of its key (with quotes) and value."""

    name: str
    key: Span
    value: Span


class Splice(NamedTuple):
    """Characters to be replaced, and their replacement."""

    span: Span
    text: str


@dataclass(frozen=True)
class Style:
    """Layout of an object, in which new members are written.

    Attributes:
        newline: The end of a line between members; None where they share a line.
        indent: The blanks before a member on its line.
        unit: The blanks by which members are indented against the object's closing brace.
        comma: The text between two members, up to the end of the line.
        colon: The text between a key and its value, blanks included.
        ascii: True where characters beyond ASCII are escaped.
    """

    newline: str | None
    indent: str
    unit: str
    comma: str
    colon: str
    ascii: bool

    def line(self, depth: int = 0) -> str:
        """Return the text before a new member that is ``depth`` levels further in."""
        return "" if self.newline is None else self.newline + self.indent + self.unit * depth

    def encode(self, value: object, line: str) -> str:
        """Return a value as JSON.

        Args:
            value: Any value without a float that is not finite.
            line: The line end and indent before the value, which its further lines repeat.
        """
        text = json.dumps(
            value,
            indent=None if self.newline is None else self.unit,
            separators=(self.comma, self.colon),
            ensure_ascii=self.ascii,
            allow_nan=False,
        )
        return text if self.newline is None else text.replace("\n", line)


class JsonText:
    """A JSON text whose values can be found by their path.

    Of a key that an object holds twice the last one counts, as in Python and JavaScript.

    Args:
        text: A valid JSON document, without a byte order mark.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        # By start: objects and arrays on the way to many values are parsed once.
        self._members: dict[int, list[Member]] = {}
        self._elements: dict[int, list[Span]] = {}
        # A text of ASCII alone shows only by its escapes that its writer would escape others.
        self._ascii = text.isascii() and "\\u" in text
        self.root = self._value(self._blank(0))

    def members(self, span: Span) -> list[Member]:
        """Return the members of an object, in order, repeated keys included."""
        if span.start not in self._members:
            self._members[span.start] = self._parts(span.start, "}", self._member)
        return self._members[span.start]

    def elements(self, span: Span) -> list[Span]:
        """Return the characters of each element of an array."""
        if span.start not in self._elements:
            self._elements[span.start] = self._parts(span.start, "]", self._value)
        return self._elements[span.start]

    def member(self, span: Span, name: str) -> Member | None:
        """Return the member of an object by its name; None where it has no such member."""
        return next((m for m in reversed(self.members(span)) if m.name == name), None)

    def find(self, path: Sequence[str | int]) -> Span:
        """Return the characters of the value at a path of keys and positions.

        Raises:
            LookupError: There is no such value.
        """
        span = self.root
        for step in path:
            opening = self.text[span.start]
            if isinstance(step, int) and opening == "[":
                span = self.elements(span)[step]
            elif isinstance(step, str) and opening == "{":
                member = self.member(span, step)
                if member is None:
                    raise KeyError(step)
                span = member.value
            else:
                raise LookupError(step)
        return span

    def style(self, span: Span) -> Style:
        """Return the layout of an object that has at least one member."""
        members = self.members(span)
        first, last = members[0], members[-1]
        head = self.text[span.start + 1 : first.key.start]
        tail = self.text[last.value.end : span.end - 1]
        # A single member shows no comma; the blanks before it show the line ends.
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
        blanks = _BLANK.match(self.text, at)
        return blanks.end() if blanks else at

    def _value(self, at: int) -> Span:
        return Span(at, _DECODER.raw_decode(self.text, at)[1])

    def _member(self, at: int) -> Member:
        name, end = _DECODER.raw_decode(self.text, at)
        return Member(name, Span(at, end), self._value(self._blank(self._blank(end) + 1)))

    def _parts(self, at: int, closing: str, part: Callable[[int], Any]) -> list[Any]:
        parts: list[Any] = []
        at = self._blank(at + 1)
        # The text was parsed before, so brackets and commas are known to be right.
        while self.text[at] != closing:
            parts.append(part(at))
            last = parts[-1]
            at = self._blank(last.value.end if isinstance(last, Member) else last.end)
            if self.text[at] == ",":
                at = self._blank(at + 1)
        return parts


def apply_splices(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with some of its characters replaced; the splices must not overlap."""
    parts: list[str] = []
    at = 0
    for (start, end), replacement in sorted(splices):
        parts += text[at:start], replacement
        at = end
    return "".join([*parts, text[at:]])
