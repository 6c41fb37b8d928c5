"""Figures of models, against values that were worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.learning.assessment import ClipScores, assess, compare
from shotlog.schema import ScoresUnusable
from tests.learning.assessment.made_scores import SIZES, of_moves, of_sizes

PERFECT = of_sizes([(name, {name: 1.0}) for name in SIZES * 8])
CONSTANT = of_sizes([(name, {"MS": 1.0}) for name in ("MS", "MS", "CS", "LS") * 6])


def test_a_perfect_model_has_perfect_figures() -> None:
    found = assess(PERFECT)
    assert found.accuracy.mean == found.macro_f1.mean == found.mean_ap.mean == 1
    assert found.accuracy.low == found.accuracy.high == 1
    assert (found.quality.ece, found.quality.brier) == (0, 0)
    assert found.confusion == ((8, 0, 0, 0), (0, 8, 0, 0), (0, 0, 8, 0))


def test_a_constant_model_is_no_better_than_the_majority() -> None:
    found = assess(CONSTANT)
    assert found.accuracy.mean == found.majority.accuracy == 0.5
    # F1 of MS is 2 * 12 / (24 + 12); those of the others are 0.
    assert found.macro_f1.mean == found.majority.macro_f1 == pytest.approx(2 / 9)
    # Equal scores rank nothing: the precision is the share of each size.
    assert found.mean_ap.mean == found.majority.mean_ap == pytest.approx((0.5 + 0.25 + 0.25) / 3)


def test_a_random_model_is_as_good_as_chance() -> None:
    rng = np.random.default_rng(1)
    guesses = rng.dirichlet((1, 1, 1), 900)
    rows = [
        (SIZES[number % 3], dict(zip(SIZES, guess, strict=True)))
        for number, guess in enumerate(guesses)
    ]
    found = assess(of_sizes(rows, films=30))
    assert found.random.accuracy == pytest.approx(1 / 3, abs=0.01)
    for figure, chance in (
        (found.accuracy, found.random.accuracy),
        (found.macro_f1, found.random.macro_f1),
        (found.mean_ap, found.random.mean_ap),
    ):
        assert figure.low < chance < figure.high


def test_figures_of_a_label_are_those_of_its_counts() -> None:
    rows = [("CS", {"CS": 0.9, "MS": 0.1}), ("CS", {"MS": 0.8, "CS": 0.2}), ("MS", {"CS": 0.6})]
    cs, ms, ls = assess(of_sizes(rows)).labels
    assert (cs.clips, cs.named, cs.precision, cs.recall, cs.f1) == (2, 2, 0.5, 0.5, 0.5)
    assert (ms.clips, ms.precision, ms.recall, ms.f1) == (1, 0, 0, 0)
    # Ranked by the score of CS: a hit, a miss, a hit.
    assert cs.average_precision == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert (ls.clips, ls.recall, ls.f1, ls.average_precision) == (0, None, None, None)


def test_a_size_that_no_clip_shows_does_not_count() -> None:
    found = assess(of_sizes([("CS", {"CS": 1.0}), ("MS", {"MS": 1.0})]))
    assert found.macro_f1.mean == found.mean_ap.mean == 1
    assert found.notes == ("no clip shows LS: they do not count in the means",)


def test_one_film_tells_nothing_of_others() -> None:
    found = assess(of_sizes([("CS", {"CS": 1.0}), ("MS", {"CS": 1.0}), ("LS", {})], films=1))
    assert found.accuracy.low == found.accuracy.mean == found.accuracy.high
    assert "of one film" in found.notes[-1]


def test_an_unsure_answer_is_an_abstention_and_still_an_answer() -> None:
    rows = [("CS", {"CS": 0.4, "MS": 0.3, "LS": 0.3}), ("MS", {"MS": 0.9, "CS": 0.1})]
    found = assess(of_sizes(rows))
    assert (found.abstained, found.accuracy_answered, found.accuracy.mean) == (1, 1.0, 1.0)


def test_undefined_names_nothing() -> None:
    scores = replace(
        of_sizes([("CS", {"CS": 0.2}), ("MS", {"MS": 1.0})]),
        labels=("CS", "MS", "undefined"),
    )
    scores.scores[0, 2] = 0.8
    found = assess(scores)
    assert (found.accuracy.mean, found.abstained, found.accuracy_answered) == (0.5, 1, 1.0)
    assert found.columns == ("CS", "MS", "undefined")
    assert found.confusion == ((0, 0, 1), (0, 1, 0))


def test_confidences_are_compared_with_what_was_right() -> None:
    rows = [("CS", {"CS": 0.75, "MS": 0.25})] * 3 + [("MS", {"CS": 0.75, "MS": 0.25})]
    found = assess(of_sizes(rows))
    assert found.quality.ece == pytest.approx(0)
    full = [one for one in found.reliability if one.count]
    assert [(one.low, one.count, one.confidence, one.right) for one in full] == [
        (0.7, 4, 0.75, 0.75)
    ]


class TestSeveralLabelsAtOnce:
    def test_labels_hold_from_the_threshold_on(self) -> None:
        scores = of_moves(("pan_left", "shake"), [(0.6, 0.5), (0.4, 0.2)], [(1, 1), (1, 0)])
        found = assess(scores)
        assert (found.accuracy.mean, found.abstained, found.accuracy_answered) == (0.5, 1, 1.0)
        lower = assess(replace(scores, threshold=0.3))
        assert (lower.accuracy.mean, lower.abstained) == (1.0, 0)

    def test_a_second_label_that_holds_is_no_confusion_of_the_first(self) -> None:
        scores = of_moves(("pan_left", "shake", "track"), [(0.9, 0.8, 0.7)], [(1, 1, 0)])
        assert assess(scores).confusion == ((1, 0, 1, 0), (0, 1, 1, 0), (0, 0, 0, 0))

    def test_unknown_labels_are_neither_right_nor_wrong(self) -> None:
        known = np.array([[True, False], [True, True], [False, True]])
        scores = of_moves(
            ("dolly_in", "zoom_in"),
            [(0.9, 0.9), (0.1, 0.8), (0.8, 0.7)],
            [(1, 0), (0, 1), (0, 0)],
            known,
        )
        found = assess(scores)
        dolly, zoom = found.labels
        assert (dolly.known, dolly.named, dolly.average_precision) == (2, 1, 1)
        assert (zoom.known, zoom.named, zoom.precision, zoom.average_precision) == (2, 2, 0.5, 1)
        assert found.accuracy.mean == pytest.approx(2 / 3)


def test_two_models_are_compared_on_the_clips_of_both() -> None:
    better = of_sizes([(name, {name: 1.0}) for name in SIZES * 8])
    worse = of_sizes([(name, {"MS": 1.0}) for name in SIZES * 8]).of(PERFECT.clips[3:])
    found = compare(better, worse)
    assert (found.clips, found.films) == (21, 4)
    assert found.accuracy.mean == pytest.approx(2 / 3)
    assert found.accuracy.low > 0


def test_a_model_does_not_differ_from_itself() -> None:
    found = compare(CONSTANT, CONSTANT)
    assert found.accuracy.low == found.accuracy.high == found.macro_f1.high == 0


@settings(max_examples=6, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 1000))
def test_figures_do_not_depend_on_the_order_of_clips(order: object, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = of_moves(
        ("pan_left", "static", "shake"),
        rng.random((12, 3)).round(1),
        rng.random((12, 3)) < 0.4,
        rng.random((12, 3)) < 0.8,
    )
    shuffled = list(scores.clips)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert assess(scores.of(shuffled)) == assess(scores)


def _with_nan() -> ClipScores:
    scores = CONSTANT.scores.copy()
    scores[2, 1] = np.nan
    return replace(CONSTANT, scores=scores)


def test_a_score_that_is_no_number_is_refused_by_its_clip() -> None:
    with pytest.raises(ScoresUnusable, match="clip002"):
        _with_nan()


def test_a_clip_that_comes_twice_is_refused() -> None:
    with pytest.raises(ScoresUnusable, match="two clips"):
        CONSTANT.of(["clip001", "clip001"])


def test_nothing_cannot_be_assessed() -> None:
    with pytest.raises(ScoresUnusable, match="no clip"):
        PERFECT.of([])


def test_sizes_exclude_another() -> None:
    with pytest.raises(ScoresUnusable, match="exactly one label"):
        replace(PERFECT, truth=np.ones_like(PERFECT.truth))


def test_models_without_a_common_clip_cannot_be_compared() -> None:
    with pytest.raises(ScoresUnusable, match="in common"):
        compare(PERFECT.of(["clip000"]), PERFECT.of(["clip001"]))
