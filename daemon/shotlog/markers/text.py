"""Names and notes of markers as every tool can hold them."""

from __future__ import annotations

import re

NAME_LIMIT = 120
NOTE_LIMIT = 2000
"""Longest name and note in characters, so that a list of markers stays readable."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""A NUL silently cuts a text off in OpenTimelineIO, a lone surrogate makes it fail."""


def clean(text: str, limit: int) -> str:
    """Return a text without control characters and lone surrogates, cut to a length."""
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
