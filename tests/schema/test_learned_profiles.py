"""A profile moves scores by formulas that can be worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, floats, sampled_from
from pydantic import ValidationError

from shotlog.schema.learning import EditorProfile, HeadCorrection, LabelCalibration, analyzer_key

SCORES = {"LS": 0.1, "MS": 0.6, "CS": 0.3}
probabilities = dictionaries(sampled_from(["LS", "MS", "CS", "ECS"]), floats(1e-6, 1), min_size=1)


def head(
    bias: float = 0.0, weight: float = 0.0, analyzer: str = "builtin.size/3"
) -> HeadCorrection:
    return HeadCorrection(
        analyzer=analyzer,
        features=("room",),
        mean=(0.2,),
        scale=(0.1,),
        bias={"CS": bias},
        weights={"CS": (weight,)},
    )


def test_temperature_and_biases_of_labels_of_which_one_holds() -> None:
    told = LabelCalibration(temperature=2, bias={"CS": math.log(3)}).of_one(SCORES)
    odds = {"LS": math.sqrt(0.1), "MS": math.sqrt(0.6), "CS": 3 * math.sqrt(0.3)}
    assert told == pytest.approx({name: odd / sum(odds.values()) for name, odd in odds.items()})


def test_temperature_and_biases_of_labels_of_which_each_holds_or_not() -> None:
    told = LabelCalibration(temperature=2, bias={"pan_left": math.log(3)}).of_each(
        {"pan_left": 0.8, "zoom_in": 0.5}
    )
    assert told == pytest.approx({"pan_left": 6 / 7, "zoom_in": 0.5})  # odds 4 -> 2 -> 6


def test_head_moves_logits_by_features_in_units_of_their_spread() -> None:
    told = head(bias=math.log(2), weight=math.log(2)).apply(SCORES, [0.4])
    odds = {"LS": 0.1, "MS": 0.6, "CS": 0.3 * 8}  # one bias, and two spreads above the mean
    assert told == pytest.approx({name: odd / sum(odds.values()) for name, odd in odds.items()})


@given(probabilities)
def test_zeros_change_nothing_and_no_correction_changes_the_sum(scores: dict[str, float]) -> None:
    assert LabelCalibration().of_one(scores) == pytest.approx(scores)
    assert LabelCalibration().of_each(scores) == pytest.approx(scores, abs=1e-5)
    assert head().apply(scores, [7.0]) == pytest.approx(scores)
    moved = LabelCalibration(temperature=0.5, bias={"CS": 2}).of_one(scores)
    assert sum(moved.values()) == pytest.approx(sum(scores.values()))


def test_profile_names_the_analyzers_that_it_corrects() -> None:
    model = analyzer_key("movieshots.size", "1", "0123456789ab")
    profile = EditorProfile(
        name="anna",
        calibrations={model: LabelCalibration()},
        size=head(),
        move=head(analyzer="builtin.move/2"),
    )
    assert profile.analyzers == {model, "builtin.size/3", "builtin.move/2"}
    assert profile.calibration("movieshots.size", "1", "0123456789ab") == LabelCalibration()
    assert profile.calibration("movieshots.size", "1", "another") is None


def test_id_is_that_of_the_content() -> None:
    profile = EditorProfile(name="anna", size=head())
    assert profile.id == EditorProfile.model_validate_json(profile.model_dump_json()).id
    assert profile.id.startswith("anna@")
    assert profile.id != EditorProfile(name="anna", size=head(bias=1e-9)).id


@pytest.mark.parametrize(
    "wrong",
    [{"weights": {"CS": (1.0, 2.0)}}, {"mean": ()}, {"weights": {"MS": (1.0,)}}, {"scale": (0.0,)}],
)
def test_numbers_that_do_not_fit_the_features_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HeadCorrection.model_validate({**head().model_dump(), **wrong})
