"""Straight pieces of a map between a source clock and a timeline clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema.base import Model, Seconds
from shotlog.schema.times import TimeRange


class Bend(Model):
    """A moment of the timeline from which on the source runs at another speed."""

    at: Seconds
    """The moment on the timeline."""
    speed: Seconds
    """Source seconds per timeline second, from that moment on."""


class Piece(NamedTuple):
    """A straight piece of a map.

    Attributes:
        start: Its first timeline moment; None where it has no beginning.
        end: The first timeline moment after it; None where it has no end.
        at: A timeline moment.
        source: The source moment that is shown then.
        speed: Source seconds per timeline second.
    """

    start: Fraction | None
    end: Fraction | None
    at: Fraction
    source: Fraction
    speed: Fraction

    def clipped(self, start: Fraction | None, end: Fraction | None) -> tuple[Fraction, Fraction]:
        """Return the bounds of the piece inside others; an end that neither has is the anchor."""
        starts = [moment for moment in (self.start, start) if moment is not None]
        ends = [moment for moment in (self.end, end) if moment is not None]
        return max(starts, default=self.at), min(ends, default=self.at)

    def showing(self, source: TimeRange) -> tuple[Fraction, Fraction] | None:
        """Return the first and the last timeline moment that shows a range; None for none."""
        if not self.speed:
            inside = source.start <= self.source <= source.end
            return self.clipped(None, None) if inside else None
        a, b = (self.at + (edge - self.source) / self.speed for edge in (source.start, source.end))
        first, last = self.clipped(min(a, b), max(a, b))
        return (first, last) if first <= last else None


class Course:
    """The straight pieces of a map, and the source moments that it shows.

    Args:
        at: A timeline moment, not after the first bend.
        source: The source moment that is shown then.
        speed: Source seconds per timeline second up to the first bend.
        bends: The changes of speed, in order.
    """

    def __init__(
        self, at: Fraction, source: Fraction, speed: Fraction, bends: Iterable[Bend]
    ) -> None:
        self.pieces: list[Piece] = []
        start: Fraction | None = None
        for bend in bends:
            self.pieces.append(Piece(start, bend.at, at, source, speed))
            source += (bend.at - at) * speed
            start, at, speed = bend.at, bend.at, bend.speed
        self.pieces.append(Piece(start, None, at, source, speed))
        self._starts = [piece.at for piece in self.pieces[1:]]

    def __call__(self, moment: Fraction) -> Fraction:
        """Return the source moment that is shown at a timeline moment."""
        piece = self.pieces[bisect_right(self._starts, moment)]
        return piece.source + (moment - piece.at) * piece.speed
