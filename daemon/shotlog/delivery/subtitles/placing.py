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

_VARIANCE: Final = 0.2
"""Square seconds per second of speech by which words may take longer or shorter than their
syllables, where that weighs as much as a cost of 1 of a line break (``breaks``) at a silence. Of
0.1 to 0.8 the one that places most words within half a second: ``python -m benchmarks.subtitles
--talks 30 --grid``, figures in benchmarks/README.md."""
_SHORT: Final = 0.2
"""Seconds of speech below which a stretch is as uncertain as one of this length."""
_BAND: Final = 20.0
"""Seconds of speech by which the text may run ahead of an even pace, or behind it."""
_BAND_PART: Final = 0.05
"""Further seconds for every second of the film."""
_REACH, _REACH_LEAST = 3.0, 3.0
"""Lengths of a stretch, and seconds beyond them, that its words may take by their syllables."""
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
    if not syllables[-1]:  # signs alone: each part takes as long as another one
        syllables = np.arange(len(offsets), dtype=np.float64)
    lengths = np.array([float(item.duration) for item in speech])
    total = float(syllables[-1])
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
    longest = float(np.diff(ends).max(initial=0.0))
    band = _BAND + _BAND_PART * heard[-1] + longest
    low, totals = 0, np.zeros(1)
    chosen: list[tuple[int, npt.NDArray[np.intp]]] = []
    for number, length in enumerate(lengths, start=1):
        last = number == len(lengths)
        first = len(ends) - 1 if last else int(np.searchsorted(ends, heard[number] - band))
        after = len(ends) if last else int(np.searchsorted(ends, heard[number] + band, "right"))
        targets = np.arange(max(first, low), after)
        reach = _REACH * length + _REACH_LEAST + longest
        most = targets - np.searchsorted(ends, ends[targets] - reach)
        # (targets, words that the stretch may hold): the words before it.
        sources = targets[:, np.newaxis] - np.arange(most.max() + 1)
        known = (sources >= low) & (sources < low + len(totals))
        sources = np.clip(sources, low, low + len(totals) - 1)
        took = ends[targets, np.newaxis] - ends[sources]
        cost = (took - length) ** 2 / (_VARIANCE * max(length, _SHORT))
        cost += np.where(known, totals[sources - low], np.inf)
        best = cost.argmin(axis=1)[:, np.newaxis]
        chosen.append((int(targets[0]), np.take_along_axis(sources, best, axis=1)[:, 0]))
        totals = np.take_along_axis(cost, best, axis=1)[:, 0] + (0 if last else costs[targets])
        low = int(targets[0])
    edges = [len(ends) - 1]
    for first, sources in reversed(chosen):
        edges.append(int(sources[edges[-1] - first]))
    return edges[::-1]
