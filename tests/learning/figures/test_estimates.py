"""Tests of intervals over films."""

from __future__ import annotations

import numpy as np
import pytest

from shotlog.learning.figures import Bootstrap, Estimate


def test_mean_of_equal_films_has_no_width() -> None:
    assert Bootstrap(4).mean([0.5] * 4) == Estimate(mean=0.5, low=0.5, high=0.5)


def test_figure_of_means_is_the_mean() -> None:
    values = np.array([0.1, 0.4, 0.35, 0.8, 0.2])
    bootstrap = Bootstrap(len(values))
    figure = bootstrap.figure(lambda films: float(values[films].mean()))
    assert figure.mean == pytest.approx(values.mean())
    assert figure.low == pytest.approx(bootstrap.mean(list(values)).low)


def test_interval_narrows_with_more_films() -> None:
    few = Bootstrap(4).mean([0.0, 1.0] * 2)
    many = Bootstrap(400).mean([0.0, 1.0] * 200)
    assert many.high - many.low < few.high - few.low
