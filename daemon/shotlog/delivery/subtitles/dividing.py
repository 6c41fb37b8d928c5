"""Division of a cue that is too long, at the places where it costs least."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from shotlog.delivery.subtitles.breaks import INSIDE, BreakPlace, LinkingWords, find_places
from shotlog.delivery.subtitles.columns import widths
from shotlog.delivery.subtitles.cues import Cue, moments
from shotlog.delivery.subtitles.lines import break_lines

_PIECE: Final = 6
"""Cost of a further cue: as a break at an ordinary space, so that cues are no shorter than lines
and sentences make them."""
_SHORT: Final = 6
"""Cost of a cue that is shown for less than the shortest time."""
_PAUSE: Final = Fraction(1, 2)
"""Seconds of silence at which a cue may end as well as at a sentence."""
_LONG_PAUSE: Final = Fraction(3, 2)
"""Seconds of silence over which no cue should stay: the BBC's limit for a subtitle that hangs on
after speech (Subtitle Guidelines, "Match subtitle to pace of speaking")."""
_ACROSS: Final = 30
"""Cost of a cue over such a silence."""
_OVER_PAUSE: Final = 8
"""Cost of a cue over a shorter one: more than that of another cue, as what is said after it is read
before."""


@dataclass(frozen=True, slots=True)
class _Chunks:
    """The parts of a text between places where it may be broken, n of them.

    Attributes:
        offsets: (n + 1) offsets, from 0 to the end.
        costs: (n + 1) costs of a break there.
        columns: (n + 1) columns before each offset.
        ends: (n + 1) columns up to the last visible letter before each offset.
        starts: (n) seconds at which each is first heard.
        stops: (n) seconds at which each is last heard.
    """

    offsets: Sequence[int]
    costs: Sequence[int]
    columns: Sequence[int]
    ends: Sequence[int]
    starts: Sequence[Fraction]
    stops: Sequence[Fraction]


def divide(
    cue: Cue, limit: int, words: LinkingWords, shortest: Fraction, longest: Fraction
) -> list[Cue]:
    """Return a cue as cues that each fit into two lines, in order; itself where it fits.

    A cue whose source tells the moments of words is also divided where it is shown too long. Text
    that its source has not divided into cues is divided at sentences and pauses as well.

    Args:
        cue: The cue.
        limit: Columns of a line.
        words: Words of the language.
        shortest: Shortest time of a cue in seconds; kept where the text allows it.
        longest: Longest time of a cue in seconds; a single word may take longer.
    """
    too_long = bool(cue.marks) and cue.end - cue.start > longest
    if cue.told is not None and not too_long and break_lines(cue.text, limit, words) is not None:
        return [cue]
    chunks = _chunks(cue, limit, words)
    edges = _best_edges(chunks, limit, shortest, longest)
    if len(edges) == 2:
        return [cue]
    pieces = [_piece(cue, chunks, first, after) for first, after in pairwise(edges)]
    words_for = f"it did not fit, and became {len(pieces)} cues"
    if cue.told is None:  # text without times has no cues yet
        return pieces
    return [piece.with_fault("lines", words_for) for piece in pieces]


def _chunks(cue: Cue, limit: int, words: LinkingWords) -> _Chunks:
    text = cue.text
    columns = widths(text)
    places = [BreakPlace(0, 0), *find_places(text, words, limit), BreakPlace(len(text), 0)]
    offsets = [place.offset for place in places]
    visible = [len(text[:offset].rstrip()) for offset in offsets]
    return _Chunks(
        offsets,
        [place.cost for place in places],
        [columns[offset] for offset in offsets],
        [columns[end] for end in visible],
        moments(cue, offsets[:-1]),
        moments(cue, visible[1:]),
    )


def _best_edges(chunks: _Chunks, limit: int, shortest: Fraction, longest: Fraction) -> list[int]:
    """Return the numbers of the chunks at which cues begin, and the number of chunks."""
    count = len(chunks.starts)
    silences = [
        max(Fraction(0), b - a) for a, b in zip(chunks.stops, chunks.starts[1:], strict=False)
    ]
    across = [0, *accumulate(map(_cost_across, silences))]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for after in range(1, count + 1):
        pause = after < count and silences[after - 1] >= _PAUSE
        cost = 0 if after == count else min(chunks.costs[after], 1 if pause else INSIDE)
        found: tuple[float, int] | None = None
        for first in reversed(range(after)):
            alone = first == after - 1
            if not alone and not _fits(chunks, first, after, limit):
                break
            time = chunks.stops[after - 1] - chunks.starts[first]
            if not alone and time > longest:
                break
            total = best[first][0] + _PIECE + cost + across[after - 1] - across[first]
            total += _SHORT * (time < shortest)
            if found is None or total < found[0]:
                found = total, first
        assert found is not None  # noqa: S101  # a chunk alone always fits
        best.append(found)
    edges = [count]
    while edges[-1]:
        edges.append(best[edges[-1]][1])
    return edges[::-1]


def _cost_across(silence: Fraction) -> int:
    if silence >= _LONG_PAUSE:
        return _ACROSS
    return _OVER_PAUSE if silence >= _PAUSE else 0


def _fits(chunks: _Chunks, first: int, after: int, limit: int) -> bool:
    """Return True if chunks fit into two lines."""
    start, end = chunks.columns[first], chunks.ends[after]
    if end - start <= limit:
        return True
    # The last place at which the first line may end leaves least for the second one.
    last = bisect_right(chunks.ends, start + limit, first, after + 1) - 1
    return last > first and end - chunks.columns[last] <= limit


def _piece(cue: Cue, chunks: _Chunks, first: int, after: int) -> Cue:
    low, high = chunks.offsets[first], chunks.offsets[after]
    text = cue.text[low:high].rstrip()
    marks = [(at - low, moment) for at, moment in cue.marks if low <= at <= low + len(text)]
    start, end = chunks.starts[first], max(chunks.starts[first], chunks.stops[after - 1])
    told = None if cue.told is None else (start, end)
    return replace(cue, start=start, end=end, text=text, marks=tuple(marks), told=told)
