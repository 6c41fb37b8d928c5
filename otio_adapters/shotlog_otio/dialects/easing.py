"""Key frames of speed ramps, and the straight pieces that follow an eased curve through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Point = tuple[Fraction, Fraction]
"""A moment of the timeline and the moment of content that is shown then, in seconds."""

_CLOSE = Fraction(1, 6000)
"""Seconds of content by which the straight pieces may miss an eased curve: a hundredth of a frame
at 60 frames per second."""

_GRAIN = 10**6
"""Grid of the moments on an eased curve, per second."""

_DEEPEST = 12
"""Largest number of times that a piece is halved."""

_MOST = 20_000
"""Largest number of points of a curve."""


@dataclass(frozen=True)
class KeyFrame:
    """A key frame of a speed ramp.

    Attributes:
        at: Seconds since the start of the item on the timeline.
        content: Seconds since the start of its content.
        arrive: Handle of the cubic curve that ends here, relative to the key frame; None where it
            is straight.
        leave: Handle of the curve that begins here.
    """

    at: Fraction
    content: Fraction
    arrive: Point | None = None
    leave: Point | None = None

    @property
    def point(self) -> Point:
        """The key frame as a point of the curve."""
        return self.at, self.content


def curve_points(keys: Sequence[KeyFrame]) -> list[Point]:
    """Return the points of straight pieces through key frames.

    Straight stretches are exact; eased ones are followed to within :data:`_CLOSE`.

    Raises:
        ValueError: The curve turns back in time, or has more points than any editor draws; the
            message ends "its speed ramp ...".
    """
    points = [key.point for key in keys[:1]]
    for first, last in pairwise(keys):
        if last.at <= first.at:
            raise ValueError("turns back in time")
        points += _between(first, last)
        if len(points) > _MOST:
            raise ValueError("has too many key frames")
    return points


def _between(first: KeyFrame, last: KeyFrame) -> Iterator[Point]:
    """Yield the points after one key frame, up to the next."""
    if first.leave is None and last.arrive is None:
        yield last.point
        return
    out, into = _add(first.point, first.leave), _add(last.point, last.arrive)
    if not (first.at <= out[0] <= last.at and first.at <= into[0] <= last.at):
        raise ValueError("turns back in time")
    yield from _flattened((first.point, out, into, last.point), _DEEPEST)


def _add(point: Point, handle: Point | None) -> Point:
    dx, dy = handle or (Fraction(0), Fraction(0))
    return point[0] + dx, point[1] + dy


def _flattened(curve: tuple[Point, Point, Point, Point], depth: int) -> Iterator[Point]:
    """Yield the points after the start of a cubic curve, up to its end."""
    first, _, _, last = curve
    slope = (last[1] - first[1]) / (last[0] - first[0])
    # A curve lies within its control points: where they are near the chord, so is the curve.
    misses = (abs(y - first[1] - (x - first[0]) * slope) for x, y in curve[1:3])
    left, right = _halves(curve)
    # On the grid, a very short piece has no middle of its own.
    if depth == 0 or max(misses) <= _CLOSE or not first[0] < right[0][0] < last[0]:
        yield last
        return
    yield from _flattened(left, depth - 1)
    yield from _flattened(right, depth - 1)


def _halves(
    curve: tuple[Point, Point, Point, Point],
) -> tuple[tuple[Point, Point, Point, Point], tuple[Point, Point, Point, Point]]:
    """Return both halves of a curve (de Casteljau), with their points on the grid."""
    a, b, c, d = curve
    ab, bc, cd = _middle(a, b), _middle(b, c), _middle(c, d)
    left, right = _middle(ab, bc), _middle(bc, cd)
    middle = _middle(left, right)
    return (a, ab, left, middle), (middle, right, cd, d)


def _middle(a: Point, b: Point) -> Point:
    x, y = ((p + q) / 2 for p, q in zip(a, b, strict=True))
    return Fraction(round(x * _GRAIN), _GRAIN), Fraction(round(y * _GRAIN), _GRAIN)
