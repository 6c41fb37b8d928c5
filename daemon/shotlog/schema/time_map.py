"""The exact map between a source clock and a timeline clock, straight or bent by a speed ramp."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from shotlog.schema.base import Model, Seconds
from shotlog.schema.map_pieces import Bend, Course
from shotlog.schema.times import TimeRange, union


class TimeMap(Model):
    """The exact map between a source clock and a timeline clock.

    Without bends it is affine: ``source = source_start + (timeline - timeline_start) * speed``. At
    each bend another speed begins; the source never jumps. Before the first bend and after the last
    one it goes on straight, without end.
    """

    timeline_start: Seconds
    """A moment on the timeline, not after the first bend."""
    source_start: Seconds
    """The source moment that is shown there."""
    speed: Seconds = Fraction(1)
    """Source seconds per timeline second up to the first bend: 2 is fast motion, 1/2 slow motion,
    -1 backwards, 0 a freeze frame."""
    # Not written while there are none, so that older readers understand all other maps.
    bends: Annotated[tuple[Bend, ...], Field(exclude_if=operator.not_)] = ()
    """The moments at which the speed changes, in order. Since protocol 1.3."""

    @model_validator(mode="after")
    def _in_order(self) -> TimeMap:
        if not self.bends:
            return self
        moments = [bend.at for bend in self.bends]
        if moments and moments[0] < self.timeline_start:
            raise ValueError(f"a bend at {moments[0]} is before the start {self.timeline_start}")
        if any(later <= earlier for earlier, later in pairwise(moments)):
            raise ValueError("the bends must be in order, each at a moment of its own")
        return self

    @classmethod
    def through(cls, points: Iterable[tuple[Fraction, Fraction]]) -> TimeMap:
        """Return the map that is straight between points, and goes on straight beyond them.

        Args:
            points: Two or more pairs of a timeline moment and the source moment shown then, the
                timeline moments rising.

        Raises:
            ValueError: There are fewer, or they do not rise.
        """
        known = list(points)
        if len(known) < 2:
            raise ValueError("a map needs two points")
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(known)):
            raise ValueError("the moments of the points do not rise")
        return _bent(*known[0], _slopes(known), [at for at, _ in known[1:-1]])

    @property
    def is_freeze(self) -> bool:
        """True where the same source moment is shown all the time."""
        return not self.speed and not self.bends

    def to_source(self, moment: Fraction) -> Fraction:
        """Return the source moment that is shown at a timeline moment."""
        if not self.bends:  # most maps, in timelines of thousands of clips
            if moment == self.timeline_start:
                return self.source_start
            return self.source_start + (moment - self.timeline_start) * self.speed
        return self._course()(moment)

    def to_timeline(self, moment: Fraction) -> Fraction:
        """Return the first timeline moment at which a source moment is shown.

        Raises:
            ZeroDivisionError: For a freeze frame, which always shows the same moment.
            ValueError: A map with bends never shows it.
        """
        if not self.bends:
            return self.timeline_start + (moment - self.source_start) / self.speed
        return self.range_to_timeline(TimeRange(start=moment, duration=Fraction(0))).start

    def range_to_source(self, item: TimeRange) -> TimeRange:
        """Return the source range that a timeline range shows; empty for a freeze frame.

        Where the map bends in it, from the earliest to the latest moment that is shown.
        """
        if not self.bends:
            first = self.to_source(item.start)
            if self.speed == 1:
                return TimeRange(start=first, duration=item.duration)
            length = item.duration * self.speed
            start = first if length >= 0 else first + length
            return TimeRange(start=start, duration=abs(length))
        moments = [item.start, *(b.at for b in self.bends if item.contains(b.at)), item.end]
        shown = list(map(self._course(), moments))
        return TimeRange.between(min(shown), max(shown))

    def range_to_timeline(self, item: TimeRange) -> TimeRange:
        """Return the timeline range that shows a source range, from the first moment to the last.

        Raises:
            ZeroDivisionError: For a freeze frame.
            ValueError: A map with bends never shows it.
        """
        if not self.bends:
            a, b = self.to_timeline(item.start), self.to_timeline(item.end)
            return TimeRange.between(min(a, b), max(a, b))
        found = [shown for piece in self._course().pieces if (shown := piece.showing(item))]
        if not found:
            raise ValueError(f"the map never shows {item.start} to {item.end}")
        return TimeRange.between(min(first for first, _ in found), max(last for _, last in found))

    def find(self, item: TimeRange, within: TimeRange) -> list[TimeRange]:
        """Return every stretch of a timeline range that shows a source range, in order.

        Args:
            item: The source range. A moment at its end is not in it.
            within: The timeline range.
        """
        if not self.bends and self.speed:  # most maps, in timelines of thousands of clips
            common = self.range_to_timeline(item).intersection(within)
            return [] if common is None else [common]
        found = []
        for span, piece in self.pieces(within):
            if piece.is_freeze:
                found += [span] if item.contains(piece.source_start) else []
            elif common := piece.range_to_timeline(item).intersection(span):
                found.append(common)
        return union(found)

    def pieces(self, item: TimeRange) -> list[tuple[TimeRange, TimeMap]]:
        """Return the straight pieces of a timeline range, in order, each with its own map."""
        if not self.bends:
            return [(item, self)] if item.duration else []
        found = []
        for piece in self._course().pieces:
            start, end = piece.clipped(item.start, item.end)
            if start < end:
                straight = TimeMap(
                    timeline_start=piece.at, source_start=piece.source, speed=piece.speed
                )
                span = TimeRange.between(start, end)
                found.append((span, straight.within(span)))
        return found

    def within(self, item: TimeRange) -> TimeMap:
        """Return the same map for a timeline range: starting there, without bends outside of it."""
        return TimeMap(
            timeline_start=item.start,
            source_start=self.to_source(item.start),
            speed=self.speed_at(item.start),
            bends=tuple(bend for bend in self.bends if item.start < bend.at < item.end),
        )

    def speed_at(self, moment: Fraction) -> Fraction:
        """Return the speed from a timeline moment on."""
        begun = [bend.speed for bend in self.bends if bend.at <= moment]
        return begun[-1] if begun else self.speed

    def directions(self, item: TimeRange) -> frozenset[int]:
        """Return the directions in which a timeline range shows the source: 1, -1; none in a hold.

        A freeze frame has no direction.
        """
        speeds = [piece.speed for _, piece in self.pieces(item)] or [self.speed_at(item.start)]
        return frozenset(1 if speed > 0 else -1 for speed in speeds if speed)

    def mean_speed(self, item: TimeRange) -> Fraction:
        """Return the source seconds from the first to the last moment, per timeline second."""
        if not self.bends or not item.duration:
            return self.speed_at(item.start)
        return (self.to_source(item.end) - self.to_source(item.start)) / item.duration

    def shifted(self, timeline: Fraction, source: Fraction = Fraction(0)) -> TimeMap:
        """Return the map moved later on either clock, in seconds."""
        return TimeMap(
            timeline_start=self.timeline_start + timeline,
            source_start=self.source_start + source,
            speed=self.speed,
            bends=tuple(Bend(at=bend.at + timeline, speed=bend.speed) for bend in self.bends),
        )

    def _course(self) -> Course:
        return Course(self.timeline_start, self.source_start, self.speed, self.bends)

    def after(self, inner: TimeMap) -> TimeMap:
        """Return the map from the outer timeline to media that lie in a nest.

        Args:
            inner: The map from the nest's clock to the media; ``self`` maps the outer timeline to
                the nest's clock.
        """
        if not (self.bends or inner.bends):
            return TimeMap(
                timeline_start=self.timeline_start,
                source_start=inner.to_source(self.source_start),
                speed=self.speed * inner.speed,
            )
        outer_course, inner_course = self._course(), inner._course()
        breaks = sorted(
            {bend.at for bend in self.bends} | set(_crossings(outer_course, inner.bends))
        )
        start = min([self.timeline_start, *breaks[:1]])
        # Between two breaks both maps are straight: two moments tell the speed there.
        edges = [breaks[0] - 1, *breaks, breaks[-1] + 1] if breaks else [start, start + 1]
        speeds = _slopes([(edge, inner_course(outer_course(edge))) for edge in edges])
        return _bent(start, inner_course(outer_course(start)), speeds, breaks)


def _crossings(outer: Course, bends: Iterable[Bend]) -> Iterator[Fraction]:
    """Yield the moments of the outer timeline at which a nest passes bends of its inner map."""
    for piece in outer.pieces:
        for bend in bends if piece.speed else ():
            moment = piece.at + (bend.at - piece.source) / piece.speed
            first, last = piece.clipped(moment, moment)
            if first <= last:
                yield moment


def _slopes(points: Iterable[tuple[Fraction, Fraction]]) -> list[Fraction]:
    return [(d - c) / (b - a) for (a, c), (b, d) in pairwise(points)]


def _bent(
    start: Fraction, source: Fraction, speeds: Sequence[Fraction], breaks: Sequence[Fraction]
) -> TimeMap:
    """Return a map with a speed before and after every break; equal neighbours are joined."""
    changes = zip(breaks, pairwise(speeds), strict=True)
    return TimeMap(
        timeline_start=start,
        source_start=source,
        speed=speeds[0],
        bends=tuple(Bend(at=at, speed=after) for at, (before, after) in changes if before != after),
    )
