"""Positions and layout of the values in a JSON text.

The standard decoder gives values but not their positions. Here its scanner is called along one path
at a time, so that a few characters can be replaced and all others stay as they are.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import NamedTuple

JsonPath = tuple[str | int, ...]
"""Keys and positions from the root of a JSON document to a value in it."""

_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_DECODER = json.JSONDecoder(strict=False)


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
        if self.newline is not None:
            # A colon may have a line of its own.
            return self._in_lines(value, line, self.colon.replace("\n", line))
        return json.dumps(
            value,
            separators=(self.comma, self.colon),
            ensure_ascii=self.ascii,
            allow_nan=False,
        )

    def _in_lines(self, value: object, line: str, colon: str) -> str:
        """Return a value as JSON of several lines.

        The standard encoder does so in Python too, step by step: it takes five times as long.
        """
        if isinstance(value, str):
            return encode_basestring_ascii(value) if self.ascii else encode_basestring(value)
        inner = line + self.unit
        if isinstance(value, dict) and value:
            quote = encode_basestring_ascii if self.ascii else encode_basestring
            parts = [
                f"{quote(key)}{colon}{self._in_lines(part, inner, colon)}"
                for key, part in value.items()
            ]
            return f"{{{inner}{f'{self.comma}{inner}'.join(parts)}{line}}}"
        if isinstance(value, list) and value:
            parts = [self._in_lines(part, inner, colon) for part in value]
            return f"[{inner}{f'{self.comma}{inner}'.join(parts)}{line}]"
        if type(value) is int or (type(value) is float and math.isfinite(value)):
            return repr(value)
        return json.dumps(value, allow_nan=False)


class JsonText:
    """A JSON text whose values can be found by their path.

    Of a key that an object holds twice the last one counts, as in Python and JavaScript.

    Args:
        text: A valid JSON document, without a byte order mark.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        # By start: objects and arrays on the way to many values are taken apart once.
        self._members: dict[int, list[Member]] = {}
        self._elements: dict[int, list[Span]] = {}
        # A text of ASCII alone shows only by its escapes that its writer would escape others.
        self._ascii = text.isascii() and "\\u" in text
        self.root = Span(self._blank(0), len(text.rstrip(" \t\r\n")))

    def members(self, span: Span) -> list[Member]:
        """Return the members of an object, in order, repeated keys included."""
        if span.start not in self._members:
            self._take_apart(span.start, ())
        return self._members[span.start]

    def elements(self, span: Span) -> list[Span]:
        """Return the characters of each element of an array."""
        if span.start not in self._elements:
            self._take_apart(span.start, ())
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
        for n, step in enumerate(path):
            opening = self.text[span.start]
            known = span.start in self._members or span.start in self._elements
            if opening in "{[" and not known:
                self._take_apart(span.start, path[n:])
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

    def _take_apart(self, start: int, path: Sequence[str | int]) -> int:
        """Find the parts of an object or array, and their parts along a path.

        A value is run through but once: one that is taken apart ends where its last part does.

        Args:
            start: Start of the object or array.
            path: Keys and positions of the values that will be asked for.

        Returns:
            The end of the object or array.
        """
        is_object = self.text[start] == "{"
        members: list[Member] = []
        elements: list[Span] = []
        at = self._blank(start + 1)
        # The text was parsed before, so brackets and commas are known to be right.
        while self.text[at] not in "}]":
            if is_object:
                name, end = _DECODER.raw_decode(self.text, at)
                key, at = Span(at, end), self._blank(self._blank(end) + 1)
            step = name if is_object else len(elements)
            value = Span(at, self._end(at, path[1:] if path and path[0] == step else None))
            if is_object:
                members.append(Member(name, key, value))
            else:
                elements.append(value)
            at = self._blank(value.end)
            if self.text[at] == ",":
                at = self._blank(at + 1)
        if is_object:
            self._members[start] = members
        else:
            self._elements[start] = elements
        return at + 1

    def _end(self, at: int, path: Sequence[str | int] | None) -> int:
        """Return the end of a value; with a path, it is taken apart along it."""
        if path is not None and self.text[at] in "{[":
            return self._take_apart(at, path)
        return int(_DECODER.raw_decode(self.text, at)[1])


def apply_splices(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with some of its characters replaced; the splices must not overlap."""
    parts: list[str] = []
    at = 0
    for (start, end), replacement in sorted(splices):
        parts += text[at:start], replacement
        at = end
    return "".join([*parts, text[at:]])
