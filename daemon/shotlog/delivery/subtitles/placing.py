"""A text without times, placed on the speech of a film.

The words are shared out among the stretches of speech in their order, by dynamic programming: a
stretch gets words of about its own length in syllables, and a silence between two stretches is
likely where a sentence or a clause ends. Within a stretch, words follow each other by syllables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.delivery.subtitles.breaks import LinkingWords, find_places
from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.syllables import SYLLABLE, count_syllables
from shotlog.schema import TimeRange

Numbers = npt.NDArray[np.float64]

_VARIANCE: Final = 0.3
"""Square seconds per second of speech by which words may take longer or shorter than their
syllables, where that weighs as much as a cost of 1 of a line break (``breaks``) at a silence. Of
0.1 to 0.8 the one that places most words within half a second: ``python -m benchmarks.subtitles
--grid``, figures in benchmarks/README.md."""
_SHORT: Final = 0.2
"""Seconds of speech below which a stretch is as uncertain as one of this length."""
_BAND: Final = 20.0
"""Seconds of speech by which the text may run ahead of an even pace, or behind it."""
_BAND_PART: Final = 0.05
"""Further seconds for every second of the film."""
_UNBROKEN: Final = 1 << 30
"""A length of lines that breaks no word."""

SLOWEST: Final = 2
FASTEST: Final = 10
"""Syllables a second between which speech lies: languages have means of 5.2 to 7.8 (F. Pellegrino,
C. Coupé, E. Marsico, "A cross-language perspective on speech information rate", Language 87, 2011),
and a film has pauses within its stretches of speech, and texts with abbreviations."""


@dataclass(frozen=True, slots=True)
class TextOnSpeech:
    """A text on the clock of a film.

    Attributes:
        cue: The whole text as one cue, with the moments of its words.
        rate: Syllables in a second of speech.
    """

    cue: Cue
    rate: float


def place_text(text: str, speech: Sequence[TimeRange], words: LinkingWords) -> TextOnSpeech:
    """Return a text with the moments at which its words are spoken.

    Args:
        text: The text.
        speech: Ranges in which somebody speaks, in order; at least one.
        words: Words of the language.
    """
    places = find_places(text, words, _UNBROKEN)
    offsets = [0, *(place.offset for place in places), len(text)]
    costs = np.array([0, *(place.cost for place in places), 0], np.float64)
    spoken = count_syllables(text)
    syllables = np.array([spoken[offset] for offset in offsets], np.float64)
    lengths = np.array([float(item.duration) for item in speech])
    total = max(float(syllables[-1]), 1.0)
    edges = _share(syllables * (lengths.sum() / total), costs, lengths)
    marks: dict[int, Fraction] = {}
    for item, first, after in zip(speech, edges, edges[1:], strict=False):
        if first < after:
            marks[offsets[first]] = item.start
            marks[len(text[: offsets[after]].rstrip())] = item.end
    cue = Cue(min(marks.values()), max(marks.values()), text, tuple(sorted(marks.items())))
    return TextOnSpeech(cue, total / SYLLABLE / float(lengths.sum()))


def _share(ends: Numbers, costs: Numbers, lengths: Numbers) -> list[int]:
    """Return the numbers of words before each stretch of speech, and the number of all words.

    Args:
        ends: (n + 1) seconds of speech that the words before each place would take, from 0 to the
            length of all speech.
        costs: (n + 1) costs of a line break at each place.
        lengths: (m) seconds of the stretches.
    """
    heard = np.concatenate([[0.0], np.cumsum(lengths)])
    band = _BAND + _BAND_PART * heard[-1]
    low, totals = 0, np.zeros(1)
    chosen: list[tuple[int, int, npt.NDArray[np.intp]]] = []
    for number, length in enumerate(lengths, start=1):
        last = number == len(lengths)
        first = len(ends) - 1 if last else int(np.searchsorted(ends, heard[number] - band))
        after = len(ends) if last else int(np.searchsorted(ends, heard[number] + band, "right"))
        first = max(first, low)
        took = ends[first:after] - ends[low : low + len(totals), np.newaxis]
        uncertain = _VARIANCE * max(length, _SHORT)
        cost = totals[:, np.newaxis] + (took - length) ** 2 / uncertain
        cost[took < 0] = np.inf
        best = cost.argmin(axis=0)
        chosen.append((low, first, best))
        totals = cost[best, np.arange(after - first)]
        if not last:
            totals += costs[first:after]
        low = first
    edges = [len(ends) - 1]
    for before, first, best in reversed(chosen):
        edges.append(before + int(best[edges[-1] - first]))
    return edges[::-1]
