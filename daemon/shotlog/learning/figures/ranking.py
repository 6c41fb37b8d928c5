"""Figures of a ranking of windows, of which some were kept."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from shotlog.analyzers.clock import Numbers

Kept = npt.NDArray[np.bool_]

NDCG_AT: Final = 10
"""Ranks that NDCG counts."""


def auc(scores: Numbers, kept: Kept) -> float:
    """Return the probability that a kept window has a higher score than one that was left.

    The area under the curve of receiver operating characteristics, by the Mann-Whitney statistic;
    equal scores count half.

    Args:
        scores: (n,) scores.
        kept: (n,) True where the window was kept; both must occur.
    """
    count = int(kept.sum())
    above = rankdata(scores)[kept].sum() - count * (count + 1) / 2
    return float(above / (count * (len(kept) - count)))


class ScoreRanking:
    """A ranking of windows or clips, whose average precision is taken on many samples of them.

    Args:
        scores: (n,) scores.
        kept: (n,) True for what should rank high.
    """

    def __init__(self, scores: Numbers, kept: Kept) -> None:
        levels, self._level = np.unique(-scores, return_inverse=True)
        self._levels, self._kept = len(levels), kept.astype(np.float64)

    def average_precision(self, weights: Numbers) -> float:
        """Return the mean precision at every hit; NaN where no hit has a weight.

        Equal scores are one step, so that their order does not matter.

        Args:
            weights: (n,) number of times that each is in the sample.
        """
        drawn = np.bincount(self._level, weights, self._levels)
        hits = np.bincount(self._level, weights * self._kept, self._levels)
        total = hits.sum()
        if not total:
            return float("nan")
        # A level without any weight has no hits, and its precision does not count.
        precision = np.cumsum(hits) / np.maximum(np.cumsum(drawn), 1e-300)
        return float(precision @ hits / total)


def average_precision(scores: Numbers, kept: Kept) -> float:
    """Return the area under the curve of precision over recall: the mean precision at every hit.

    Args:
        scores: As for :func:`auc`.
        kept: As for :func:`auc`.
    """
    return ScoreRanking(scores, kept).average_precision(np.ones(len(kept)))


def ndcg(scores: Numbers, kept: Kept) -> float:
    """Return the normalised discounted cumulative gain of the first :data:`NDCG_AT` ranks.

    A window that was kept gains 1 (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
    techniques", ACM TOIS 2002). Equal scores share the gain that they have on average.

    Args:
        scores: As for :func:`auc`.
        kept: As for :func:`auc`.
    """
    discounts = np.zeros(len(kept))
    ranks = min(NDCG_AT, len(kept))
    discounts[:ranks] = 1 / np.log2(np.arange(2, ranks + 2))
    _, inverse = np.unique(-scores, return_inverse=True)
    shares = np.bincount(inverse, weights=kept) / np.bincount(inverse)
    gained = shares[inverse[np.argsort(-scores, kind="stable")]]
    return float(discounts @ gained / discounts[: int(kept.sum())].sum())
