"""A rendered camera follows its path, and a take is the same each time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.synthetic.scenes import Actor, Board, Scene
from benchmarks.synthetic.takes import MOVES, Recording, take
from shotlog.schema import MOVES as VOCABULARY
from shotlog.synthetic import Camera

WHITE = np.full((16, 16), 255, np.uint8)
POST = Board(np.array([-0.25, -0.25, 5.0]), np.array([0.5, 0, 0]), np.array([0, 0.5, 0]), WHITE)


def seen_at(camera: Camera, *boards: Board) -> tuple[float, float, int]:
    """Return the position of the white, from the middle of the picture, and its size in pixels."""
    picture = Scene(boards, sky=0).through(lambda _: camera).picture(0.0)
    y, x = np.nonzero(picture)
    return float(x.mean() - 191.5), float(y.mean() - 107.5), len(x)


def test_a_thing_before_the_camera_is_in_the_middle_at_the_size_of_a_pinhole() -> None:
    x, y, area = seen_at(Camera(focal=0.9), POST)
    assert abs(x) <= 1
    assert abs(y) <= 1
    assert area == pytest.approx((384 * 0.9 * 0.5 / 5) ** 2, rel=0.1)


def test_a_camera_that_turns_right_sees_things_go_left() -> None:
    assert seen_at(Camera(yaw=0.1), POST)[0] == pytest.approx(-384 * 0.9 * np.tan(0.1), abs=2)


def test_a_camera_that_turns_up_sees_things_go_down() -> None:
    assert seen_at(Camera(pitch=0.1), POST)[1] == pytest.approx(384 * 0.9 * np.tan(0.1), abs=2)


def test_a_camera_that_rolls_clockwise_sees_things_turn_anticlockwise() -> None:
    aside = Board(POST.corner + np.array([1, 0, 0]), POST.across, POST.down, WHITE)
    assert seen_at(Camera(roll=-0.3), aside)[1] < -10


def test_what_is_near_moves_more_than_what_is_far_when_the_camera_travels() -> None:
    far = Board(POST.corner + np.array([0, 0, 15]), POST.across * 4, POST.down * 4, WHITE)
    near_moved = seen_at(Camera(x=0.5), POST)[0] - seen_at(Camera(), POST)[0]
    far_moved = seen_at(Camera(x=0.5), far)[0] - seen_at(Camera(), far)[0]
    assert near_moved == pytest.approx(4 * far_moved, rel=0.15)
    assert near_moved < 0


def test_a_thing_behind_the_camera_is_not_drawn() -> None:
    behind = Board(POST.corner * (1, 1, -1), POST.across, POST.down, WHITE)
    assert not Scene((behind,), sky=0).picture(0.0).any()


def test_an_endless_floor_ends_at_the_horizon() -> None:
    floor = Board(
        np.array([0, 1.5, 0]), np.array([6.0, 0, 0]), np.array([0, 0, 6.0]), WHITE, endless=True
    )
    picture = Scene((floor,), sky=0).picture(0.0)
    assert not picture[:107].any()
    assert picture[109:].all()


def test_an_actor_is_drawn_where_its_path_leads() -> None:
    actor = Actor(WHITE, WHITE, 0.1, lambda t: (0.25 * t, 0.0, 0.0, 1.0))
    picture = Scene((), (actor,), sky=0).picture(1.0)
    assert np.nonzero(picture)[1].mean() == pytest.approx(191.5 + 96, abs=1.5)


def test_a_take_is_the_same_each_time_and_another_seed_is_another_take() -> None:
    first = take("pan_left", 7).frame(5)
    assert np.array_equal(first, take("pan_left", 7).frame(5))
    assert not np.array_equal(first, take("pan_left", 8).frame(5))


def test_every_move_that_can_be_rendered_is_in_the_vocabulary() -> None:
    assert set(MOVES) <= set(VOCABULARY.names)


def test_slow_material_in_a_fast_file_has_doubled_frames() -> None:
    record = Recording(rate=Fraction(12), container=Fraction(24), noise=3)
    filmed = take("pan_left", 3, recording=record, seconds=0.25)
    frames = list(filmed.frames())
    assert len(frames) == 6
    assert np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[1], frames[2])


def test_letterbox_bars_are_black() -> None:
    frame = take("static", 3, recording=Recording(bars=0.25)).frame(0)
    assert not frame[:27].any()
    assert not frame[-27:].any()
    assert frame[27:-27].any()
