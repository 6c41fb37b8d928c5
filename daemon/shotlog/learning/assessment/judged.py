"""Labels that a model names for clips, beside the truth, and the figures of any sample of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import Numbers
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.figures import Bootstrap, Estimate, ScoreRanking
from shotlog.schema import UNDEFINED


class JudgedClips:
    """Clips with the labels that hold, and those that a model names.

    Where the scores do not tell what it names, and one label holds, that is the one with the
    highest score; where each holds or not, all that reach the threshold. ``undefined`` names
    nothing.

    Args:
        scores: The scores; their order does not matter.

    Attributes:
        scores: The scores, ordered by clip.
        truth: (n, k) True where a label is known to hold.
        named: (n, k) True where the model names a label.
        right: (n,) True where all that is known of a clip was named, and nothing that is known not
            to hold.
    """

    def __init__(self, scores: ClipScores) -> None:
        self.scores = scores.of(sorted(scores.clips))
        self.truth = self.scores.truth & self.known
        self.named = _named(self.scores)
        self.right = ((self.named == self.truth) | ~self.known).all(axis=1)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(n, k) True where it is known whether a label holds."""
        known = self.scores.known
        return np.ones_like(self.scores.truth) if known is None else known

    @cached_property
    def _films(self) -> tuple[int, npt.NDArray[np.intp]]:
        """Number of films, and (n,) the film of each clip."""
        names, film = np.unique(np.array(self.scores.films), return_inverse=True)
        return len(names), film

    @property
    def films(self) -> int:
        """Number of films."""
        return self._films[0]

    @cached_property
    def _rankings(self) -> list[tuple[ScoreRanking, npt.NDArray[np.bool_]]]:
        """The ranking of each label, among the clips (n,) of which it is known."""
        return [
            (ScoreRanking(self.scores.scores[known, k], self.truth[known, k]), known)
            for k, known in enumerate(self.known.T)
        ]

    def estimate(self, figure: Callable[[Numbers], float]) -> Estimate:
        """Return a figure with its interval over films.

        Args:
            figure: Takes (n,) the number of times that each clip is in the sample.
        """
        films, film = self._films
        return Bootstrap(films).figure(
            lambda drawn: figure(np.bincount(drawn, minlength=films)[film].astype(np.float64))
        )

    def accuracy(self, weights: Numbers) -> float:
        """Return the share of clips of which everything is right."""
        return float(weights @ self.right / weights.sum())

    def macro_f1(self, weights: Numbers) -> float:
        """Return the mean F1 of the labels that hold for a clip of the sample."""
        hits, named, true = self.counts(weights)
        occurs = true > 0
        return float(np.mean(2 * hits[occurs] / (named + true)[occurs])) if occurs.any() else 0.0

    def mean_ap(self, weights: Numbers) -> float:
        """Return the mean average precision of the labels that hold for a clip of the sample."""
        found = self.average_precisions(weights)
        occurs = np.isfinite(found)
        return float(found[occurs].mean()) if occurs.any() else 0.0

    def average_precisions(self, weights: Numbers) -> Numbers:
        """Return (k,) the average precision of each label; NaN for one that holds for no clip."""
        return np.array([rank.average_precision(weights[of]) for rank, of in self._rankings])

    def counts(self, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return (k,) the numbers of clips rightly named, named, and true, of each label."""
        named = self.named & self.known
        return weights @ (named & self.truth), weights @ named, weights @ self.truth

    @property
    def all(self) -> Numbers:
        """(n,) the weights of a sample of all clips, each once."""
        return np.ones(len(self.right))


def macro_f1(scores: ClipScores) -> float:
    """Return the mean F1 of the labels that hold for a clip."""
    judged = JudgedClips(scores)
    return judged.macro_f1(judged.all)


def _named(scores: ClipScores) -> npt.NDArray[np.bool_]:
    if scores.named is not None:
        named = scores.named
    elif scores.exclusive:
        top = scores.scores.argmax(axis=1)
        named = np.arange(len(scores.labels)) == top[:, None]
    else:
        named = scores.scores >= scores.threshold
    return np.asarray(named & (np.array(scores.labels) != UNDEFINED), np.bool_)
