"""From the scores of windows to few, steady spans."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from shotlog.schema import TimeRange

_Name = TypeVar("_Name", int, str)

WINDOW = Fraction(2)
"""Seconds that are judged at once."""

HOP = Fraction(1, 2)
"""Seconds from one window to the next."""


def windows(shot: TimeRange) -> list[tuple[TimeRange, TimeRange]]:
    """The windows of a shot: what each speaks for, and what it looks at.

    A window looks at :data:`WINDOW` seconds around what it speaks for, moved into the shot at its
    ends; what they speak for follows without gap or overlap. A shot that is no longer than a
    window has one.
    """
    if shot.duration <= WINDOW:
        return [(shot, shot)]
    count = math.floor(shot.duration / HOP)
    step = shot.duration / count
    cells = [TimeRange(start=shot.start + i * step, duration=step) for i in range(count)]
    latest = shot.end - WINDOW
    looks = []
    for cell in cells:
        middle = cell.start + step / 2
        start = min(max(middle - WINDOW / 2, shot.start), latest)
        looks.append((cell, TimeRange(start=start, duration=WINDOW)))
    return looks


def steadied(probabilities: npt.NDArray[np.float64], reluctance: float) -> list[int]:
    """The likeliest course of labels, when each change of label costs ``reluctance`` nats.

    Viterbi's algorithm: a change must be borne out by as much evidence, so that one odd window
    never splits a move.

    Args:
        probabilities: (windows, labels), each row sums to 1.
        reluctance: What a change costs.
    """
    evidence = np.log(np.maximum(probabilities, 1e-4))
    total = evidence[0]
    origins = []
    for here in evidence[1:]:
        best = int(total.argmax())
        stays = total >= total[best] - reluctance
        origins.append(np.where(stays, np.arange(len(total)), best))
        total = np.where(stays, total, total[best] - reluctance) + here
    course = [int(total.argmax())]
    for origin in reversed(origins):
        course.append(int(origin[course[-1]]))
    return course[::-1]


def runs(course: Sequence[_Name]) -> list[tuple[_Name, int, int]]:
    """(name, first window, one past the last) of each run of one name."""
    found, at = [], 0
    for name, group in groupby(course):
        end = at + sum(1 for _ in group)
        found.append((name, at, end))
        at = end
    return found
