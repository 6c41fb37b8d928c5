"""Courses of a level: key frames on the timeline's clock, even between them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from shotlog.schema import TimeRange

Course = list[tuple[Fraction, float]]
"""Moments and factors in order of time; the level stays before the first and after the last."""


def cut_course(course: Course, span: TimeRange) -> Course:
    """Return the part of a course in a range, with keys at both ends of it."""
    inside = [key for key in course if span.start < key[0] < span.end]
    first, last = ((at, _at(course, at)) for at in (span.start, span.end))
    return [first, *inside, last]


def product(one: Course, other: Course) -> Course:
    """Return the product of two courses.

    Where both change at once it is bent; a key in the middle leaves at most a sixteenth as error.
    """
    moments = sorted({at for at, _ in (*one, *other)})
    middles = [(a + b) / 2 for a, b in pairwise(moments) if _bent(one, other, a, b)]
    return [(at, _at(one, at) * _at(other, at)) for at in sorted({*moments, *middles})]


def _bent(
    one: Course,
    other: Course,
    start: Fraction,
    end: Fraction,
) -> bool:
    return all(_at(course, start) != _at(course, end) for course in (one, other))


def _at(course: Course, moment: Fraction) -> float:
    times, gains = [float(at) for at, _ in course], [gain for _, gain in course]
    return float(np.interp(float(moment), times, gains))
