"""Cues: what is shown, when, and when each part of it is spoken. All times are exact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from shotlog.delivery.subtitles.syllables import count_syllables
from shotlog.schema import Model

Rule = Literal["duration", "gap", "lines", "order", "overlap", "speed", "text", "times"]
"""Rules that a cue may break: shortest and longest time, distance to the next cue, lines and their
length, order of time, two cues at once, reading speed, an empty text or tags, impossible times."""

TIMING: Final[frozenset[Rule]] = frozenset({"duration", "gap", "overlap", "speed", "times"})
"""The rules about time."""


class Fault(Model):
    """A rule that a cue broke."""

    rule: Rule
    """The rule."""
    words: str
    """The fault, and how it was mended, as a sentence without a full stop."""
    mended: bool = True
    """True if the cue now keeps the rule."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A text with its time.

    Attributes:
        start: Seconds of media time.
        end: Seconds of media time.
        text: The text; a line feed divides the lines that the source has.
        marks: Offsets in the text and the moments at which they are spoken, both rising; empty
            where the source does not tell.
        told: Start and end in the source; None where the source has no times.
        faults: Rules that were broken so far.
    """

    start: Fraction
    end: Fraction
    text: str
    marks: tuple[tuple[int, Fraction], ...] = ()
    told: tuple[Fraction, Fraction] | None = None
    faults: tuple[Fault, ...] = ()

    def with_fault(self, rule: Rule, words: str, *, mended: bool = True) -> Cue:
        """Return the cue with one more fault."""
        return replace(self, faults=(*self.faults, Fault(rule=rule, words=words, mended=mended)))

    def shifted(self, seconds: Fraction) -> Cue:
        """Return the cue that much later, also in what its source is taken to tell."""
        return replace(
            self,
            start=self.start + seconds,
            end=self.end + seconds,
            marks=tuple((at, moment + seconds) for at, moment in self.marks),
            told=self.told and (self.told[0] + seconds, self.told[1] + seconds),
        )

    def between(self, start: Fraction, end: Fraction) -> Cue:
        """Return the cue with other times; moments of words outside of them move to the edge."""
        marks = tuple((at, min(max(moment, start), end)) for at, moment in self.marks)
        return replace(self, start=start, end=end, marks=marks)


def moments(cue: Cue, offsets: Iterable[int]) -> list[Fraction]:
    """Return the moments at which offsets of a cue's text are spoken.

    Between two marks, and between a mark and an edge of the cue, time passes by syllables.
    """
    spoken = count_syllables(cue.text)
    known = _known(cue)
    places = [at for at, _ in known]
    return [_moment(known, places, spoken, offset) for offset in offsets]


def _known(cue: Cue) -> list[tuple[int, Fraction]]:
    """Return the marks with both edges of the cue, without two at one offset."""
    marks = dict(cue.marks)
    marks.setdefault(0, cue.start)
    # The last word may end before the cue does, if a mark says so.
    marks.setdefault(len(cue.text), cue.end)
    return sorted(marks.items())


def _moment(
    known: Sequence[tuple[int, Fraction]], places: Sequence[int], spoken: Sequence[int], offset: int
) -> Fraction:
    index = min(bisect_right(places, offset), len(known) - 1)
    (low, start), (high, end) = known[max(index - 1, 0)], known[index]
    whole = spoken[high] - spoken[low]
    if offset <= low or not whole:
        return start if offset < high else end
    return start + (end - start) * Fraction(spoken[offset] - spoken[low], whole)
