"""The fit of multinomial logistic regressions, for every command that makes one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from shotlog.analyzers import LogisticRegression

Numbers = npt.NDArray[np.float64]


def fit_logistic(
    features: Sequence[str],
    values: Numbers,
    labels: Sequence[str],
    truth: Numbers,
    importance: Numbers,
    penalty: float,
) -> LogisticRegression:
    """Return the regression that is most likely under a normal prior (ridge) of its coefficients.

    It minimises the cross-entropy, weighted by importance, plus half the penalty times the squared
    coefficients; intercepts are free. Features are standardised, numbers rounded to four digits.

    Args:
        features: Names of the features.
        values: (n, features) values of the examples.
        labels: Names of the labels.
        truth: (n, labels) shares of each label in the truth about an example; rows sum to 1.
        importance: (n,) weights of the examples.
        penalty: Weight of half the squared coefficients.
    """
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-6
    inputs = np.column_stack([(values - mean) / scale, np.ones(len(values))])
    shape = (inputs.shape[1], len(labels))

    def cost(flat: Numbers) -> tuple[float, Numbers]:
        table = flat.reshape(shape)
        score = inputs @ table
        score -= score.max(axis=1, keepdims=True)
        chances = score - np.log(np.exp(score).sum(axis=1, keepdims=True))
        slope = inputs.T @ ((np.exp(chances) - truth) * importance[:, None])
        slope[:-1] += penalty * table[:-1]
        entropy = -float(importance @ (truth * chances).sum(axis=1))
        return entropy + penalty / 2 * float((table[:-1] ** 2).sum()), slope.ravel()

    start = np.zeros(shape).ravel()
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    table = found.x.reshape(shape)
    return LogisticRegression(
        features=tuple(features),
        mean=_rounded(mean),
        scale=_rounded(scale),
        bias=dict(zip(labels, _rounded(table[-1]), strict=True)),
        weights={label: _rounded(table[:-1, n]) for n, label in enumerate(labels)},
    )


def _rounded(numbers: Numbers) -> tuple[float, ...]:
    return tuple(float(f"{number:.4g}") for number in numbers)
