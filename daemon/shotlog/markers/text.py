"""Names and notes of markers in a form that every tool can hold."""

from __future__ import annotations

import re
from typing import NamedTuple

NAME_LIMIT = 120
NOTE_LIMIT = 2000
"""Longest name and note in characters, so that a list of markers stays readable."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""A NUL silently cuts a text off in OpenTimelineIO, a lone surrogate makes it fail."""


class TextLimits(NamedTuple):
    """The longest texts of a marker, in characters."""

    name: int = NAME_LIMIT
    note: int = NOTE_LIMIT


def clean(text: str, limit: int) -> str:
    """Return a text without control characters and lone surrogates, cut to a length.

    Args:
        text: Any text; its line ends become line feeds.
        limit: Longest length in characters, with the ellipsis that marks a cut.
    """
    if len(text) <= limit and text.isprintable():
        return text
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
