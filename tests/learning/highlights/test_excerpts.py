"""Excerpts in a film, found by their loudness."""

from __future__ import annotations

import numpy as np

from shotlog.learning.highlights import PER_SECOND, find_excerpt

RATE = int(PER_SECOND)


def film(seconds: int = 300, seed: int = 0) -> np.ndarray:
    """Loudness that wanders, as that of scenes does."""
    steps = np.random.default_rng(seed).normal(0, 1.5, seconds * RATE)
    return np.asarray(-30 + np.convolve(steps, np.exp(-np.arange(40) / 10), mode="same"))


def test_an_excerpt_is_found_at_its_second() -> None:
    assert find_excerpt(film(), film()[112 * RATE : 142 * RATE]) == 112


def test_it_may_be_softer_and_a_little_noisy() -> None:
    noise = np.random.default_rng(1).normal(0, 0.5, 30 * RATE)
    assert find_excerpt(film(), film()[50 * RATE : 80 * RATE] - 6 + noise) == 50


def test_the_whole_film_is_an_excerpt_of_itself() -> None:
    assert find_excerpt(film(), film()) == 0


def test_an_excerpt_of_another_film_is_not_found() -> None:
    assert find_excerpt(film(), film(seed=1)[112 * RATE : 142 * RATE]) is None


def test_silence_is_not_found_in_silence() -> None:
    silence = np.full(300 * RATE, -70.0)
    assert find_excerpt(silence, silence[: 30 * RATE]) is None


def test_a_few_seconds_are_too_few() -> None:
    assert find_excerpt(film(), film()[112 * RATE : 120 * RATE]) is None


def test_an_excerpt_is_not_longer_than_its_film() -> None:
    assert find_excerpt(film(60), film(120)) is None
