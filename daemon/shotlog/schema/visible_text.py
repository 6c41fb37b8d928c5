"""Text that others wrote (names, paths, messages), made fit to be shown on a terminal."""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""``Bidi_Control`` of the Unicode Character Database (PropList.txt): they turn text round."""

_HIDDEN = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")
"""C0, DEL and C1 controls, the two separators of lines, bidi controls, halves of characters."""

_NAMED = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_FIRST_BYTE, _BYTES = 0xDC80, 0xDC00


def make_visible(text: str) -> str:
    r"""The same text on one line, with everything spelled that would command a terminal.

    ESC becomes ``\x1b``, the end of a line ``\n``, an override of the direction ``\u202e``. A byte
    of a path that its file system's encoding does not know (a surrogate escape, PEP 383) is shown
    as the byte that it is: ``\xff``.
    """
    return _HIDDEN.sub(lambda found: _NAMED.get(found[0]) or escape(found[0]), text)


def make_json_visible(text: str) -> str:
    r"""The same JSON, with those characters escaped that would command a terminal.

    Ends of lines between its values stay. Its strings hold none: JSON escapes them anyway.
    """
    return _HIDDEN.sub(lambda found: found[0] if found[0] == "\n" else escape_json(found[0]), text)


def escape(character: str) -> str:
    r"""A character as Python spells it: ``\xe9``, ``\u65e5``, ``\U0001f600``."""
    code = ord(character)
    if _FIRST_BYTE <= code <= _BYTES + 0xFF:
        code -= _BYTES
    if code < 1 << 8:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def escape_json(character: str) -> str:
    r"""A character as JSON spells it in ASCII (RFC 8259, 7): ``\u65e5``, ``\ud83d\ude00``."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))
