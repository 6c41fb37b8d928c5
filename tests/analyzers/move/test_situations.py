"""What misleads an estimate of camera motion: the move is told rightly there, or not at all."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.synthetic.situations import SITUATIONS, situation
from benchmarks.synthetic.takes import take
from shotlog.analyzers.move import LOOKS_LIKE, Calibration
from shotlog.schema import UNDEFINED, reversed_move
from tests.analyzers.move.shots import CLEAN, UNSEEN, claims_of, measured, said


def look_of(label: str) -> str:
    """Return what a move looks like to a picture without depth."""
    return LOOKS_LIKE.get(label, label)


def told(name: str, seed: int) -> tuple[str, str]:
    """Return the true look of a situation, and the look that it is told as."""
    shot = replace(situation(name, UNSEEN + seed, seconds=2.125), recording=CLEAN)
    return look_of(shot.move), look_of(said(shot))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", SITUATIONS)
def test_no_direction_is_told_the_wrong_way_round(name: str, seed: int) -> None:
    truth, answer = told(name, seed)
    assert answer == truth or reversed_move(answer) != truth


@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.parametrize("name", ["walking", "orbit"])
def test_neither_a_walking_hand_nor_a_circling_camera_rolls(name: str, seed: int) -> None:
    assert not told(name, seed)[1].startswith("roll")


@pytest.mark.parametrize("name", ["crossing", "crowd", "traffic", "water"])
def test_a_tripod_is_static_however_much_moves_before_it(name: str) -> None:
    assert told(name, 2) == ("static", "static")


def test_a_roll_behind_people_is_a_roll() -> None:
    shot = take("roll_left", UNSEEN, speed=0.3, shake=0.0, recording=CLEAN, actors=2, cover=0.3)
    assert said(shot) == "roll_left"


@pytest.mark.parametrize("ramp", [-0.5, 0.5])
def test_a_fade_of_the_exposure_is_no_zoom(ramp: float) -> None:
    record = replace(CLEAN, ramp=ramp)
    assert said(take("static", UNSEEN + 1, shake=0.0, recording=record, actors=0)) == "static"


def test_fields_of_two_moments_in_one_picture_keep_the_direction() -> None:
    record = replace(CLEAN, interlaced=True)
    shot = take("pan_left", UNSEEN + 5, speed=0.2, shake=0.0, recording=record, actors=0)
    assert look_of(said(shot)) == "pan_left"


def test_a_roll_is_told_the_other_way_round_in_the_mirror() -> None:
    shot = take("roll_right", UNSEEN + 1, speed=0.3, shake=0.0, recording=CLEAN, actors=0)
    flipped = measured(lambda n: np.ascontiguousarray(shot.frame(n)[:, ::-1]), 2)
    assert said(shot) == "roll_right"
    assert claims_of(flipped, 2)[0].label == "roll_left"


def test_a_confidence_keeps_its_order_and_stays_a_share() -> None:
    calibration = Calibration(made={}, slope=0.7, offset=0.4)
    corrected = [calibration.apply(share) for share in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert corrected == sorted(corrected)
    assert all(0 < share < 1 for share in corrected)
    assert corrected[2] == pytest.approx(1 / (1 + math.exp(-0.4)))


def test_an_abstention_has_no_confidence() -> None:
    (claim,) = claims_of(measured(lambda _: np.full((216, 384), 90, np.uint8), 4), 4)
    assert (claim.label, claim.confidence) == (UNDEFINED, 0)
