"""The camera's move, told from rendered scenes that the head was not fitted on."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.synthetic.scenes import Grey
from benchmarks.synthetic.takes import Recording, Take, take
from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.move import (
    LOOK_FEATURES,
    LOOKS_LIKE,
    MoveAnalyzer,
    load_classifier,
    look_features,
    mirror,
    reverse,
    select_rows,
)
from shotlog.schema import (
    MOVES,
    UNDEFINED,
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
    Series,
    TimeRange,
    reversed_move,
)
from shotlog.synthetic import Camera, write_video
from tests.analyzers.move.shots import CLEAN, UNSEEN, claims_of, looked_at, measured, said
from tests.support import track_of_file


@cache
def filmed(move: str, seed: int = 0, speed: float = 0.15, seconds: float = 2.125) -> Series:
    """The rows of a steady take of a move."""
    shot = take(
        move, UNSEEN + seed, speed=speed, shake=0.0, recording=CLEAN, actors=0, seconds=seconds
    )
    return measured(shot.frame, seconds)


TOLD = [
    "pan_left",
    "pan_right",
    "tilt_up",
    "tilt_down",
    "roll_left",
    "roll_right",
    "zoom_in",
    "zoom_out",
]


@pytest.mark.parametrize("move", TOLD)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_move_is_named_with_its_direction(move: str, seed: int) -> None:
    (claim,) = claims_of(filmed(move, seed), 2.125)
    assert LOOKS_LIKE.get(claim.label, claim.label) == move


@pytest.mark.parametrize("move", ["dolly_in", "dolly_out", "truck_left", "truck_right"])
def test_a_travelling_camera_is_named_as_such_or_as_what_it_looks_like(move: str) -> None:
    (claim,) = claims_of(filmed(move, 2, speed=0.3), 2.125)
    assert claim.label in (move, LOOKS_LIKE[move])


@pytest.mark.parametrize("move", TOLD)
def test_mirroring_or_reversing_the_rows_mirrors_or_reverses_the_move(move: str) -> None:
    sides = {"left": "right", "right": "left"}
    kind, way = move.split("_")
    turned = f"{kind}_{sides.get(way, way)}"
    rows = select_rows(filmed(move))
    names = ((mirror(rows), turned), (reverse(rows), reversed_move(move)))
    for version, expected in names:
        scores, other = (
            load_classifier().probabilities(rows),
            load_classifier().probabilities(version),
        )
        assert other[expected] == pytest.approx(scores[move], abs=0.05)


def test_frames_mirrored_before_they_are_measured_give_the_mirrored_move() -> None:
    shot = take("pan_left", UNSEEN + 4, speed=0.2, shake=0.0, recording=CLEAN, actors=1)
    flipped = measured(lambda n: np.ascontiguousarray(shot.frame(n)[:, ::-1]), 2)
    assert claims_of(flipped, 2)[0].label in ("pan_right", "truck_right")


def test_a_zoom_far_from_the_corner_of_the_picture_is_no_pan() -> None:
    series = filmed("zoom_in", 3)
    x, y = (np.median(series.values[:, MotionMeasure.columns.index(name)]) for name in "xy")
    assert abs(x) < 0.02
    assert abs(y) < 0.02


def test_speed_is_in_picture_widths_per_second() -> None:
    series = filmed("pan_left", 5, speed=0.2)
    x = series.values[:, MotionMeasure.columns.index("x")]
    assert np.median(x) == pytest.approx(0.2, rel=0.3)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_tripod_shot_is_static_behind_moving_people(seed: int) -> None:
    crowd = take(
        "static", UNSEEN + seed, shake=0.0, recording=CLEAN, actors=6, cover=0.45, seconds=2
    )
    assert said(crowd) == "static"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_unsteady_hand_is_shake(seed: int) -> None:
    assert said(take("shake", UNSEEN + seed, shake=0.08, recording=CLEAN, actors=0)) == "shake"


def test_a_drift_of_a_fifth_of_a_percent_a_second_is_static() -> None:
    shot = take("static", UNSEEN, shake=0.002, recording=CLEAN, actors=0)
    assert said(shot) == "static"


def test_letterbox_bars_and_a_logo_do_not_hold_the_picture_still() -> None:
    record = Recording(noise=1, quality=90, bars=0.25, logo=True)
    shot = take("pan_right", UNSEEN + 6, speed=0.15, shake=0.0, recording=record, actors=0)
    assert said(shot) in ("pan_right", "truck_right")


def test_twelve_frames_a_second_in_a_file_of_twenty_four_are_no_shake() -> None:
    record = Recording(noise=1, quality=90, rate=Fraction(12))
    shot = take("pan_left", UNSEEN + 1, speed=0.15, shake=0.0, recording=record, actors=0)
    assert said(shot) in ("pan_left", "truck_left")


@pytest.mark.parametrize("move", ["pan_left", "zoom_in", "static"])
def test_frames_left_out_here_and_there_are_no_shake(move: str) -> None:
    record = Recording(noise=1, quality=90, rate=Fraction(25), container=Fraction(25))
    shot = take(move, UNSEEN + 2, speed=0.15, shake=0.0, recording=record, actors=0)
    seen = [0, 3, 4, 6, 8, 11, 13, 14, 16, 19, 21, 24, 26, 28, 29, 32, 34, 36, 39, 41, 44, 46, 48]
    (claim,) = claims_of(measured(shot.frame, 2, Fraction(25), seen), 2)
    assert LOOKS_LIKE.get(claim.label, claim.label) == move


def test_a_file_slower_than_the_grid_gives_no_row_for_one_frame_shown_twice() -> None:
    record = Recording(rate=Fraction(4), container=Fraction(4))
    shot = take("pan_left", UNSEEN + 1, speed=0.15, shake=0.0, recording=record, actors=0)
    series = measured(shot.frame, 2, Fraction(4))
    short = series.values[series.last - series.first == 1]
    assert len(short) == 7
    assert (np.abs(short[:, MotionMeasure.columns.index("x")]) > 0.05).all()
    assert claims_of(series, 2)[0].label in ("pan_left", "truck_left")


def grey(_: int) -> Grey:
    return np.full((216, 384), 90, np.uint8)


def test_a_picture_without_texture_has_no_move() -> None:
    (claim,) = claims_of(measured(grey, 4), 4)
    assert claim.label == UNDEFINED
    assert claim.confidence == 0
    assert "tracked" in claim.reasons[0]


def test_noise_without_a_picture_is_not_named() -> None:
    def snow(number: int) -> Grey:
        draw = np.random.default_rng(number)
        return draw.integers(0, 255, (216, 384)).astype(np.uint8)

    assert {claim.label for claim in claims_of(measured(snow, 2), 2)} == {UNDEFINED}


@pytest.mark.parametrize("pictures", [0, 1, 2, 3])
def test_too_few_pictures_to_know_are_undefined(pictures: int) -> None:
    series = filmed("pan_left").within(
        TimeRange(start=Fraction(0), duration=pictures / PICTURE_RATE)
    )
    (claim,) = claims_of(series, float(pictures / PICTURE_RATE) or 0.04)
    assert claim.label == UNDEFINED
    assert claim.reasons


def test_one_second_is_enough() -> None:
    second = filmed("tilt_up", 1).within(TimeRange(start=Fraction(0), duration=Fraction(1)))
    assert claims_of(second, 1)[0].label in ("tilt_up", "pedestal_up")


def moved_twice(number: int) -> Camera:
    """Four seconds still, then four of pan right."""
    return Camera(yaw=max(0.0, number / 24 - 4) * 0.15)


def test_a_shot_that_stands_and_then_pans_has_two_claims_that_meet_where_it_starts() -> None:
    scene = take("static", UNSEEN + 3, shake=0.0, recording=CLEAN, actors=0).scene
    series = measured(lambda n: scene.through(lambda _: moved_twice(n)).picture(0.0), 8)
    claims = claims_of(series, 8)
    assert [LOOKS_LIKE.get(c.label, c.label) for c in claims] == ["static", "pan_right"]
    assert claims[0].range.end == claims[1].range.start
    assert abs(claims[0].range.end - 4) <= 1


def test_a_long_move_is_one_claim_that_covers_the_shot() -> None:
    (claim,) = claims_of(filmed("pan_left", 8, speed=0.1, seconds=9), 9)
    assert claim.label in ("pan_left", "truck_left")
    assert claim.range == TimeRange(start=Fraction(0), duration=Fraction(9))


def test_scores_hold_every_label_that_was_weighed_and_three_strengths() -> None:
    (claim,) = claims_of(filmed("pan_left"), 2.125)
    strengths = {name for name in claim.scores if name.startswith("motion.")}
    labels = set(claim.scores) - strengths
    assert strengths == {"motion.camera", "motion.object", "motion.dynamics"}
    assert labels == set(MOVES.names) - {"pov", "track", UNDEFINED}
    assert sum(claim.scores[label] for label in labels) == pytest.approx(1, abs=0.01)
    assert all(0 <= claim.scores[name] <= 3 for name in strengths)


def test_strength_rises_with_speed_and_with_what_moves_before_the_camera() -> None:
    slow, fast = (claims_of(filmed("pan_left", 0, v), 2.125)[0].scores for v in (0.05, 0.4))
    assert slow["motion.camera"] < fast["motion.camera"]
    empty = take("static", UNSEEN, shake=0.0, recording=CLEAN, actors=0)
    crowd = take("static", UNSEEN, shake=0.0, recording=CLEAN, actors=6, cover=0.5)
    objects = [
        claims_of(measured(shot.frame, 2), 2)[0].scores["motion.object"] for shot in (empty, crowd)
    ]
    assert objects[0] < objects[1]


def test_the_same_pictures_give_the_same_rows() -> None:
    shot = take("dolly_in", UNSEEN + 9, recording=CLEAN)
    first, second = (measured(shot.frame, 1) for _ in range(2))
    assert np.array_equal(first.values, second.values)


def test_a_row_does_not_depend_on_earlier_pictures() -> None:
    shot = take("truck_left", UNSEEN + 9, recording=CLEAN)
    late = looked_at(shot.frame, range(5, 12), shot.recording.container)
    again = measured(shot.frame, 2, shot.recording.container).within(
        TimeRange.between(5 / PICTURE_RATE, Fraction(2))
    )
    assert len(late) == 8
    assert np.array_equal(late.first, again.first)
    assert np.array_equal(late.values, again.values)


def test_a_gap_in_the_pictures_starts_anew() -> None:
    shot = take("pan_left", UNSEEN)
    series = looked_at(shot.frame, (0, 1, 2, 7, 8), Fraction(24))
    pairs = zip(series.first.tolist(), series.last.tolist(), strict=True)
    assert list(pairs) == [(0, 1), (1, 2), (7, 8)]


def test_where_nothing_moves_no_perspective_is_made_up() -> None:
    series = filmed("static")
    columns = MotionMeasure.columns
    bends = [columns.index(name) for name in ("stretch", "shear", "bend_x", "bend_y")]
    assert len(series) > 10
    assert (series.values[:, bends] == 0).all()
    assert np.array_equal(*series.values[:, [columns.index(n) for n in ("plane", "support")]].T)


def test_no_row_is_longer_than_the_reach_of_the_measure() -> None:
    series = filmed("pan_left")
    assert (series.last - series.first).max() / PICTURE_RATE == MotionMeasure.reach


def test_a_portrait_film_is_measured_by_the_engine(tmp_path: Path) -> None:
    shot = take("tilt_down", UNSEEN + 2, speed=0.2, shake=0.0, recording=CLEAN, actors=0)
    upright = Take(shot.move, shot.scene, shot.recording, 1.5, shot.seed, width=216, height=384)
    file = tmp_path / "upright.mp4"
    write_video(file, (np.repeat(f[:, :, None], 3, axis=2) for f in upright.frames()), Fraction(24))
    (claim,) = claims_of(track_of_file(MotionMeasure(), file), 1.5)
    assert claim.label in ("tilt_down", "pedestal_down")


@pytest.mark.parametrize("size", [(2, 2), (2, 384), (64, 64), (384, 162)])
def test_small_and_odd_pictures_are_measured(size: tuple[int, int]) -> None:
    draw = np.random.default_rng(0)
    noise = draw.integers(0, 255, size).astype(np.uint8)
    series = measured(lambda _: noise, 1)
    assert np.isfinite(series.values).all()


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("c_phone_pan_rot180", "pan_left"),
        ("c_skate_track_m", "pan_right"),
        ("c_nasa_z_r", "zoom_in"),
        ("c_ai_sea7", "roll_right"),
        ("c_ai_sea8", "roll_left"),
        ("c_asl_walk", "static"),
        ("c_cereus", "shake"),
    ],
)
def test_real_footage_is_named_as_people_labelled_it(data_dir: Path, name: str, move: str) -> None:
    (file,) = (data_dir / "video" / "camera").glob(f"{name}.*")
    series = track_of_file(MotionMeasure(), file)
    claims = claims_of(series, float(series.seconds(int(series.last.max()) + 1)))
    assert {LOOKS_LIKE.get(claim.label, claim.label) for claim in claims} == {move}


def head_of_looks(bias: dict[str, float], **weights: float) -> HeadCorrection:
    """A head that moves every look of ``bias`` by the features of ``weights`` as well."""
    row = tuple(weights.get(name, 0.0) for name in LOOK_FEATURES)
    return HeadCorrection(
        analyzer=MoveAnalyzer().key,
        features=LOOK_FEATURES,
        mean=(0.0,) * len(LOOK_FEATURES),
        scale=(1.0,) * len(LOOK_FEATURES),
        bias=bias,
        weights=dict.fromkeys(bias, row),
    )


def test_correction_of_a_look_leaves_the_shares_of_the_moves_behind_it() -> None:
    rows = select_rows(filmed("pan_left"))
    head = head_of_looks({"zoom_in": 1.0}, speed=0.5)
    classifier = load_classifier()
    plain, corrected = classifier.probabilities(rows), classifier.probabilities(rows, head)
    features = look_features(rows)
    looks = head.apply(classifier.look.probabilities(features), features.tolist())
    assert plain["zoom_in"] + plain["dolly_in"] < looks["zoom_in"]
    assert corrected["zoom_in"] + corrected["dolly_in"] == pytest.approx(looks["zoom_in"])
    share = plain["truck_left"] / plain["pan_left"]
    assert corrected["truck_left"] / corrected["pan_left"] == pytest.approx(share)
    assert sum(corrected.values()) == pytest.approx(1)


@pytest.mark.parametrize("how", ["head", "calibration"])
def test_profile_names_another_move_where_it_outweighs_the_picture(how: str) -> None:
    series, bias = filmed("pan_left"), {"tilt_up": 30.0}
    profile = (
        EditorProfile(name="anna", move=head_of_looks(bias))
        if how == "head"
        else EditorProfile(
            name="anna", calibrations={MoveAnalyzer().key: LabelCalibration(bias=bias)}
        )
    )
    (claim,) = claims_of(series, 2.125, profile)
    assert LOOKS_LIKE.get(claim.label, claim.label) == "tilt_up"


def test_profile_makes_no_move_of_a_picture_in_which_nothing_can_be_tracked() -> None:
    even = measured(lambda _: np.full((216, 384), 90, np.uint8), 4)
    profile = EditorProfile(name="anna", move=head_of_looks({"tilt_up": 30.0}))
    assert claims_of(even, 4, profile) == claims_of(even, 4)
