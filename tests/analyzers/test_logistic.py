"""Logistic regression, and its fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from benchmarks.logistic import fit_logistic
from shotlog.analyzers import LogisticRegression

LABELS = ("near", "far", "none")

REGRESSION = LogisticRegression(
    features=("height", "width"),
    mean=(1.0, 2.0),
    scale=(0.5, 4.0),
    bias={"near": 0.0, "far": math.log(2), "none": 0.0},
    weights={"near": (1.0, 0.0), "far": (0.0, 0.0), "none": (0.0, -1.0)},
)


def test_the_mean_of_the_features_has_the_odds_of_the_intercepts() -> None:
    told = REGRESSION.probabilities(np.array([1.0, 2.0]))
    assert told == pytest.approx({"near": 0.25, "far": 0.5, "none": 0.25})


def test_a_coefficient_is_per_standard_deviation() -> None:
    told = REGRESSION.probabilities(np.array([1.5, 2.0]))
    assert told["near"] / told["none"] == pytest.approx(math.e)
    assert REGRESSION.standardise(np.array([1.5, 6.0])).tolist() == [1.0, 1.0]


@given(height=floats(-1e3, 1e3), width=floats(-1e3, 1e3))
def test_logarithms_are_those_of_the_probabilities_and_never_overflow(
    height: float, width: float
) -> None:
    values = np.array([height, width])
    plain, logs = REGRESSION.probabilities(values), REGRESSION.log_probabilities(values)
    assert list(plain) == list(logs) == ["near", "far", "none"]
    assert sum(plain.values()) == pytest.approx(1)
    assert {name: math.exp(number) for name, number in logs.items()} == pytest.approx(plain)


def fitted(penalty: float, importance: float = 1.0) -> LogisticRegression:
    """Return the fit to three clouds of points; ``importance`` is that of the first cloud."""
    chance = np.random.default_rng(3)
    middles = np.repeat([[-2.0, 0.0], [2.0, 0.0], [0.0, 3.0]], 60, axis=0)
    truth = np.repeat(np.eye(3), 60, axis=0)
    weights = np.repeat([importance, 1.0, 1.0], 60)
    values = middles + chance.normal(size=middles.shape)
    return fit_logistic(("x", "y"), values, LABELS, truth, weights, penalty)


@pytest.mark.parametrize(("point", "label"), [((-2, 0), "near"), ((2, 0), "far"), ((0, 3), "none")])
def test_a_fit_tells_the_clouds_that_it_was_fitted_to(
    point: tuple[float, float], label: str
) -> None:
    told = fitted(1.0).probabilities(np.array(point))
    assert max(told, key=lambda name: told[name]) == label
    assert told[label] > 0.8


def test_a_fit_gives_every_label_its_share_of_the_truth() -> None:
    # The intercepts are free, so at the optimum the mean probabilities are the shares.
    regression = fitted(1e6)
    told = regression.probabilities(np.array(regression.mean))
    assert told == pytest.approx(dict.fromkeys(LABELS, 1 / 3), abs=0.01)


def test_an_example_of_twice_the_importance_counts_twice() -> None:
    regression = fitted(1e6, importance=2.0)
    told = regression.probabilities(np.array(regression.mean))
    assert told == pytest.approx({"near": 0.5, "far": 0.25, "none": 0.25}, abs=0.01)
