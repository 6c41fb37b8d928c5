"""Links between shots with like colours: a scene ends where no link crosses.

The rule is that of Yeung, Yeo and Liu (Segmentation of Video by Clustering and Graph Analysis,
Computer Vision and Image Understanding 71, 1998): shots that are alike and near each other in time
are of one scene together with all that lies between them, so that a dialogue of two alternating
cameras stays one. Links of pairs stand for their clusters, as in Hanjalic, Lagendijk and Biemond
(Automated High-Level Movie Segmentation for Advanced Video-Retrieval Systems, IEEE Transactions on
Circuits and Systems for Video Technology 9, 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.scenes.measure import BINS, Histogram
from shotlog.schema import TimeRange

LEAST_LIKENESS, PER_SECOND = 0.5, 0.02
"""Least likeness of two shots that follow each other in a scene, and what each second between two
shots takes off their likeness: of 20 pairs the one that finds most scenes of the tuned half of the
made edits, F1 0.914 (``benchmarks/scenes.py --tune``)."""

PER_BLACK = 0.08
"""Likeness that black between two shots takes off, as films close a scene by fading out and open
another by fading in: the middle of the values by which most starts of the one labelled film are
found and no scene falls apart, 0.03 to 0.13 (``python -m benchmarks.scenes``)."""

_FARTHEST = (1 - LEAST_LIKENESS) / PER_SECOND
"""Seconds beyond which no two shots are linked, as no likeness is above 1."""

_MOST_PICTURES = 8
"""Pictures of a shot that are compared, evenly spread over it."""

_LIT, _FADED = 0.02, 0.5
"""Least share of a picture above the lowest quarter of values, and least part of that share of the
brightest picture of its shot: without this all shots that fade to black are alike. A dark room of
the film by which this was found has 0.12."""


class ShotColours(NamedTuple):
    """A shot as it is compared.

    Attributes:
        shown: Its range on the timeline.
        pictures: (n, 128) histograms of the pictures that are compared; see
            :func:`select_pictures`.
        after_black: True where black lies between it and the shot before it.
    """

    shown: TimeRange
    pictures: Histogram
    after_black: bool = False


def link_across(
    shots: Sequence[ShotColours],
    *,
    per_second: float = PER_SECOND,
    per_black: float = PER_BLACK,
) -> npt.NDArray[np.float64]:
    """Return the likeness of the strongest link across the start of each shot.

    It is that of the pair of pictures that is most alike, one of a shot before and one of a shot
    from that start on, less what the time and black between the two shots take off.

    Args:
        shots: Shots by start, each with a picture.
        per_second: What each second takes off.
        per_black: What black between the two takes off.

    Returns:
        (n,) 0 to 1; 0 for the first shot.
    """
    across = np.zeros(len(shots))
    for first, before in enumerate(shots):
        through_black = False
        for second in range(first + 1, len(shots)):
            apart = max(Fraction(0), shots[second].shown.start - before.shown.end)
            if float(apart) > _FARTHEST:
                break
            likeness = _likeness(before.pictures, shots[second].pictures)
            through_black = through_black or shots[second].after_black
            likeness -= per_second * float(apart) + per_black * through_black
            crossed = across[first + 1 : second + 1]
            np.maximum(crossed, likeness, out=crossed)
    return across


def select_pictures(pictures: Histogram) -> Histogram:
    """Return the pictures of a shot that tell of its setting, at most 8; none of a black one.

    Args:
        pictures: (n, 128) histograms in order of time.
    """
    lit = pictures.reshape(-1, *BINS)[..., 1:].sum(axis=(1, 2, 3))
    clear: Histogram = pictures[lit >= max(_LIT, _FADED * lit.max(initial=0.0))]
    if len(clear) <= _MOST_PICTURES:
        return clear
    spread: Histogram = clear[
        np.linspace(0, len(clear) - 1, _MOST_PICTURES).round().astype(np.intp)
    ]
    return spread


def _likeness(some: Histogram, others: Histogram) -> float:
    """Return the largest intersection of two histograms (Swain and Ballard 1991), 0 to 1."""
    return float(np.minimum(some[:, None], others[None]).sum(axis=2).max())
