"""Figures of several films, with intervals by the bootstrap over films.

Clips of one film are alike, so films are drawn again, never clips (Bradley Efron, "Bootstrap
Methods: Another Look at the Jackknife", Annals of Statistics 1979; the percentile interval).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.schema import Model

_RESAMPLES: Final = 2000
"""Samples of films, drawn with replacement, behind an interval."""
_INTERVAL: Final = (0.025, 0.975)
_SEED: Final = 0


class Estimate(Model):
    """A figure of films, with the interval that holds 95 % of its values on resampled films."""

    mean: float
    low: float
    high: float

    def spell(self, form: str = ".2f") -> str:
        """Return the figure and its interval in brackets, for people: ``0.91 [0.87, 0.94]``."""
        return f"{self.mean:{form}} [{self.low:{form}}, {self.high:{form}}]"


class Bootstrap:
    """Samples of the films of a report; all its figures are taken on the same ones.

    Args:
        films: Number of films; 1 at least.
    """

    def __init__(self, films: int) -> None:
        rng = np.random.default_rng(_SEED)
        self._samples = rng.integers(0, films, (_RESAMPLES, films))

    def mean(self, values: Sequence[float]) -> Estimate:
        """Return the mean of one value of each film."""
        means = np.array(values)[self._samples].mean(axis=1)
        return _estimate(float(np.mean(values)), means)

    def figure(self, of: Callable[[npt.NDArray[np.intp]], float]) -> Estimate:
        """Return a figure of all films together.

        Args:
            of: Returns the figure of the films with these numbers; a number may come twice.
        """
        films = np.arange(self._samples.shape[1])
        return _estimate(of(films), np.array([of(sample) for sample in self._samples]))


def _estimate(value: float, resampled: npt.NDArray[np.float64]) -> Estimate:
    low, high = np.quantile(resampled, _INTERVAL)
    return Estimate(mean=value, low=float(low), high=float(high))
