"""Figures of rankings, against their definitions written out."""

from __future__ import annotations

import numpy as np
import pytest

from shotlog.learning.figures import ScoreRanking, auc, average_precision, ndcg

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
KEPT = np.array([True, False, True, False, False, True])


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    pairs = [(a > b) for a in SCORES[KEPT] for b in SCORES[~KEPT]]
    assert auc(SCORES, KEPT) == pytest.approx(np.mean(pairs))


def test_average_precision_is_the_mean_precision_at_every_hit() -> None:
    assert average_precision(SCORES, KEPT) == pytest.approx((1 / 1 + 2 / 3 + 3 / 6) / 3)


def test_ndcg_is_the_discounted_gain_over_that_of_the_best_order() -> None:
    gained = 1 / np.log2(2) + 1 / np.log2(4) + 1 / np.log2(7)
    best = 1 / np.log2(2) + 1 / np.log2(3) + 1 / np.log2(4)
    assert ndcg(SCORES, KEPT) == pytest.approx(gained / best)


def test_only_the_first_ten_count_in_ndcg() -> None:
    kept = np.arange(30) == 10
    assert ndcg(-np.arange(30.0), kept) == 0


def test_equal_scores_tell_nothing() -> None:
    equal = np.zeros(6)
    assert auc(equal, KEPT) == 0.5
    assert average_precision(equal, KEPT) == pytest.approx(0.5)
    many = np.arange(40) % 4 == 0
    assert ndcg(np.zeros(40), many) == pytest.approx(0.25)


def test_average_precision_of_a_sample_is_that_of_its_repeated_members() -> None:
    weights = np.array([2, 0, 1, 3, 1, 2])
    repeated = np.repeat(np.arange(6), weights)
    ranked = ScoreRanking(SCORES, KEPT).average_precision(weights.astype(np.float64))
    assert ranked == pytest.approx(average_precision(SCORES[repeated], KEPT[repeated]))


def test_a_sample_without_hits_has_no_average_precision() -> None:
    assert np.isnan(ScoreRanking(SCORES, KEPT).average_precision((~KEPT).astype(np.float64)))
