"""Escaping of text from files (names, paths, messages) for terminals and JSON."""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""``Bidi_Control`` of the Unicode Character Database (PropList.txt): they reorder text."""

_HIDDEN = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
"""C0, DEL and C1 controls, line and paragraph separators, bidi controls, lone surrogates."""

_NAMED = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_FIRST_BYTE, _BYTES = 0xDC80, 0xDC00  # PEP 383: byte 0x80 to 0xFF is U+DC80 to U+DCFF


def make_visible(text: str) -> str:
    r"""Return a text on one line, with control characters escaped.

    ESC becomes ``\x1b``, a line end ``\n``, a right-to-left override ``\u202e``. A byte of a path
    that is not valid in the file system's encoding (a surrogate escape, PEP 383) becomes ``\xff``.
    """
    return _HIDDEN.sub(lambda found: _NAMED.get(found[0]) or escape(found[0]), text)


def make_json_visible(text: str) -> str:
    r"""Return JSON with control characters escaped as JSON escapes them.

    Line ends between values stay; within strings, JSON has escaped them already.
    """
    return _HIDDEN.sub(lambda found: found[0] if found[0] == "\n" else escape_json(found[0]), text)


def escape(character: str) -> str:
    r"""Return a character as a Python escape: ``\xe9``, ``\u65e5``, ``\U0001f600``."""
    code = ord(character)
    if _FIRST_BYTE <= code <= _BYTES + 0xFF:
        code -= _BYTES
    if code < 1 << 8:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def escape_json(character: str) -> str:
    r"""Return a character as a JSON escape in ASCII (RFC 8259, 7): ``\u65e5``, ``\ud83d\ude00``."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))
