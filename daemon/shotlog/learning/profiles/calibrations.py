"""Temperature and biases of an analyzer's labels, drawn to none of both.

The corrected logits are ``logit / temperature + bias``: vector scaling with one factor (Guo,
Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017). A Gaussian prior
holds 1 / temperature at 1 and the biases at 0; the loss is convex in both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.labelled import LabelledScores
from shotlog.learning.profiles.likelihood import logits, losses, probabilities, slopes
from shotlog.learning.profiles.strengths import (
    INVERSE_TEMPERATURES,
    choose_free,
    choose_strength,
    rounded,
)
from shotlog.schema.learning import LabelCalibration


@dataclass(frozen=True)
class FittedCalibration:
    """A calibration that was fitted to corrections.

    Attributes:
        calibration: The calibration.
        strength: Precision of the prior.
    """

    calibration: LabelCalibration
    strength: float

    def apply(self, shots: LabelledScores) -> Numbers:
        """Return (n, k) the calibrated probabilities, as analyzers compute them."""
        bias = np.array([self.calibration.bias.get(label, 0.0) for label in shots.labels])
        z = logits(shots.scores, exclusive=shots.exclusive)
        margins = z / self.calibration.temperature + bias
        return probabilities(margins, exclusive=shots.exclusive)


def fit_calibration(shots: LabelledScores) -> FittedCalibration:
    """Fit temperature and biases; shots that were left out decide the strength of the prior.

    Labels get a bias by :func:`choose_free`.
    """
    free = choose_free(shots.scores, shots.truth, 1, 1, exclusive=shots.exclusive)
    strength = choose_strength(shots, lambda part, strength: _fit(part, strength, free))
    return _fit(shots, strength, free)


def _fit(shots: LabelledScores, strength: float, free: tuple[int, ...]) -> FittedCalibration:
    one, truth = shots.exclusive, shots.truth
    z = logits(shots.scores, exclusive=one)
    chosen = list(free)
    centre = np.array([1.0, *(0.0 for _ in free)])

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        margins = parameters[0] * z
        margins[:, chosen] += parameters[1:]
        away = parameters - centre
        value = losses(margins, truth, exclusive=one).sum() + strength / 2 * (away @ away)
        by_margin = slopes(margins, truth, exclusive=one)
        gradient = np.array([(by_margin * z).sum(), *by_margin[:, chosen].sum(axis=0)])
        return float(value), gradient + strength * away

    bounds = [INVERSE_TEMPERATURES, *((None, None) for _ in free)]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds).x
    bias = dict(zip((shots.labels[n] for n in free), rounded(found[1:]), strict=True))
    (temperature,) = rounded([1 / found[0]])
    return FittedCalibration(LabelCalibration(temperature=temperature, bias=bias), strength)
