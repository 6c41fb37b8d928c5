"""Positions and layout of the values in a JSON text.

The standard decoder gives values but not their positions. Here its scanner is called along one path
at a time, so that a few characters can be replaced and all others stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from shotlog_otio.documents.style import Style

JsonPath = tuple[str | int, ...]
"""Keys and positions from the root of a JSON document to a value in it."""

_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder()


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
        end = len(text)
        while end and text[end - 1] in _BLANKS:
            end -= 1
        self.root = Span(self._blank(0), end)

    def parse(self, path: Sequence[str | int] = ()) -> Any:
        """Return what the text holds, parsed once for that and for the positions along a path.

        Args:
            path: Keys and positions of the values that will be asked for.

        Raises:
            ValueError: The text is no JSON; the standard parser tells more.
        """
        try:
            value, end = self._read(self.root.start, path)
        except IndexError as error:  # it ends too early
            raise ValueError("an end is missing") from error
        if end != self.root.end:
            raise ValueError("something follows the end")
        return value

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

    @cached_property
    def _ascii(self) -> bool:
        # A text of ASCII alone shows only by its escapes that its writer would escape others. Most
        # hold no backslash, which is found soonest.
        return self.text.isascii() and "\\" in self.text and "\\u" in self.text

    def _blank(self, at: int) -> int:
        blanks = _BLANK.match(self.text, at)
        return blanks.end() if blanks else at

    def _read(self, at: int, path: Sequence[str | int] | None) -> tuple[Any, int]:
        """Return the value at a position, and its end; with a path, it is taken apart along it."""
        if path is None or self.text[at] not in "{[":
            return _DECODER.raw_decode(self.text, at)
        return self._take_apart(at, path)

    def _take_apart(self, start: int, path: Sequence[str | int]) -> tuple[Any, int]:
        """Find the parts of an object or array, and their parts along a path.

        A value is run through but once: one that is taken apart ends where its last part does.

        Args:
            start: Start of the object or array.
            path: Keys and positions of the values that will be asked for.

        Returns:
            The object or array, parsed, and its end.

        Raises:
            ValueError: The text is no JSON.
            IndexError: It ends too early.
        """
        is_object = self.text[start] == "{"
        closing = "}" if is_object else "]"
        members: list[Member] = []
        elements: list[Span] = []
        values: list[Any] = []
        at = self._blank(start + 1)
        while self.text[at] != closing:
            step: str | int = len(values)
            if is_object:
                step, key = self._key(at)
                at = self._blank(self._blank(key.end) + 1)
            value, end = self._read(at, path[1:] if path and path[0] == step else None)
            values.append(value)
            if is_object:
                members.append(Member(str(step), key, Span(at, end)))
            else:
                elements.append(Span(at, end))
            at = self._next(self._blank(end), closing)
        if is_object:
            self._members[start] = members
            return {m.name: value for m, value in zip(members, values, strict=True)}, at + 1
        self._elements[start] = elements
        return values, at + 1

    def _key(self, at: int) -> tuple[str, Span]:
        """Return the key at a position, which a colon follows."""
        name, end = _DECODER.raw_decode(self.text, at)
        if not isinstance(name, str) or self.text[self._blank(end)] != ":":
            raise ValueError(f"no key stands at {at}")
        return name, Span(at, end)

    def _next(self, at: int, closing: str) -> int:
        """Return the start of the part after a comma, or the position of the closing bracket."""
        if self.text[at] == closing:
            return at
        after = self._blank(at + 1)
        if self.text[at] != "," or self.text[after] == closing:
            raise ValueError(f"no comma stands at {at}")
        return after


def apply_splices(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with some of its characters replaced; the splices must not overlap."""
    parts: list[str] = []
    at = 0
    for (start, end), replacement in sorted(splices):
        parts += text[at:start], replacement
        at = end
    return "".join([*parts, text[at:]])
