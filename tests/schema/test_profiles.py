"""Tests of profiles: how they change the scores of analyzers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import EditorProfile, HeadCorrection, LabelCalibration, analyzer_key

SCORES = {"LS": 0.1, "MS": 0.6, "CS": 0.3}
shares = st.lists(st.floats(0.001, 1), min_size=2, max_size=6).map(
    lambda parts: {f"label{n}": part / sum(parts) for n, part in enumerate(parts)}
)


@given(shares)
def test_a_profile_of_zeros_changes_no_score(scores: dict[str, float]) -> None:
    assert LabelCalibration().of_one(scores) == pytest.approx(scores)
    assert LabelCalibration().of_each(scores) == pytest.approx(scores)


@given(shares, st.floats(0.2, 5), st.floats(-3, 3))
def test_probabilities_of_one_label_add_up_to_what_they_did(
    scores: dict[str, float], temperature: float, bias: float
) -> None:
    calibration = LabelCalibration(temperature=temperature, bias={"label0": bias})
    assert math.fsum(calibration.of_one(scores).values()) == pytest.approx(1)


def test_a_bias_multiplies_the_odds_of_its_label() -> None:
    changed = LabelCalibration(bias={"CS": math.log(3)}).of_one(SCORES)
    assert changed["CS"] / changed["MS"] == pytest.approx(3 * SCORES["CS"] / SCORES["MS"])
    assert changed["LS"] / changed["MS"] == pytest.approx(SCORES["LS"] / SCORES["MS"])


def test_a_temperature_above_one_makes_scores_more_even() -> None:
    changed = LabelCalibration(temperature=2).of_one(SCORES)
    assert changed["MS"] / changed["LS"] == pytest.approx(math.sqrt(6))


def test_labels_that_hold_by_themselves_are_changed_by_themselves() -> None:
    changed = LabelCalibration(bias={"pan_left": 1.0}).of_each({"pan_left": 0.5, "shake": 0.9})
    assert changed == pytest.approx({"pan_left": 1 / (1 + math.exp(-1)), "shake": 0.9})


@given(shares, st.floats(-5, 5))
def test_extreme_scores_stay_numbers(scores: dict[str, float], bias: float) -> None:
    extreme = {label: float(n == 0) for n, label in enumerate(scores)}
    calibration = LabelCalibration(temperature=0.01, bias={"label0": bias})
    for changed in (calibration.of_one(extreme), calibration.of_each(extreme)):
        assert all(0 <= share <= 1 for share in changed.values())


def head(weight: float) -> HeadCorrection:
    return HeadCorrection(
        analyzer="builtin.size/3",
        features=("head room",),
        mean=(0.5,),
        scale=(0.25,),
        bias={"MS": 0.0, "CS": 0.0},
        weights={"MS": (0.0,), "CS": (weight,)},
    )


def test_a_head_follows_its_feature() -> None:
    near = head(-1.0).apply(SCORES, [0.0])
    far = head(-1.0).apply(SCORES, [1.0])
    assert near["CS"] / near["MS"] == pytest.approx(0.5 * math.exp(2))
    assert far["CS"] / far["MS"] == pytest.approx(0.5 * math.exp(-2))


def test_a_head_of_zeros_changes_no_score() -> None:
    assert head(0.0).apply(SCORES, [0.7]) == pytest.approx(SCORES)


def test_a_head_with_a_weight_too_few_is_refused() -> None:
    with pytest.raises(ValidationError, match="one number for each feature"):
        HeadCorrection(
            analyzer="builtin.size/3", features=("a", "b"), mean=(0, 0), scale=(1, 1),
            bias={"MS": 0}, weights={"MS": (1.0,)},
        )  # fmt: skip


def test_the_id_of_a_profile_tells_its_content() -> None:
    one, same = EditorProfile(name="anna"), EditorProfile(name="anna")
    other = EditorProfile(name="anna", size=head(1.0))
    assert one.id == same.id != other.id
    assert one.id.startswith("anna@")


def test_a_calibration_holds_for_one_version_of_an_analyzer() -> None:
    calibration = LabelCalibration(temperature=2)
    key = analyzer_key("builtin.size", "3", None)
    profile = EditorProfile(name="anna", calibrations={key: calibration})
    assert profile.calibration("builtin.size", "3", None) == calibration
    assert profile.calibration("builtin.size", "4", None) is None
    assert profile.calibration("builtin.size", "3", "abc") is None
