r"""GStreamer's structures in texts: ``properties, name=(string)"a\ b", rate=(fraction)25/1;``.

Strings that hold more than letters, digits and ``_-+/:.`` are quoted; in them every other sign is
escaped, and every byte beyond ASCII and every control character is an octal number.
Source: ``gst_string_wrap`` of GStreamer, and what GES 1.22 writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_FIELD = re.compile(
    rf"""[,\s]\s*(?P<key>[A-Za-z][\w:.+/-]*)\s*=\s*(?:\((?P<type>[^)"]*)\)\s*)?"""
    rf"""(?P<value>{_QUOTED}|\{{[^}}]*\}}|<[^>]*>|\[[^\]]*\]|[^,;"]*)""",
    re.DOTALL,
)
_NAME = re.compile(r"\s*([A-Za-z][\w-]*)")
_PARTS = re.compile(rf'(?:[^;"]|{_QUOTED})+', re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_BARE = re.compile(r"[A-Za-z0-9_+/:.-]+")


class Structure(NamedTuple):
    """One structure of several in a text.

    Attributes:
        name: Its name.
        fields: Its values by name, without their types; strings unescaped.
        start: Its place in the text.
        end: The place after it, before the semicolon.
    """

    name: str
    fields: Mapping[str, str]
    start: int
    end: int


def structures_in(text: str) -> Iterator[Structure]:
    """Yield the structures in a text; what is none is passed over."""
    for part in _PARTS.finditer(text):
        name = _NAME.match(part[0])
        if name is None:
            continue
        start = part.start() + name.start(1)
        end = part.start() + len(part[0].rstrip())
        yield Structure(name[1], _fields(part[0]), start, end)


def are_structures(text: str) -> bool:
    """Return whether a text holds structures and nothing else: every quote has its counterpart."""
    return not _PARTS.sub("", text).strip("; \n")


def fields_of(text: str | None) -> Mapping[str, str]:
    """Return the values of the first structure in a text; none where there is no structure."""
    first = next(structures_in(text or ""), None)
    return {} if first is None else first.fields


def quoted(text: str) -> str:
    """Return a string as a structure holds it."""
    if _BARE.fullmatch(text):
        return text
    return '"' + "".join(map(_sign, text.encode())) + '"'


def escaped_value(text: str) -> str:
    """Return a text that holds structures, as the quoted value of a field."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _fields(text: str) -> Mapping[str, str]:
    return {found["key"]: _value(found["value"].strip()) for found in _FIELD.finditer(text)}


def _value(text: str) -> str:
    if not (len(text) > 1 and text.startswith('"') and text.endswith('"')):
        return text
    raw = _ESCAPE.sub(_byte, text[1:-1].encode())
    return raw.decode(errors="replace")


def _byte(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8) & 255]) if len(sign) == 3 else sign


def _sign(byte: int) -> str:
    if _BARE.fullmatch(chr(byte)):
        return chr(byte)
    return f"\\{chr(byte)}" if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
