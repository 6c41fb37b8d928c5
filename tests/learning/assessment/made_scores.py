"""Scores of clips whose figures are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from shotlog.learning.assessment import ClipScores
from shotlog.schema import Family

SIZES = ("CS", "MS", "LS")


def of_sizes(rows: Sequence[tuple[str, Mapping[str, float]]], films: int = 4) -> ClipScores:
    """Return scores of clips: the true size of each, and the scores that a model gives.

    Args:
        rows: For each clip the true size, and the scores of others than 0.
        films: Number of films, among which the clips are dealt.
    """
    return ClipScores(
        family=Family.SIZE,
        labels=SIZES,
        clips=tuple(f"clip{number:03}" for number in range(len(rows))),
        films=tuple(f"film{number % films}" for number in range(len(rows))),
        scores=np.array([[scores.get(name, 0.0) for name in SIZES] for _, scores in rows]),
        truth=np.array([[name == true for name in SIZES] for true, _ in rows]),
        exclusive=True,
    )


def of_moves(
    labels: Sequence[str],
    scores: npt.ArrayLike,
    truth: npt.ArrayLike,
    known: npt.NDArray[np.bool_] | None = None,
    films: int = 3,
) -> ClipScores:
    """Return scores of clips of which each move holds or not; (n, k) ``scores`` and ``truth``."""
    table = np.array(scores, np.float64)
    return ClipScores(
        family=Family.MOVE,
        labels=tuple(labels),
        clips=tuple(f"clip{number:03}" for number in range(len(table))),
        films=tuple(f"film{number % films}" for number in range(len(table))),
        scores=table,
        truth=np.array(truth, np.bool_),
        exclusive=False,
        known=known,
    )
