"""Corrections of built-in heads by features of the picture, with a temperature, drawn to none.

The logit of a label (of a look, for moves) gets a bias and weights of the features, each standard
by the mean and the spread of the shots that are learned from; a temperature divides all. The loss
is convex in ``logit * a + bias + weights . features`` with a = 1 / temperature, and a Gaussian
prior holds a at 1 and the others at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.labelled import HeadWindows, LabelledScores
from shotlog.learning.profiles.likelihood import logits, losses, probabilities, slopes
from shotlog.learning.profiles.strengths import (
    INVERSE_TEMPERATURES,
    choose_free,
    choose_strength,
    rounded,
)
from shotlog.schema.learning import HeadCorrection, LabelCalibration

_LEAST_SPREAD: Final = 1e-6
"""Spread of a feature below which it is the same everywhere, and tells nothing."""


@dataclass(frozen=True)
class FittedHead:
    """A correction of a head that was fitted to corrections.

    Attributes:
        head: The correction.
        calibration: The temperature after it.
        strength: Precision of the prior.
    """

    head: HeadCorrection
    calibration: LabelCalibration
    strength: float

    def apply(self, shots: LabelledScores) -> Numbers:
        """Return (n, k) the means of the corrected probabilities over the windows of each shot."""
        windows = windows_of(shots)
        standard = (windows.features - self.head.mean) / self.head.scale
        offsets = np.zeros((len(standard), len(windows.looks)))
        for number, look in enumerate(windows.looks):
            if look in self.head.weights:
                offsets[:, number] = self.head.bias[look] + standard @ self.head.weights[look]
        looks = windows.by_look(windows.scores)
        moved = probabilities(logits(looks, exclusive=True) + offsets, exclusive=True)
        # Within a look the labels keep their shares, which are even where it has no score.
        even = 1 / np.bincount(windows.look_of)[windows.look_of]
        whole = looks[:, windows.look_of]
        shares = np.where(whole > 0, windows.scores / np.where(whole > 0, whole, 1.0), even)
        corrected = moved[:, windows.look_of] * shares
        z = logits(corrected, exclusive=True) / self.calibration.temperature
        total = np.zeros_like(shots.scores)
        np.add.at(total, windows.shots, probabilities(z, exclusive=True))
        return np.asarray(total / np.bincount(windows.shots)[:, None])


def head_parameters(features: Sequence[str]) -> int:
    """Return the fewest parameters of a head: a temperature, and bias and weights of one label."""
    return len(features) + 2


def windows_of(shots: LabelledScores) -> HeadWindows:
    """Return the windows of shots that all have some.

    Raises:
        ValueError: A shot has none.
    """
    if shots.windows is None or len(np.unique(shots.windows.shots)) < len(shots):
        raise ValueError("a head is fitted to shots that were measured")
    return shots.windows


def fit_head(shots: LabelledScores) -> FittedHead:
    """Fit biases and weights; shots that were left out decide the strength of the prior.

    Labels get parameters by :func:`choose_free`. Windows of one shot say the same, so they share
    its weight.

    Args:
        shots: Shots that all have windows.
    """
    windows = windows_of(shots)
    looks, truth = windows.by_look(shots.scores), windows.by_look(shots.truth)
    free = choose_free(looks, truth, len(windows.names) + 1, 1)
    strength = choose_strength(shots, lambda part, strength: _fit(part, strength, free))
    return _fit(shots, strength, free)


def _fit(shots: LabelledScores, strength: float, free: tuple[int, ...]) -> FittedHead:
    windows = windows_of(shots)
    mean, spread = windows.features.mean(axis=0), windows.features.std(axis=0)
    scale = np.where(spread < _LEAST_SPREAD, 1.0, spread)
    mean, scale = np.array(rounded(mean)), np.array(rounded(scale))
    # A column of ones for the bias.
    standard = (windows.features - mean) / scale
    design = np.column_stack([np.ones(len(standard)), standard])
    z = logits(windows.by_look(windows.scores), exclusive=True)
    truth = windows.by_look(shots.truth)[windows.shots]
    shares = (1 / np.bincount(windows.shots))[windows.shots]
    chosen = list(free)

    centre = np.array([1.0, *(0.0 for _ in range(design.shape[1] * len(free)))])

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        margins = parameters[0] * z
        margins[:, chosen] += design @ parameters[1:].reshape(design.shape[1], len(chosen))
        away = parameters - centre
        value = shares @ losses(margins, truth, exclusive=True) + strength / 2 * (away @ away)
        by_margin = shares[:, None] * slopes(margins, truth, exclusive=True)
        gradient = [(by_margin * z).sum(), *(design.T @ by_margin[:, chosen]).ravel()]
        return float(value), np.array(gradient) + strength * away

    bounds = [INVERSE_TEMPERATURES, *((None, None) for _ in centre[1:])]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds).x
    table = found[1:].reshape(design.shape[1], len(free)).T / found[0]
    weights = {windows.looks[n]: rounded(row) for n, row in zip(free, table, strict=True)}
    (temperature,) = rounded([1 / found[0]])
    head = HeadCorrection(
        analyzer=shots.analyzer,
        features=windows.names,
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        bias={look: row[0] for look, row in weights.items()},
        weights={look: row[1:] for look, row in weights.items()},
    )
    return FittedHead(head, LabelCalibration(temperature=temperature), strength)
