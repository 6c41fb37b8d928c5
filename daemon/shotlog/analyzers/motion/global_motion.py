"""The one motion that most of a picture shares: a similarity, seen from the picture's centre.

Places are complex numbers (:data:`shotlog.analyzers.motion.tracking.Points`), so a similarity is
``p -> rotation * p + shift``: ``|rotation|`` the growth, ``arg`` the turn, and the shift is that
of the centre. Read anywhere else, a zoom would look like a pan.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion.tracking import Points

Weights = npt.NDArray[np.float64]

_TRIALS = 80
"""Pairs of tracks that RANSAC tries: with a third of all tracks in agreement, at least one pair of
two such is among them with probability 1 - (1 - 1/9)**80 = 0.9999."""

_APART = 0.08
"""The two tracks of a pair lie at least so far apart (parts of the longer side)."""

_TOLERANCE = 1 / 384
_GIVE = 0.03
"""A track agrees within one pixel of a 384 wide picture and 3 % of its motion: lenses and
perspective bend every real move a little."""


class Similarity(NamedTuple):
    """A motion of the whole picture, and how much of the picture agrees with it (0 to 1)."""

    rotation: complex = 1
    shift: complex = 0
    support: float = 0

    def of(self, places: Points) -> Points:
        """Where places go."""
        return self.rotation * places + self.shift

    def then(self, other: Similarity) -> Similarity:
        """This motion followed by another."""
        return Similarity(
            other.rotation * self.rotation,
            other.rotation * self.shift + other.shift,
            min(self.support, other.support),
        )


def edge_weights(places: Points) -> Weights:
    """Weights that sum to 1; places near the edge count up to three times as much.

    What fills the middle of a picture is more often what the camera looks at than what it stands
    before.
    """
    if not len(places):
        return np.empty(0)
    reach = np.maximum(
        np.abs(places.real) / max(np.abs(places.real).max(), 1e-9),
        np.abs(places.imag) / max(np.abs(places.imag).max(), 1e-9),
    )
    weight = 0.5 + reach
    return np.asarray(weight / weight.sum())


def global_motion(before: Points, after: Points, weight: Weights) -> Similarity:
    """The similarity that the greatest share of tracks agrees with (MSAC, Torr & Zisserman 2000).

    Standing still is always among the motions tried. Deterministic: the pairs are drawn from a
    fixed seed.
    """
    count = len(before)
    if count < 8:
        return Similarity()
    tolerance = _TOLERANCE + _GIVE * np.median(np.abs(after - before))
    i, j = _drawn(count)
    apart = np.abs(before[i] - before[j]) > _APART
    i, j = i[apart], j[apart]
    rotation = np.append((after[i] - after[j]) / (before[i] - before[j]), 1)
    shift = np.append(after[i] - rotation[:-1] * before[i], 0)
    best = int(_costs(rotation, shift, before, after, tolerance, weight).argmin())
    found = Similarity(complex(rotation[best]), complex(shift[best]))
    for _ in range(3):
        agrees = np.abs(found.of(before) - after) < tolerance
        if agrees.sum() < 4:
            return Similarity()
        found = _least_squares(before[agrees], after[agrees], weight[agrees])
    agrees = np.abs(found.of(before) - after) < tolerance
    return found._replace(support=float(weight[agrees].sum()))


@cache
def _drawn(count: int) -> npt.NDArray[np.int64]:
    """(2, trials) numbers of the tracks that are tried together."""
    return np.random.default_rng(count).integers(0, count, (2, _TRIALS))


def _costs(
    rotation: Points,
    shift: Points,
    before: Points,
    after: Points,
    tolerance: float,
    weight: Weights,
) -> Weights:
    """Weighted squares by which each of (trials,) motions misses the tracks, capped at 1."""
    turned, moved, start, goal = (v.astype(np.complex64) for v in (rotation, shift, before, after))
    off = np.abs(turned[:, None] * start + moved[:, None] - goal) / np.float32(tolerance)
    return np.asarray(np.minimum(off * off, 1) @ weight)


def _least_squares(before: Points, after: Points, weight: Weights) -> Similarity:
    """The best similarity in the sense of weighted squares (Umeyama 1991, in the plane)."""
    weight = weight / weight.sum()
    middle, target = weight @ before, weight @ after
    spread = before - middle
    size = weight @ np.abs(spread) ** 2
    if size < 1e-8:
        return Similarity(1, complex(target - middle))
    rotation = complex((weight * spread.conj()) @ (after - target) / size)
    return Similarity(rotation, complex(target - rotation * middle))
