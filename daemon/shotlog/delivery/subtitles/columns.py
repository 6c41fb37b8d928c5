"""The width of text in columns, and what must stay together as one visible character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
"""An extended grapheme cluster of Unicode Standard Annex 29."""
_FORMATTING: Final = ("Mn", "Me", "Cf")
"""Categories of marks on other letters and of invisible signs, such as those of direction."""

_WIDE: Final = 2
"""Columns of a full-width character."""


def graphemes(text: str) -> Iterator[str]:
    """Yield the visible characters of a text: letters with their marks, whole emoji."""
    return iter(text) if text.isascii() else (found[0] for found in _GRAPHEME.finditer(text))


def width(text: str) -> int:
    """Return the columns of a text: 2 for a full-width one (Unicode Annex 11), else 1."""
    return len(text) if text.isascii() else sum(map(_columns, graphemes(text)))


def is_wide(text: str) -> bool:
    """Return True if a text holds full-width characters."""
    return not text.isascii() and any(_letter(letter) == _WIDE for letter in text)


def widths(text: str) -> list[int]:
    """Return the columns before every offset of a text, ``len(text) + 1`` numbers.

    The columns of a character count at its first letter, so offsets within one are no place to
    measure to.
    """
    if text.isascii():
        return list(range(len(text) + 1))
    columns: list[int] = []
    for each in graphemes(text):
        columns += [_columns(each), *[0] * (len(each) - 1)]
    return [0, *accumulate(columns)]


def _columns(grapheme: str) -> int:
    return max(map(_letter, grapheme))


def _letter(letter: str) -> int:
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return 0 if unicodedata.category(letter) in _FORMATTING else 1
