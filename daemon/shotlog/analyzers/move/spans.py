"""Segmentation of a shot into spans of one move: sliding windows and Viterbi decoding."""

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
"""Length of a window in seconds."""

HOP = Fraction(1, 2)
"""Seconds from one window to the next."""


def split_windows(shot: TimeRange) -> list[tuple[TimeRange, TimeRange]]:
    """Return the windows of a shot: the cell that each stands for, and the range that it analyses.

    A window analyses :data:`WINDOW` seconds around its cell, shifted into the shot at the ends; the
    cells cover the shot without gap or overlap. A shot no longer than a window has one.
    """
    if shot.duration <= WINDOW:
        return [(shot, shot)]
    count = math.floor(shot.duration / HOP)
    step = shot.duration / count
    cells = [TimeRange(start=shot.start + i * step, duration=step) for i in range(count)]
    latest = shot.end - WINDOW
    spans = []
    for cell in cells:
        middle = cell.start + step / 2
        # At the ends of the shot the window is shifted inside it.
        start = min(max(middle - WINDOW / 2, shot.start), latest)
        spans.append((cell, TimeRange(start=start, duration=WINDOW)))
    return spans


def decode_labels(probabilities: npt.NDArray[np.float64], reluctance: float) -> list[int]:
    """Return the most likely sequence of labels, where each change costs ``reluctance`` nats.

    Viterbi's algorithm: a change needs that much evidence, so that one odd window never splits a
    move.

    Args:
        probabilities: (windows, labels), each row sums to 1.
        reluctance: Cost of a change.
    """
    # The floor keeps one confident but wrong window from outweighing all others.
    evidence = np.log(np.maximum(probabilities, 1e-4))
    total = evidence[0]
    origins = []
    for window in evidence[1:]:
        best = int(total.argmax())
        # Only the best label is worth a change, since every change costs the same.
        stays = total >= total[best] - reluctance
        origins.append(np.where(stays, np.arange(len(total)), best))
        total = np.where(stays, total, total[best] - reluctance) + window
    course = [int(total.argmax())]
    for origin in reversed(origins):
        course.append(int(origin[course[-1]]))
    return course[::-1]


def find_runs(course: Sequence[_Name]) -> list[tuple[_Name, int, int]]:
    """Return (name, first window, one past the last) of each run of equal names."""
    found, at = [], 0
    for name, group in groupby(course):
        end = at + sum(1 for _ in group)
        found.append((name, at, end))
        at = end
    return found
