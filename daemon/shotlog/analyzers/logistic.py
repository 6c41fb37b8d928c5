"""Multinomial logistic regression, behind camera moves and sizes by the whole picture."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from shotlog.schema import Model

Numbers = npt.NDArray[np.float64]


class LogisticRegression(Model):
    """Multinomial logistic regression over named features, as ``benchmarks/logistic.py`` fits it.

    Attributes:
        features: Names of the features, in order.
        mean: Mean subtracted from each feature.
        scale: Divisor of each centred feature.
        bias: Intercept of each label.
        weights: Coefficients of each label, one for each feature.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    bias: dict[str, float]
    weights: dict[str, tuple[float, ...]]

    @cached_property
    def _arrays(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Mean, scale, bias (labels,) and weights (labels, features)."""
        bias = [self.bias[label] for label in self.weights]
        lists = (self.mean, self.scale, bias, list(self.weights.values()))
        mean, scale, start, weights = (np.array(numbers, np.float64) for numbers in lists)
        return mean, scale, start, weights

    def standardise(self, values: Numbers) -> Numbers:
        """Return (features,) values, centred and scaled."""
        mean, scale, *_ = self._arrays
        return (values - mean) / scale

    def probabilities(self, values: Numbers) -> dict[str, float]:
        """Return the probability of every label for (features,) values."""
        odds = np.exp(self._scores(values))
        return self._by_label(odds / odds.sum())

    def log_probabilities(self, values: Numbers) -> dict[str, float]:
        """Return the natural logarithm of the probability of every label."""
        scores = self._scores(values)
        return self._by_label(scores - np.log(np.exp(scores).sum()))

    def _scores(self, values: Numbers) -> Numbers:
        *_, bias, weights = self._arrays
        scores = bias + weights @ self.standardise(values)
        # The maximum is subtracted against overflow.
        return np.asarray(scores - scores.max())

    def _by_label(self, numbers: Numbers) -> dict[str, float]:
        return dict(zip(self.weights, map(float, numbers), strict=True))
