"""``ensemble_weights.json``: its eight keys, ours under ``x_``, and errors that name one."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from shotlog.schema import (
    ASPECTS,
    PRESETS,
    EnsembleWeights,
    PassageOptions,
    ScoreCalibration,
    WeightsUnusable,
)

PUBLISHED = {
    "viral_weight": 0.5,
    "compelling_weight": 0.5,
    "min_duration": 60,
    "max_duration": 120,
    "top_n_clips": 5,
    "instagram_format": "reels",
    "enable_face_detection": True,
    "genre_specific": True,
}
DRAMA = {"bias": -1.0, "temperature": 2.0, "clips": 50}
HORROR = {"bias": 0.5, "temperature": 1.0, "clips": 49}
ALL = {"bias": 0.0, "temperature": 1.5, "clips": 400}
HEURISTIC = ("heuristic",)


def content(**more: object) -> bytes:
    return json.dumps(PUBLISHED | more).encode()


def parse(text: bytes) -> EnsembleWeights:
    return EnsembleWeights.parse(text, "ensemble_weights.json")


def test_the_defaults_are_the_published_ones_to_the_type() -> None:
    text = EnsembleWeights().encode().decode()
    assert json.loads(text) == PUBLISHED
    assert list(json.loads(text)) == list(PUBLISHED)
    assert '"min_duration": 60,' in text
    assert EnsembleWeights().passages() == PassageOptions()


def test_a_file_comes_back_as_it_was_with_keys_of_others() -> None:
    more = {"x_genres": {"Drama": DRAMA}, "x_all_genres": ALL, "x_trained_by": {"note": [1, 2]}}
    kept = parse(content(viral_weight=0.25, min_duration=62.5, **more))
    assert json.loads(kept.encode()) == PUBLISHED | more | {
        "viral_weight": 0.25,
        "min_duration": 62.5,
    }
    assert kept.passages().min_duration == Fraction(125, 2)


def test_a_key_that_is_left_out_has_its_default() -> None:
    assert parse(b'{"viral_weight": 1}') == EnsembleWeights(viral_weight=1)


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"viral_wieght": 0.5}, "there is no key 'viral_wieght'; the keys are viral_weight"),
        ({"viral_weight": "0.5"}, "viral_weight: Input should be a valid number"),
        ({"viral_weight": True}, "viral_weight: Input should be a valid number"),
        ({"viral_weight": -0.1}, "viral_weight: Input should be greater than or equal to 0"),
        (
            {"viral_weight": 0, "compelling_weight": 0.0},
            "viral_weight and compelling_weight are both 0",
        ),
        ({"compelling_weight": float("nan")}, "compelling_weight"),
        ({"min_duration": 0}, "min_duration"),
        ({"min_duration": 130}, r"min_duration (130) is above max_duration (120)"),
        ({"top_n_clips": 2.5}, "top_n_clips"),
        ({"top_n_clips": 0}, "top_n_clips"),
        ({"instagram_format": "story"}, "instagram_format"),
        ({"enable_face_detection": "yes"}, "enable_face_detection"),
        ({"genre_specific": 1}, "genre_specific"),
        ({"x_genres": {"Drama": {"bias": 1}}}, "x_genres.Drama.temperature"),
        ({"x_genres": {"Drama": DRAMA | {"temperature": 0}}}, "x_genres.Drama.temperature"),
    ],
)
def test_a_wrong_key_or_value_is_an_error_that_names_it(more: dict[str, object], part: str) -> None:
    with pytest.raises(WeightsUnusable) as caught:
        parse(content(**more))
    assert part in str(caught.value)
    assert "ensemble_weights.json" in str(caught.value)
    assert "docs/highlights.md" in caught.value.problem.hint


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"7", b'{"viral_weight": 1, "viral_weight": 2}', b"\xff\xfe{}"]
)
def test_what_is_no_such_file_is_an_error(text: bytes) -> None:
    with pytest.raises(WeightsUnusable):
        parse(text)


def test_every_preset_sets_known_keys_and_its_weights_sum_to_one() -> None:
    for preset in PRESETS.values():
        weights = EnsembleWeights().changed(preset, "preset")
        assert weights.viral_weight + weights.compelling_weight == pytest.approx(1)
    assert PRESETS["social"] == {"viral_weight": 0.7, "compelling_weight": 0.3}
    assert PRESETS["movieclips"] == {"min_duration": 90, "max_duration": 180}
    assert set(ASPECTS) == {"reels", "square", "wide"}


def test_a_genre_has_its_own_calibration_from_fifty_clips() -> None:
    weights = parse(content(x_genres={"Drama": DRAMA, "Horror": HORROR}, x_all_genres=ALL))
    known, note = weights.calibration("drama", HEURISTIC)
    assert known is not None
    assert (known.source, known.bias, note) == ("Drama", -1.0, None)
    known, note = weights.calibration("Horror", HEURISTIC)
    assert known is not None
    assert known.source == "all genres"
    assert note == (
        "the calibration of 'Horror' rests on 49 clips, fewer than 50; that of all genres is used"
    )
    known, note = weights.calibration("Opera", HEURISTIC)
    assert known is not None
    assert note is not None
    assert "no calibration of the genre 'Opera'" in note
    general = weights.changed({"genre_specific": False}, "weights")
    same, told = general.calibration("Drama", HEURISTIC)
    assert same == known
    assert told == "genre_specific is false; that of all genres is used"


def test_without_any_calibration_a_genre_changes_nothing_and_is_told() -> None:
    known, note = EnsembleWeights().calibration("Drama", HEURISTIC)
    assert known is None
    assert note == (
        "the weights have no calibration of the genre 'Drama'; confidences are not calibrated"
    )
    assert EnsembleWeights().calibration(None, HEURISTIC) == (None, None)


def test_a_calibration_of_one_highlighter_is_not_used_for_another() -> None:
    weights = parse(content(x_all_genres=ALL, x_calibrated_for="heuristic"))
    assert weights.calibration(None, HEURISTIC)[0] is not None
    for backends in (("embedding",), ("heuristic", "embedding")):
        known, note = weights.calibration(None, backends)
        assert known is None
        assert note == (
            "the calibration is of scores by heuristic, not by embedding; confidences are not"
            " calibrated"
        )


def test_any_calibration_that_a_file_may_hold_gives_a_probability() -> None:
    for bias in (-1e308, 0.0, 1e308):
        for temperature in (5e-324, 1.0, 1e308):
            fit = ScoreCalibration(source="", clips=0, bias=bias, temperature=temperature)
            assert all(0 <= fit.probability(score) <= 1 for score in (0, 50, 100))
