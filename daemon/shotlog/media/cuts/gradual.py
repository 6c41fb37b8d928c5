"""Figures of ranges of frames in which one picture may turn gradually into another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.media.cuts.change import (
    CELL_WEIGHTS,
    FLASH,
    LUMA_GRID,
    Floats,
    FrameChanges,
    cell_distance,
)

Indices = npt.NDArray[np.int64]

# Each is a quarter longer than the one before, so that neighbours share 80 % of their frames.
LENGTHS = (3, 4, 5, 6, 8, 10, 12, 15, 19, 24, 30, 38, 48, 60, 76, 95, 120)
"""Steps from the last frame of one shot to the first of the next."""

SHORT_LENGTHS = (2, 3, 4, 5, 6, 8)
"""The same of short mixes, such as a conversion of the frame rate leaves at a cut."""

# The classifier was trained on these figures with the constants in their formulas: after a change
# of one, fit it again (benchmarks/fit_cuts.py).
FIGURES = (
    "distance of the ends",
    "off the straight line",
    "outside of both ends",
    "uneven pace",
    "share of the picture",
    "left by motion",
    "change to distance",
    "residual to distance",
    "unexplained",
    "unsteady change",
    "change outside, greater",
    "change outside, lesser",
    "drift outside, greater",
    "drift outside, lesser",
    "drift outside, in itself",
    "comes back",
    "loss of detail",
    "difference of detail",
    "flatness",
    "darkness",
    "length",
)
"""Inputs of the classifier, in the order of :attr:`TransitionCandidates.figures`."""

# Frames inside a candidate that are compared with its ends, pairs whose pace is measured, and
# frames before and after it that are compared, each at most: costs do not grow with the length.
_SAMPLES, _STEPS, _ASIDE = 9, 12, 12
_BLOCK = 4096
"""Candidates that are computed at once: 30 MB, whatever the length of the film."""


class TransitionCandidates(NamedTuple):
    """Ranges of frames of one length that may be gradual transitions.

    Attributes:
        start: (n,) index of the last frame of the shot before.
        end: (n,) index of the first frame of the shot after.
        figures: (n, 21) float32, see :data:`FIGURES`.
    """

    start: Indices
    end: Indices
    figures: Floats


def find_candidates(change: FrameChanges, length: int) -> Iterator[TransitionCandidates]:
    """Yield candidates of a length, a tenth of it apart, with their figures, in blocks.

    Every frame of a dissolve or a fade is a mix of its two ends: as a point in the space of cells
    it lies on the straight line between them, and moves along it at a steady pace. In a wipe each
    cell equals one of the two. Motion leaves that line. A mix of unlike pictures has less fine
    detail than either, is not explained by motion, changes more than the frames before and after,
    and does not return to the first picture as a flash does.
    """
    start = np.arange(0, max(0, len(change) - length), max(1, length // 10))
    for first in range(0, len(start), _BLOCK):
        yield _compute(change, start[first : first + _BLOCK], length)


def _compute(change: FrameChanges, start: Indices, length: int) -> TransitionCandidates:
    """Compute the figures of candidates of one length."""
    end = start + length
    figures = (
        *_line(change, start, length),
        *_motion(change, start, length),
        *_outside(change, start, end),
        _return(change, start, end),
        *_ends(change, start, length),
        np.full(len(start), np.log(length)),
    )
    return TransitionCandidates(start, end, np.stack(figures, axis=1).astype(np.float32))


def _line(change: FrameChanges, start: Indices, length: int) -> tuple[Floats, ...]:
    """Return the distance of the ends, and the deviation of frames from the line through them."""
    weights = np.sqrt(CELL_WEIGHTS).astype(np.float32)
    origin = change.cells[start]
    way = (change.cells[start + length] - origin) * weights
    far = np.square(way).sum(axis=1)
    apart = far + 1  # no division by zero where both ends are equal
    between = _between(length)
    offset = change.cells[start + between]
    offset -= origin
    offset *= weights
    along = np.einsum("kni,ni->kn", offset, way)
    share = along / apart
    # |offset - share * way|^2, expanded so that no further array of that size is needed
    size = np.einsum("kni,kni->kn", offset, offset)
    off = np.maximum(size - share * (2 * along - share * far), 0) / apart
    # The distance from the box between both ends: near 0 in a wipe too, as each cell is at one end.
    beyond = np.clip(offset, np.minimum(way, 0), np.maximum(way, 0))
    beyond -= offset
    outside = np.einsum("kni,kni->kn", beyond, beyond) / apart
    # The deviation from a steady pace.
    pace = np.sqrt(np.square(share - between / length).mean(axis=0))
    power = np.square(way)
    # The participation ratio: 1 where all cells change alike, small where few of them do.
    share_of_picture = np.square(power.sum(axis=1)) / (
        np.square(power).sum(axis=1) * len(way.T) + 1e-3
    )
    return (
        np.log(np.sqrt(apart) + 1),
        np.log(off.mean(axis=0) + 0.01),
        np.log(outside.mean(axis=0) + 0.01),
        np.log(pace + 0.02),
        np.log(share_of_picture + 0.02),
    )


def _between(length: int) -> Indices:
    """Return (k, 1) sampled steps inside a candidate, without its ends."""
    steps = np.linspace(1, length - 1, min(length - 1, _SAMPLES)).round().astype(np.int64)
    return steps[:, None]


def _motion(change: FrameChanges, start: Indices, length: int) -> tuple[Floats, ...]:
    """Return the change that motion does not explain, and the steadiness of the change."""
    raw = _mean_over(np.square(change.raw), start, start + length)
    residual = _mean_over(np.square(change.residual), start, start + length)
    unexplained = _mean_over(change.unexplained, start, start + length)
    steps = np.linspace(1, length, min(length, _STEPS)).round().astype(np.int64)[:, None]
    pace = change.raw[start + steps]
    unsteady = pace.std(axis=0) / (pace.mean(axis=0) + 0.5)
    apart = cell_distance(change.cells[start], change.cells[start + length]) + 1
    return (
        np.sqrt(residual / (raw + 0.5)),
        np.log((np.sqrt(raw) * length + 1) / apart),
        np.log((np.sqrt(residual) * length + 1) / apart),
        np.log(unexplained + 0.01),
        unsteady,
    )


def _mean_over(values: Floats, start: Indices, end: Indices) -> Floats:
    """Return means over the pairs of neighbours between two frames; 0 where there is none."""
    # Cumulative sums, once for all candidates; rounding may leave a total slightly negative.
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    # Row n holds the change from frame n - 1 to n, so the first pair after `start` is the next row.
    total = sums[end + 1] - sums[start + 1]
    return np.asarray(np.maximum(total / np.maximum(end - start, 1), 0), dtype=np.float32)


def _outside(change: FrameChanges, start: Indices, end: Indices) -> tuple[Floats, ...]:
    """Return the change shortly before and after, relative to that within."""
    # At the ends of the film nothing is known: the change within (or half the way) is assumed.
    length = int(end[0] - start[0])
    aside = max(2, min(length // 2, _ASIDE))
    before, after = np.maximum(start - aside, 0), np.minimum(end + aside, len(change) - 1)
    power = np.square(change.raw)
    inside = np.sqrt(_mean_over(power, start, end))
    rates = [
        np.where(a < b, np.sqrt(_mean_over(power, a, b)), inside)
        for a, b in ((before, start), (end, after))
    ]
    apart = cell_distance(change.cells[start], change.cells[end])
    drifts = [
        np.where(
            a < b,
            cell_distance(change.cells[a], change.cells[b]) * aside / np.maximum(b - a, 1),
            apart / 2,
        )
        for a, b in ((before, start), (end, after))
    ]
    within, way = np.log(inside + 0.7), np.log(apart + 0.5)
    return (
        np.log(np.maximum(*rates) + 0.7) - within,
        np.log(np.minimum(*rates) + 0.7) - within,
        np.log(np.maximum(*drifts) + 0.5) - way,
        np.log(np.minimum(*drifts) + 0.5) - way,
        np.log(np.maximum(*drifts) + 1),
    )


def _return(change: FrameChanges, start: Indices, end: Indices) -> Floats:
    """Return how similar frames soon after are to the start, or soon before to the end.

    A flash returns to the picture before it; a transition does not.
    """
    least = apart = cell_distance(change.cells[start], change.cells[end])
    for steps in range(1, FLASH + 2):
        earlier, later = np.maximum(start - steps, 0), np.minimum(end + steps, len(change) - 1)
        least = np.minimum(least, cell_distance(change.cells[start], change.cells[later]))
        least = np.minimum(least, cell_distance(change.cells[earlier], change.cells[end]))
    return np.asarray(np.log((least + 1) / (apart + 1)), dtype=np.float32)


def _ends(change: FrameChanges, start: Indices, length: int) -> tuple[Floats, ...]:
    """Return the loss of detail inside, and the flatness and darkness of the ends."""
    end, between = start + length, _between(length)
    detail = change.detail
    # The detail that a linear course from start to end would have.
    straight = detail[start] + (detail[end] - detail[start]) * (between / length)
    both = detail[start] + detail[end] + 8
    lost = (straight - detail[start + between]).mean(axis=0) / both
    contrast = np.minimum(change.contrast[start], change.contrast[end])
    level = [change.cells[frame, : LUMA_GRID**2].mean(axis=1) for frame in (start, end)]
    dark = np.minimum(*level)
    differ = np.abs(detail[start] - detail[end]) / both
    return lost, differ, np.exp(-contrast / 8), np.exp(-dark / 16)
