"""The layout of an object in a JSON text, in which new values are written."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from json.encoder import encode_basestring, encode_basestring_ascii


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
        if self.newline is None:
            return json.dumps(
                value,
                separators=(self.comma, self.colon),
                ensure_ascii=self.ascii,
                allow_nan=False,
            )
        # A colon may have a line of its own.
        colon = self.colon.replace("\n", line)
        quote = encode_basestring_ascii if self.ascii else encode_basestring

        # The standard encoder writes several lines in Python too, by steps that take five times as
        # long.
        def encoded(part: object, line: str) -> str:
            if isinstance(part, str):
                return quote(part)
            if isinstance(part, dict) and part:
                inner = line + self.unit
                members = [
                    quote(key) + colon + (quote(m) if type(m) is str else encoded(m, inner))
                    for key, m in part.items()
                ]
                return "{" + inner + (self.comma + inner).join(members) + line + "}"
            if part is None:
                return "null"
            if type(part) is int or (type(part) is float and math.isfinite(part)):
                return repr(part)
            if isinstance(part, list) and part:
                inner = line + self.unit
                elements = [encoded(element, inner) for element in part]
                return "[" + inner + (self.comma + inner).join(elements) + line + "]"
            return json.dumps(part, allow_nan=False)

        return encoded(value, line)
