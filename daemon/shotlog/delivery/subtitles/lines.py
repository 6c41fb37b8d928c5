"""One text in one or two lines."""

from __future__ import annotations

from typing import Final

from shotlog.delivery.subtitles.breaks import SPEAKER, LinkingWords, find_places
from shotlog.delivery.subtitles.columns import width, widths

_BALANCE: Final = 8
"""Cost of lines that differ by a whole line; see the ranks in ``breaks``."""
_TOP_HEAVY: Final = 2
"""Cost of a first line that is longer than the second, which covers more of the picture: the lower
line is to be the longer one (BBC, Subtitle Guidelines, "Line breaks")."""


def break_lines(text: str, limit: int, words: LinkingWords) -> tuple[str, ...] | None:
    """Return a text as one or two lines; None where it does not fit.

    Lines of the source that fit already are kept, as somebody chose them. Otherwise a text that
    fits into one line stays in one, and others are broken where it costs least.

    Args:
        text: The text; a line feed divides the lines of the source.
        limit: Columns of a line.
        words: Words of the language.
    """
    given = tuple(line for part in text.split("\n") if (line := " ".join(part.split())))
    if len(given) == 2 and max(map(width, given)) <= limit:
        return given
    joined = text.strip()
    flat = " ".join(joined.split())
    places = find_places(joined, words, limit)
    speakers = any(cost == SPEAKER for _, cost in places)
    if width(flat) <= limit and not speakers:
        return (flat,)
    found: tuple[float, str, str] | None = None
    columns = widths(joined)
    for offset, cost in places:
        first, second = columns[offset], columns[-1] - columns[offset]
        if min(first, second) > limit:
            continue
        upper, lower = (" ".join(part.split()) for part in (joined[:offset], joined[offset:]))
        first, second = width(upper), width(lower)
        if max(first, second) > limit:
            continue
        total = cost + _BALANCE * abs(first - second) / limit + _TOP_HEAVY * (first > second)
        if found is None or total < found[0]:
            found = total, upper, lower
    return None if found is None else found[1:]
