"""One pinhole camera serves the demo's stage and the takes of the fits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.synthetic.scenes import Board, Scene
from shotlog.demo import Layer, take_picture
from shotlog.synthetic import Camera

WIDTH, HEIGHT = 384, 216
MIDDLE = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)


def pixel(camera: Camera, *point: float) -> tuple[float, float]:
    """Return the pixel of a point, from the middle of the picture: to the right, downwards."""
    ray = camera.projection(WIDTH, HEIGHT) @ np.subtract(point, (camera.x, camera.y, camera.z))
    return float(ray[0] / ray[2] - MIDDLE[0]), float(ray[1] / ray[2] - MIDDLE[1])


def test_the_focal_length_counts_picture_widths() -> None:
    # A point at 45 degrees lies one focal length from the middle: 0.5 widths is the edge.
    assert pixel(Camera(focal=0.5), 1, 0, 1) == pytest.approx((192, 0))
    assert pixel(Camera(focal=0.5), 0, 1, 1) == pytest.approx((0, 192))


def test_a_turn_to_the_right_and_a_turn_upwards_bring_what_is_there_to_the_middle() -> None:
    turn = math.atan(0.5)
    assert pixel(Camera(yaw=turn), 1, 0, 2) == pytest.approx((0, 0), abs=1e-9)
    assert pixel(Camera(pitch=turn), 0, -1, 2) == pytest.approx((0, 0), abs=1e-9)


def test_a_quarter_roll_to_the_left_shows_what_is_right_below() -> None:
    # Counter-clockwise for the operator, so the content turns clockwise: right goes down.
    assert pixel(Camera(roll=math.pi / 2, focal=1), 1, 0, 4) == pytest.approx((0, 96), abs=1e-9)


def test_a_camera_sees_from_its_own_position() -> None:
    assert pixel(Camera(x=1, y=2, z=3, focal=1), 1, 2, 9) == pytest.approx((0, 0))
    assert pixel(Camera(x=-1, focal=1), 0, 0, 4) == pytest.approx((96, 0))


def test_a_camera_is_moved_by_another_and_keeps_its_focal_length() -> None:
    moved = Camera(1, 2, 3, 0.1, 0.2, 0.3, 0.7).moved(Camera(1, 1, 1, 0.1, 0.1, 0.1, 5.0))
    assert moved.focal == 0.7
    assert (moved.x, moved.y, moved.z) == (2, 3, 4)
    assert (moved.yaw, moved.pitch, moved.roll) == pytest.approx((0.2, 0.3, 0.4))


@pytest.mark.parametrize(
    "camera",
    [
        Camera(),
        Camera(focal=1.6),
        Camera(roll=0.4),
        Camera(roll=-0.4),
        Camera(yaw=0.15, pitch=-0.08, roll=0.2, x=0.3, y=-0.2, z=1.5, focal=1.1),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(384, 216), (216, 384)])
def test_the_stage_and_the_scenes_project_alike(camera: Camera, width: int, height: int) -> None:
    corner, across, down = (0.2, -0.5, 6.0), (1.2, 0.0, 0.3), (0.1, 0.9, 0.0)
    white = np.full((64, 64), 255, np.uint8)
    layer = Layer(np.dstack([white] * 4), corner, across, down)
    board = Board(np.array(corner), np.array(across), np.array(down), white)
    on_stage = take_picture([layer], camera, width, height)[..., 0] > 127
    in_scene = Scene((board,), sky=0, path=lambda _: camera).picture(0.0, width, height) > 127
    assert in_scene.sum() > 500
    # Edges may be rounded otherwise by a painting with alpha and one with a mask; no more.
    assert (on_stage ^ in_scene).sum() < 0.05 * in_scene.sum()
    places = [np.argwhere(seen).mean(axis=0) for seen in (on_stage, in_scene)]
    assert places[0] == pytest.approx(places[1], abs=0.3)
