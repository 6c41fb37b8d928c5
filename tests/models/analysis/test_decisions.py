"""Decisions from scores."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shotlog.models.analysis import (
    DEFAULT_RULES,
    EXPECTED_SCALE,
    MOTION_SCORES,
    DecisionRules,
    apply_hysteresis,
    decide_label,
    decide_motion,
    decide_moves,
    decide_size,
)
from shotlog.schema import MOTIONS, MOVEMENTS, MOVES, UNDEFINED, Claim, TimeRange

Table = npt.NDArray[np.float64]

SHOT = TimeRange(start=Fraction(10), duration=Fraction(6))
LABELS = ("static", "pan_left", "shake", "pan_right", "undefined")


def table(*rows: tuple[float, ...]) -> Table:
    return np.array(rows, dtype=np.float64)


def even(count: int, shot: TimeRange = SHOT) -> list[TimeRange]:
    step = shot.duration / count
    return [TimeRange(start=shot.start + n * step, duration=step) for n in range(count)]


def said(scores: Table, labels: tuple[str, ...] = LABELS) -> list[tuple[str, int, int]]:
    """Return the moves of six seconds in even windows: label, first second, last second."""
    claims = decide_moves(labels, scores, even(len(scores)), SHOT)
    return [(c.label, int(c.range.start - 10), int(c.range.end - 10)) for c in claims]


class TestSize:
    def test_the_likeliest_size_is_named_for_any_order_of_the_labels(self) -> None:
        labels = ("LS", "MS", "ECS", "FS", "CS")
        claim = decide_size(labels, table((0.1, 0.6, 0.0, 0.2, 0.1)), SHOT)
        assert (claim.label, claim.confidence, claim.range) == ("MS", 0.6, SHOT)

    def test_the_expected_scale_counts_from_the_closest_to_the_widest(self) -> None:
        labels = ("LS", "MS", "ECS", "FS", "CS")
        claim = decide_size(labels, table((0.1, 0.6, 0.0, 0.2, 0.1)), SHOT)
        assert claim.scores[EXPECTED_SCALE] == pytest.approx(0.1 * 5 + 0.6 * 3 + 0.2 * 4 + 0.1 * 2)
        assert claim.reasons == ("3.3 on the scale from 1 (ECS) to 5 (LS)",)

    @pytest.mark.parametrize(("name", "step"), [("ECS", 1.0), ("CS", 2.0), ("LS", 5.0)])
    def test_a_certain_size_stands_on_its_own_step(self, name: str, step: float) -> None:
        labels = ("ECS", "CS", "MS", "FS", "LS", "undefined")
        scores = table(tuple(float(label == name) for label in labels))
        assert decide_size(labels, scores, SHOT).scores[EXPECTED_SCALE] == step

    def test_an_unsure_size_is_undefined_and_names_the_two_likeliest(self) -> None:
        labels = ("ECS", "CS", "MS", "FS", "LS")
        claim = decide_size(labels, table((0.0, 0.0, 0.45, 0.4, 0.15)), SHOT)
        assert (claim.label, claim.confidence) == (UNDEFINED, 0.55)
        assert claim.reasons[0] == "between Medium Shot and Full Shot"
        assert claim.scores["FS"] == 0.4

    def test_all_windows_weigh_the_same(self) -> None:
        claim = decide_size(("CS", "LS"), table((1.0, 0.0), (0.4, 0.6)), SHOT)
        assert (claim.label, claim.scores["CS"]) == ("CS", 0.7)


def test_a_movement_may_abstain() -> None:
    labels = ("Static", "Motion", "Pull", "Push")
    claim = decide_label(MOVEMENTS, labels, table((0.3, 0.4, 0.2, 0.1)), SHOT)
    assert (claim.label, claim.reasons) == (UNDEFINED, ("between Motion and Static",))
    assert decide_label(MOVEMENTS, labels, table((0.1, 0.2, 0.1, 0.6)), SHOT).label == "Push"


class TestMoves:
    def test_neighbouring_windows_with_one_label_are_one_span(self) -> None:
        scores = table((0.9, 0, 0, 0, 0), (0.8, 0, 0, 0, 0), (0, 0.9, 0, 0, 0))
        assert said(scores) == [("static", 0, 4), ("pan_left", 4, 6)]

    def test_labels_that_hold_together_have_one_claim_each_over_one_range(self) -> None:
        scores = table((0, 0.9, 0.1, 0, 0), (0, 0.9, 0.6, 0, 0))
        assert said(scores) == [("pan_left", 0, 3), ("pan_left", 3, 6), ("shake", 3, 6)]

    def test_a_move_continues_while_its_score_exceeds_the_lower_threshold(self) -> None:
        scores = table((0, 0.4, 0, 0, 0), (0, 0.9, 0, 0, 0), (0, 0.4, 0, 0, 0))
        assert said(scores) == [("pan_left", 0, 6)]
        (claim,) = decide_moves(LABELS, scores, even(3), SHOT)
        assert claim.confidence == pytest.approx(1.7 / 3, abs=1e-4)

    def test_a_move_that_never_reaches_the_upper_threshold_is_not_named(self) -> None:
        (claim,) = decide_moves(LABELS, table((0, 0.4, 0, 0, 0), (0, 0.49, 0, 0, 0)), even(2), SHOT)
        assert (claim.label, claim.reasons) == (UNDEFINED, ("no move is 50 % sure",))

    def test_the_models_own_undefined_counts_only_where_nothing_else_holds(self) -> None:
        scores = table((0, 0, 0.7, 0, 0.9), (0, 0, 0.1, 0, 0.9))
        claims = decide_moves(LABELS, scores, even(2), SHOT)
        assert [claim.label for claim in claims] == ["shake", UNDEFINED]
        assert claims[1].reasons == ("the model calls it undefined",)

    def test_static_ends_where_a_pan_begins(self) -> None:
        scores = table((0.9, 0.1, 0, 0, 0), (0.4, 0.9, 0, 0, 0), (0.1, 0.4, 0, 0.8, 0))
        assert said(scores) == [("static", 0, 2), ("pan_left", 2, 4), ("pan_right", 4, 6)]

    def test_certain_labels_are_named_even_if_they_contradict_each_other(self) -> None:
        assert said(table((0.8, 0.9, 0, 0, 0))) == [("pan_left", 0, 6), ("static", 0, 6)]

    def test_overlapping_windows_are_divided_at_the_middle_of_the_overlap(self) -> None:
        windows = [
            TimeRange.between(Fraction(a), Fraction(b)) for a, b in ((10, 12), (11, 13), (13, 16))
        ]
        scores = table((0.9, 0, 0, 0, 0), (0, 0.9, 0, 0, 0), (0, 0, 0.9, 0, 0))
        claims = decide_moves(LABELS, scores, windows, SHOT)
        assert [c.range.start for c in claims] == [10, Fraction(23, 2), 13]

    def test_windows_without_scores_are_refused(self) -> None:
        with pytest.raises(ValueError, match="1 rows of scores for 2 windows"):
            decide_moves(LABELS, table((0.9, 0, 0, 0, 0)), even(2), SHOT)

    def test_frames_of_a_dissolve_belong_to_the_move_beside_them(self) -> None:
        core = TimeRange(start=Fraction(11), duration=Fraction(4))
        (claim,) = decide_moves(LABELS, table((0.9, 0, 0, 0, 0)), [core], SHOT)
        assert claim.range == SHOT


def score_tables() -> st.SearchStrategy[Table]:
    """Windows by labels; many scores at and around the two thresholds."""
    marks = st.sampled_from([0.0, 0.34, DEFAULT_RULES.off, 0.4, 0.49, DEFAULT_RULES.on, 0.9, 1.0])
    shapes = st.tuples(st.integers(1, 9), st.just(len(LABELS)))
    return arrays.arrays(np.float64, shapes, elements=st.one_of(marks, st.floats(0, 1)))


def by_span(claims: list[Claim]) -> dict[TimeRange, set[str]]:
    spans: dict[TimeRange, set[str]] = {}
    for claim in claims:
        spans.setdefault(claim.range, set()).add(claim.label)
    return spans


@given(score_tables())
def test_spans_cover_the_shot_without_gap_or_overlap(scores: Table) -> None:
    found = list(by_span(decide_moves(LABELS, scores, even(len(scores)), SHOT)))
    assert (found[0].start, found[-1].end) == (SHOT.start, SHOT.end)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(span.duration > 0 for span in found)


@given(score_tables())
def test_neighbouring_spans_differ_and_an_abstention_stands_alone(scores: Table) -> None:
    found = list(by_span(decide_moves(LABELS, scores, even(len(scores)), SHOT)).values())
    assert all(before != after for before, after in pairwise(found))
    assert all(labels == {UNDEFINED} for labels in found if UNDEFINED in labels)


@given(score_tables())
def test_deciding_again_on_the_spans_changes_nothing(scores: Table) -> None:
    windows = even(len(scores))
    first = by_span(decide_moves(LABELS, scores, windows, SHOT))
    sure = np.array([[float(n in found) for n in LABELS] for found in first.values()])
    again = by_span(decide_moves(LABELS, sure, list(first), SHOT))
    assert again == first


@given(score_tables())
def test_a_film_that_runs_backwards_has_the_same_spans(scores: Table) -> None:
    windows = even(len(scores))
    forwards = list(by_span(decide_moves(LABELS, scores, windows, SHOT)).items())
    backwards = list(by_span(decide_moves(LABELS, scores[::-1], windows, SHOT)).items())
    turned = [
        (TimeRange(start=SHOT.start + SHOT.end - span.end, duration=span.duration), labels)
        for span, labels in reversed(backwards)
    ]
    assert turned == forwards


@given(score_tables(), st.floats(0, 1), st.floats(0, 1))
def test_hysteresis_holds_all_that_is_certain_and_nothing_below_both(
    scores: Table, on: float, off: float
) -> None:
    holds = apply_hysteresis(scores, on, off)
    assert holds[scores >= on].all()
    assert not holds[scores < min(on, off)].any()


@given(score_tables(), st.floats(0, 1))
def test_one_threshold_is_no_hysteresis(scores: Table, on: float) -> None:
    assert (apply_hysteresis(scores, on, on) == (scores >= on)).all()


def motion(amounts: tuple[float, ...], rules: DecisionRules = DEFAULT_RULES) -> Claim:
    return decide_motion(MOTION_SCORES, table(amounts), SHOT, rules)


@pytest.mark.parametrize(
    ("amounts", "label"),
    [
        ((0.4, 0.4, 0.9), "static"),
        ((0.5, 0.4, 0.9), "moving"),
        ((0.4, 0.4, 1.0), "moving"),
        ((0.4, 0.4, 1.1), "slideshow"),
        ((2.9, 0.4, 1.1), "slideshow"),
        ((2.6, 0.6, 2.6), "chaotic"),
        ((2.6, 0.4, 2.6), "chaotic"),
        ((2.5, 0.6, 2.6), "moving"),
        ((1.5, 1.5, 1.5), "moving"),
        ((-3.0, -0.1, 0.2), "static"),
        ((9.0, 2.0, 7.0), "chaotic"),
    ],
)
def test_motion_is_sorted_by_its_three_scores(
    amounts: tuple[float, float, float], label: str
) -> None:
    assert motion(amounts).label == label


def test_motion_scores_are_clamped_to_their_scale() -> None:
    claim = motion((9.0, -1.0, 2.75))
    told = {"motion.camera": 3.0, "motion.object": 0.0, "motion.dynamics": 2.75}
    assert claim.scores == told
    assert claim.reasons == ("camera 3.0, object 0.0, dynamics 2.8, each of 3",)


def test_the_thresholds_of_motion_are_options() -> None:
    assert motion((0.7, 0.7, 0.5)).label == "moving"
    assert motion((0.7, 0.7, 0.5), DecisionRules(still=1.0)).label == "static"


@given(st.tuples(*[st.floats(-1, 4)] * 3))
def test_confidence_in_motion_grows_with_the_distance_to_another_label(
    amounts: tuple[float, float, float],
) -> None:
    claim = motion(amounts)
    assert claim.label in MOTIONS
    assert 0.5 <= claim.confidence <= 1
    clear = claim.confidence - 0.5 - 1e-3
    for shift in np.array(np.meshgrid(*[(-1, 0, 1)] * 3)).reshape(3, -1).T * max(clear, 0):
        assert motion(tuple(np.clip(amounts, 0, 3) + shift)).label == claim.label


def test_every_move_that_holds_is_a_move() -> None:
    everything = table(tuple(1.0 for _ in MOVES.names))
    claims = decide_moves(MOVES.names, everything, [SHOT], SHOT)
    assert [claim.label for claim in claims] == [n for n in MOVES.names if n != UNDEFINED]
