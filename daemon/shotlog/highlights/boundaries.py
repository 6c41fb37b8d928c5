"""Moments at which a passage may begin or end: cuts, pauses of speech, ends of sentences."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from shotlog.analyzers.clock import EditClock, find_speech, join_ranges
from shotlog.highlights.agreement import contradiction
from shotlog.schema import TimeRange

TAIL: Final = Fraction(7, 10)
"""Seconds that are kept after the last word."""
LEAD: Final = Fraction(1, 5)
"""Seconds that are kept before the first word, as the voice detector finds it late."""
FLASH: Final = Fraction(1)
"""Seconds of a shot below which it is not seen as one, at the start of a passage. A judgement."""
PAUSE: Final = Fraction(1, 2)
"""Least seconds of a pause between two sentences, where no transcript tells them. A judgement."""


@dataclass(frozen=True)
class Transcript:
    """Words and sentences of a timeline, in timeline time.

    Attributes:
        words: The words, in order.
        sentence_ends: The ends of sentences, in order.
    """

    words: Sequence[TimeRange] = ()
    sentence_ends: Sequence[Fraction] = ()

    def sentences(self) -> list[TimeRange]:
        """Return the sentences; words after the last end are one, too."""
        ends = [*self.sentence_ends, *([self.words[-1].end] if self.words else [])]
        found: list[TimeRange] = []
        first = 0
        for end in ends:
            after = bisect_left(self.words, end, key=lambda word: word.start)
            if first < after:
                last = max(word.end for word in self.words[first:after])
                found.append(TimeRange.between(self.words[first].start, max(last, end)))
            first = max(first, after)
        return join_ranges(found, Fraction(0))


class Boundary(NamedTuple):
    """A moment at which a passage may begin or end, and the reason, for an editor."""

    at: Fraction
    reason: str


@dataclass(frozen=True)
class Boundaries:
    """The moments at which a passage may begin and end, each in order."""

    starts: Sequence[Boundary]
    ends: Sequence[Boundary]


def find_boundaries(
    clock: EditClock, transcript: Transcript | None = None, far: Fraction = Fraction(60)
) -> Boundaries:
    """Return the moments at which a passage may begin or end; none lies inside of a word.

    These are the cuts and the edges of gaps that lie in no sentence, and moments shortly before and
    after each sentence. Without a transcript, speech between two pauses of half a second stands for
    a sentence. With one, none lies where either it tells a word or a voice is heard; where it
    contradicts the voices all along, these decide alone. After a sentence 0.7 s are kept, or
    less where the next begins or the shot ends earlier. Where nothing of this is found for long, as
    in a shot of minutes without sound or in unbroken speech, moments between words are taken, too.

    Args:
        clock: The timeline.
        transcript: Words and ends of sentences; None takes the voice detector alone.
        far: Seconds without any, beyond which moments between words are taken.
    """
    heard = find_speech(clock)
    if transcript is not None and contradiction(transcript.words, heard, clock.duration):
        transcript = None
    if transcript is None:
        words, sentences = heard, join_ranges(heard, PAUSE)
    else:
        words = join_ranges([*transcript.words, *heard], Fraction(0))
        sentences = _spoken_sentences(transcript.sentences(), heard)
    told = (
        ("in a pause", "in a pause")
        if transcript is None
        else ("with a sentence", "after a sentence")
    )
    cuts = dict.fromkeys(clock.cuts(), "at a cut") | _outer_edges(clock)
    between = {at: text for at, text in cuts.items() if not _is_inside(at, sentences)}
    edges = sorted(cuts)
    starts = dict.fromkeys(_before(sentences, edges, clock), told[0])
    ends = dict.fromkeys(_after(sentences, edges, clock), told[1])
    # A moment that is a cut, too, is told as one.
    return Boundaries(
        _filled(starts | between, words, far, clock), _filled(ends | between, words, far, clock)
    )


def _spoken_sentences(told: Sequence[TimeRange], heard: Sequence[TimeRange]) -> list[TimeRange]:
    """Return sentences, each with the voices that are heard in it, and what nobody wrote down."""
    whole = [item for item in heard if _meets(item, told)]
    more = join_ranges((item for item in heard if not _meets(item, told)), PAUSE)
    return join_ranges([*told, *whole, *more], Fraction(0))


def _meets(item: TimeRange, ranges: Sequence[TimeRange]) -> bool:
    at = bisect_left(ranges, item.end, key=lambda each: each.start)
    return at > 0 and item.start < ranges[at - 1].end


def _outer_edges(clock: EditClock) -> dict[Fraction, str]:
    """Return the edges of gaps, and both ends of the timeline where it shows something there."""
    shown = np.flatnonzero(np.diff(clock.owner >= 0, prepend=False, append=False))
    found = {}
    for first, after in zip(shown[::2], shown[1::2], strict=True):
        start = clock.shots[int(clock.owner[first])].shot.timeline.start
        end = clock.shots[int(clock.owner[after - 1])].shot.timeline.end
        found[start] = "at a gap" if first else "with the timeline"
        found[end] = "at a gap" if after < len(clock) else "with the timeline"
    return found


def _before(
    sentences: Sequence[TimeRange], edges: Sequence[Fraction], clock: EditClock
) -> Iterator[Fraction]:
    """Yield the start for each sentence: a frame before it, not before the cut to its shot.

    None where the next cut follows at once: the passage would begin with a flash of another shot.
    """
    earlier = Fraction(0)
    for sentence in sentences:
        at = bisect_right(edges, sentence.start)
        cut = edges[at - 1] if at else Fraction(0)
        start = _next_frame(max(sentence.start - LEAD, earlier), clock)
        start = max(min(start, sentence.start), cut)
        if at == len(edges) or edges[at] - start >= FLASH:
            yield start
        earlier = sentence.end


def _after(
    sentences: Sequence[TimeRange], edges: Sequence[Fraction], clock: EditClock
) -> Iterator[Fraction]:
    """Yield the end for each sentence: its tail, cut short by the next one or by a cut."""
    for sentence, later in pairwise([*sentences, None]):
        assert sentence is not None  # noqa: S101
        at = bisect_left(edges, sentence.end)
        cut = edges[at] if at < len(edges) else clock.duration
        end = min(_next_frame(sentence.end + TAIL, clock), cut)
        # A frame before the next word, as markers end with whole frames.
        yield end if later is None else max(sentence.end, min(end, later.start - 1 / clock.rate))


def _next_frame(moment: Fraction, clock: EditClock) -> Fraction:
    return math.ceil(moment * clock.rate) / clock.rate


def _is_inside(moment: Fraction, ranges: Sequence[TimeRange]) -> bool:
    """Return True if a moment lies in one of some ranges, not at its ends."""
    at = bisect_left(ranges, moment, key=lambda item: item.start)
    return at > 0 and moment < ranges[at - 1].end


def _filled(
    natural: dict[Fraction, str], words: Sequence[TimeRange], far: Fraction, clock: EditClock
) -> tuple[Boundary, ...]:
    """Return moments in order, with others between words where they lie far apart."""
    found, reason = dict(natural), "between words" if words else "within a shot"
    for low, high in pairwise([Fraction(0), *sorted(natural), clock.duration]):
        if high - low > far:
            found |= dict.fromkeys(_between(words, low, high), reason)
    return tuple(Boundary(at, found[at]) for at in sorted(found))


def _between(words: Sequence[TimeRange], low: Fraction, high: Fraction) -> Iterator[Fraction]:
    """Yield the middles of pauses between two moments, and the whole seconds in no word."""
    first, after = (bisect_left(words, at, key=lambda word: word.end) for at in (low, high))
    for word, later in pairwise(words[first:after]):
        yield (word.end + later.start) / 2
    for second in map(Fraction, range(math.floor(low) + 1, math.ceil(high))):
        if not _is_inside(second, words):
            yield second
