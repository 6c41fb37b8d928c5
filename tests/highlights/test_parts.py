"""The arithmetic under the highlights, against plain oracles."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.analyzers.clock import STEP, EditClock
from shotlog.analyzers.sound import LoudnessMeasure
from shotlog.highlights import (
    SelectionLimits,
    combine,
    local_median,
    noise_threshold,
    novelty,
    rise,
    select_moments,
    smooth,
    z_scores,
)
from tests.analyzers.edits import Event, Footage, Piece, edit_of

CHOICE = SelectionLimits(5, Fraction(4), Fraction(15))


def test_novelty_is_the_checkerboard_sum_over_the_self_similarity_matrix() -> None:
    """Foote (2000), equation 5, written out."""
    z, half = np.random.default_rng(0).normal(size=(60, 3)), 6
    position = np.arange(-half, half + 1)
    side = np.sign(position) * np.exp(-0.5 * (2 * position / half) ** 2)
    checkerboard = np.outer(side, side) / (np.abs(side).sum() / 2) ** 2
    similarity = z @ z.T
    for at in range(half, 60 - half):
        part = similarity[at - half : at + half + 1, at - half : at + half + 1]
        expected = np.sqrt((checkerboard * part).sum() / 3)
        assert novelty(z, half)[at] == pytest.approx(expected)


def test_novelty_peaks_where_one_thing_gives_way_to_another() -> None:
    z = np.zeros((80, 2))
    z[40:, 0] = 3
    found = novelty(z, 8)
    assert int(found.argmax()) in (39, 40)
    assert found[:30].max() == pytest.approx(0)


def test_z_scores_of_normal_noise_have_unit_spread() -> None:
    z = z_scores(np.random.default_rng(0).normal(5, 3, 10_000), 0.1)
    assert float(np.median(z)) == pytest.approx(0, abs=0.05)
    assert float(z.std()) == pytest.approx(1, abs=0.05)


def test_differences_too_small_to_notice_are_no_news() -> None:
    assert np.abs(z_scores(np.linspace(0, 0.01, 50), 1.0)).max() < 0.01


def test_what_is_rare_is_measured_by_its_mean_deviation() -> None:
    """One step in five is on: the median deviation is 0, and yet 'on' is no wonder."""
    z = z_scores(np.tile([0.0, 0, 0, 0, 1], 20), 0.1)
    assert z.max() == pytest.approx(1 / (1.2533 * 0.2))


@given(st.lists(st.one_of(st.floats(-100, 100), st.just(float("nan"))), max_size=60))
def test_unknown_stays_unknown_and_known_stays_known(values: list[float]) -> None:
    series = np.array(values, dtype=np.float64)
    known = np.isfinite(series)
    assert (np.isfinite(smooth(series, 2.0)) == known).all()
    assert np.isfinite(local_median(series, 9))[known].all()
    z = z_scores(series, 1.0)
    assert not np.isfinite(z)[~known].any()
    if known.sum() >= 8:
        assert np.isfinite(z)[known].all()


def test_smoothing_leaves_a_constant_alone_beside_the_unknown() -> None:
    series = np.array([np.nan, 3, 3, np.nan, 3, 3, 3])
    assert smooth(series, 2.0)[~np.isnan(series)] == pytest.approx(3)


def test_a_rise_needs_both_sides_and_is_unknown_without_one() -> None:
    found = rise(np.array([0.0, 0, 0, 6, 6, 6]), before=2, after=2)
    assert found[2:5] == pytest.approx([3, 6, 3])
    assert np.isnan(found[[0, 1, 5]]).all()


def test_fewer_known_features_spread_as_much_as_many() -> None:
    rng = np.random.default_rng(0)
    z, weights = rng.normal(size=(20_000, 4)), np.array([1, 0.5, 0.5, 1])
    some = z.copy()
    some[:, 1:] = np.nan
    assert combine(z, weights).std() == pytest.approx(1, abs=0.03)
    assert combine(some, weights).std() == pytest.approx(1, abs=0.03)
    assert np.isnan(combine(np.full((3, 4), np.nan), weights)).all()


def bumps(length: int, *at: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    step = np.arange(length)
    return sum(
        (5 * np.exp(-0.5 * ((step - middle) / 6) ** 2) for middle in at), start=np.zeros(length)
    )


def quiet(length: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.zeros(length)


def test_of_equal_peaks_the_earlier_comes_first() -> None:
    found = select_moments(bumps(400, 100, 200, 300), quiet(400), [], Fraction(100), CHOICE)
    assert [moment.peak for moment in found] == [100, 200, 300]
    assert len({moment.height for moment in found}) == 1


def test_the_bar_rises_with_the_length_of_the_timeline() -> None:
    heights = [noise_threshold(seconds * 4, Fraction(4)) for seconds in (12, 60, 600, 7200)]
    assert heights == sorted(heights)
    assert heights[0] > 0.7


def test_a_peak_with_no_room_beside_the_unknown_is_let_go() -> None:
    excitement = np.zeros(200)
    excitement[95:106] = 5
    excitement[[94, 106]] = np.nan
    assert select_moments(excitement, quiet(200), [], Fraction(50), CHOICE) == []


def test_an_end_moves_to_a_cut_near_by_but_never_away_from_the_peak() -> None:
    excitement, end = bumps(400, 200), Fraction(100)
    (plain,) = select_moments(excitement, quiet(400), [], end, CHOICE)
    near, far = plain.range.start - Fraction(7, 10), plain.range.start - 3
    (snapped,) = select_moments(excitement, quiet(400), [far, near], end, CHOICE)
    assert snapped.range.start == near
    assert snapped.range.end == plain.range.end


def test_a_long_plateau_is_capped_at_the_longest_length() -> None:
    excitement = np.zeros(800)
    excitement[300:500] = 5
    found = select_moments(excitement, quiet(800), [], Fraction(200), CHOICE)
    assert all(moment.range.duration <= 15 for moment in found)


@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.fractions(0, 60, max_denominator=1001), max_size=12),
)
@settings(max_examples=60)
def test_moments_are_disjoint_and_inside_for_any_input(seed: int, cuts: list[Fraction]) -> None:
    rng = np.random.default_rng(seed)
    excitement = smooth(rng.normal(0, 4, 240), 3.0)
    excitement[rng.random(240) < 0.02] = np.nan
    speech = (rng.random(240) < 0.5).astype(np.float64)
    found = select_moments(excitement, speech, sorted(cuts), Fraction(60), CHOICE)
    ranges = sorted((moment.range.start, moment.range.end) for moment in found)
    assert all(0 <= a < b <= 60 and 4 <= b - a <= 15 for a, b in ranges)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))
    for moment in found:
        assert moment.range.start <= moment.peak * STEP < moment.range.end


def test_cuts_are_exact_and_gaps_are_none() -> None:
    footage, third = Footage(20), Fraction(1001, 3)
    frame = Fraction(1001, 24000)
    pieces = [
        Piece(footage, Fraction(0), 100 * frame),
        Piece(footage, 100 * frame, 111 * frame, third / 100),
        Piece(footage, 300 * frame, 100 * frame),
    ]
    assert EditClock.of(edit_of(pieces)).cuts() == [100 * frame]


def test_a_nested_clip_is_hidden_by_a_later_track_of_its_own_stack() -> None:
    footage = Footage(20)
    below = Piece(footage, Fraction(0), Fraction(10))
    above = Piece(footage, Fraction(4), Fraction(3), layer=1)
    clock = EditClock.of(edit_of([above, below]))
    seen = [clock.shots[owner].clip.id for owner in clock.owner]
    assert seen == ["V1/1"] * 16 + ["V2/0"] * 12 + ["V1/1"] * 12
    assert clock.cuts() == [4, 7]


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(2), Fraction(1, 3), Fraction(-1)])
def test_a_step_holds_the_mean_of_what_is_shown_during_it(speed: Fraction) -> None:
    footage = Footage(30, [Event(5, 10, loudness=20)])
    start = Fraction(20) if speed < 0 else Fraction(2)
    view = edit_of([Piece(footage, Fraction(1), Fraction(6), start, speed)])
    clock = EditClock.of(view)
    column = LoudnessMeasure.columns.index("loudness")
    found = clock.read(LoudnessMeasure, 1, lambda series, _: series.values[:, [column]] * 1.0)
    series = view.shots[0].series[LoudnessMeasure.name]
    middle = (series.first + series.last) / 2 / 16_000
    assert np.isnan(found[:4, 0]).all()
    for step in range(4, 28):
        a, b = (float(start + (Fraction(n) * STEP - 1) * speed) for n in (step, step + 1))
        inside = (middle >= min(a, b)) & (middle < max(a, b))
        if inside.any():
            assert found[step, 0] == pytest.approx(series.values[inside, column].mean(), rel=1e-5)
        else:
            nearest = int(np.abs(middle - (a + b) / 2).argmin())
            assert found[step, 0] == pytest.approx(series.values[nearest, column])
