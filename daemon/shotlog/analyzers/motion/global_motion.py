"""Global motion: the similarity that most of a picture shares, relative to the picture's centre.

Positions are complex numbers (:data:`shotlog.analyzers.motion.tracking.Positions`), so a similarity
is ``p -> rotation * p + shift``: ``|rotation|`` is the growth, ``arg`` the turn, and the shift that
of the centre. Relative to any other point, a zoom would look like a pan.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion.tracking import Positions

Weights = npt.NDArray[np.float64]

_TRIALS = 80
"""Pairs of tracks that RANSAC tries: if a third of all tracks agree, at least one pair consists of
two such tracks with probability 1 - (1 - 1/9)**80 = 0.9999."""

_APART = 0.08
"""Least distance between the two tracks of a pair, as a share of the longer side."""

_TOLERANCE = 1 / 384
"""Absolute tolerance of agreement: one pixel of a 384 wide picture."""
_RELATIVE_TOLERANCE = 0.03
"""Additional tolerance of agreement, as a share of the median displacement: lenses and perspective
bend every real move a little."""


class Similarity(NamedTuple):
    """Motion of the whole picture, and the share of the picture that agrees with it (0 to 1)."""

    rotation: complex = 1
    shift: complex = 0
    support: float = 0

    def apply(self, positions: Positions) -> Positions:
        """Return the positions after the motion."""
        return self.rotation * positions + self.shift

    def then(self, other: Similarity) -> Similarity:
        """Return this motion followed by another."""
        return Similarity(
            other.rotation * self.rotation,
            other.rotation * self.shift + other.shift,
            min(self.support, other.support),
        )


def edge_weights(positions: Positions) -> Weights:
    """Return weights that sum to 1; positions near the edge weigh up to three times as much.

    The middle of a picture more often shows the subject than the background.
    """
    if not len(positions):
        return np.empty(0)
    reach = np.maximum(
        np.abs(positions.real) / max(np.abs(positions.real).max(), 1e-9),
        np.abs(positions.imag) / max(np.abs(positions.imag).max(), 1e-9),
    )
    weight = 0.5 + reach
    return np.asarray(weight / weight.sum())


def estimate_motion(before: Positions, after: Positions, weight: Weights) -> Similarity:
    """Return the similarity that most tracks agree with (MSAC, Torr & Zisserman 2000).

    Zero motion is always among the candidates. Deterministic: the pairs are drawn from a fixed
    seed.
    """
    count = len(before)
    # Fewer tracks cannot show what most of the picture does.
    if count < 8:
        return Similarity()
    tolerance = _TOLERANCE + _RELATIVE_TOLERANCE * np.median(np.abs(after - before))
    i, j = _draw_pairs(count)
    # Close pairs amplify tracking errors in rotation and zoom.
    apart = np.abs(before[i] - before[j]) > _APART
    i, j = i[apart], j[apart]
    rotation = np.append((after[i] - after[j]) / (before[i] - before[j]), 1)
    shift = np.append(after[i] - rotation[:-1] * before[i], 0)
    best = int(_costs(rotation, shift, before, after, tolerance, weight).argmin())
    found = Similarity(complex(rotation[best]), complex(shift[best]))
    # Refit to the agreeing tracks, whose set settles within a few rounds.
    for _ in range(3):
        agrees = np.abs(found.apply(before) - after) < tolerance
        # Any two tracks fit some similarity exactly: twice as many must agree.
        if agrees.sum() < 4:
            return Similarity()
        found = _least_squares(before[agrees], after[agrees], weight[agrees])
    agrees = np.abs(found.apply(before) - after) < tolerance
    return found._replace(support=float(weight[agrees].sum()))


@cache
def _draw_pairs(count: int) -> npt.NDArray[np.int64]:
    """Return (2, trials) indices of the tracks that are tried together."""
    return np.random.default_rng(count).integers(0, count, (2, _TRIALS))


def _costs(
    rotation: Positions,
    shift: Positions,
    before: Positions,
    after: Positions,
    tolerance: float,
    weight: Weights,
) -> Weights:
    """Return the weighted squared errors of each of (trials,) motions, capped at 1 per track."""
    # Single precision is enough to rank the candidates, and faster.
    turned, moved, start, goal = (v.astype(np.complex64) for v in (rotation, shift, before, after))
    off = np.abs(turned[:, None] * start + moved[:, None] - goal) / np.float32(tolerance)
    return np.asarray(np.minimum(off * off, 1) @ weight)


def _least_squares(before: Positions, after: Positions, weight: Weights) -> Similarity:
    """Return the weighted least-squares similarity (Umeyama 1991, in the plane)."""
    weight = weight / weight.sum()
    middle, target = weight @ before, weight @ after
    spread = before - middle
    size = weight @ np.abs(spread) ** 2
    # All tracks at one point: only a shift can be estimated.
    if size < 1e-8:
        return Similarity(1, complex(target - middle))
    rotation = complex((weight * spread.conj()) @ (after - target) / size)
    return Similarity(rotation, complex(target - rotation * middle))
