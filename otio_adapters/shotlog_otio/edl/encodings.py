"""Encodings of texts that declare none, as edit decision lists."""

from __future__ import annotations

import codecs
import re
from itertools import islice

_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_GUESSES = ["cp1252", "gb18030", "cp932", "big5", "euc_kr", "cp1251", "cp1250"]
"""Codecs of the systems that lists come from, those of most lists first."""

_CLOSE = 0.02
"""Share of odd letters by which the codecs of a text cannot be told apart: names are short."""

_FOREIGN_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_OURS = re.compile(rb"\* LOC:[^\r\n]*(?:\r\n|\r|\n)\* SHOTLOG:[^\r\n]*|\* SHOTLOG NOTE:[^\r\n]*")
"""The lines of our markers: they must not change what a list is taken for."""

_MOST_LINES = 200
"""Lines that the search looks at: names of one list are in one language."""

_HEAD = 4096
"""Bytes of the beginning that tell UTF-16: in a list nearly every other one is 0."""


def rough_text(head: bytes) -> str:
    """Return the text at the beginning of a file; its letters beyond ASCII may be wrong."""
    codec = _wide(head)
    text = head.decode(codec or "latin-1", errors="replace")
    return text.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")


def encoding_of(raw: bytes) -> tuple[str, bytes]:
    """Return the codec of a text, and the byte order mark before it.

    It is that of the byte order mark; else UTF-8 where the text is valid in it; else the likeliest
    one that gives the same bytes again.
    """
    codec = _wide(raw) or "utf-8"
    mark = _BOMS[codec] if raw.startswith(_BOMS[codec]) else b""
    if _fits(raw[len(mark) :], codec):
        return codec, mark
    guess = _likeliest(raw)
    # Latin 1 takes any bytes; names may look odd, but nothing is lost.
    return (guess if guess and _fits(raw, guess) else "latin-1"), b""


def _likeliest(raw: bytes) -> str | None:
    # Here, as few lists need it, and every command loads this module.
    from charset_normalizer import from_bytes

    lines = [found[0] for found in islice(_FOREIGN_LINE.finditer(_OURS.sub(b"", raw)), _MOST_LINES)]
    odd: dict[str, float] = {}
    for match in from_bytes(b"\n".join(lines), cp_isolation=_GUESSES, threshold=1.0):
        odd |= dict.fromkeys(match.could_be_from_charset, match.chaos)
    least = min(odd.values(), default=0.0)
    return next((codec for codec in _GUESSES if odd.get(codec, 1.0) <= least + _CLOSE), None)


def _fits(raw: bytes, codec: str) -> bool:
    try:
        return raw.decode(codec).encode(codec) == raw
    except UnicodeError:
        return False


def _wide(raw: bytes) -> str | None:
    """Return the UTF-16 that a text seems to be in, with or without a mark; None for others."""
    head = raw[:_HEAD].rstrip(b"\0")  # the last block of a disk may be filled up with zeros
    low, high = head[::2].count(0), head[1::2].count(0)
    if max(low, high) * 4 <= len(head) or min(low, high) * 8 > max(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"
