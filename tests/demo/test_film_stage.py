"""The camera of the demo film moves as its moves are named."""

from __future__ import annotations

import numpy as np
import pytest

from shotlog.demo import Layer, camera_path, take_picture
from shotlog.synthetic import Camera

SIZE = (160, 90)

SEEN = {
    "pan_right": (-1, 0),
    "pan_left": (1, 0),
    "tilt_up": (0, 1),
    "tilt_down": (0, -1),
    "truck_right": (-1, 0),
    "truck_left": (1, 0),
    "pedestal_up": (0, 1),
    "pedestal_down": (0, -1),
}
"""Where a point in the middle of the picture goes: to the right, downwards."""


def place(point: tuple[float, float, float], camera: Camera) -> np.ndarray:
    ray = camera.projection(*SIZE) @ np.subtract(point, (camera.x, camera.y, camera.z))
    return np.asarray(ray[:2] / ray[2])


@pytest.mark.parametrize("move", SEEN)
def test_content_goes_against_the_camera(move: str) -> None:
    path = camera_path(move, 0.2, Camera())
    shift = place((0, 0, 5), path(1.0)) - place((0, 0, 5), path(0.0))
    assert np.sign(np.round(shift, 6)).tolist() == list(SEEN[move])


@pytest.mark.parametrize(
    ("move", "amount", "grows"),
    [
        ("zoom_in", 1.5, True),
        ("zoom_out", 1.5, False),
        ("dolly_in", 2, True),
        ("dolly_out", 2, False),
    ],
)
def test_content_grows_when_the_camera_comes_nearer(move: str, amount: float, grows: bool) -> None:
    path = camera_path(move, amount, Camera())
    middle = np.array([(SIZE[0] - 1) / 2, (SIZE[1] - 1) / 2])
    early, late = (np.linalg.norm(place((1, 0.5, 5), path(u)) - middle) for u in (0.0, 1.0))
    assert (late > early) == grows


@pytest.mark.parametrize(("move", "clockwise"), [("roll_left", True), ("roll_right", False)])
def test_content_turns_against_the_roll(move: str, clockwise: bool) -> None:
    path = camera_path(move, 0.4, Camera())
    right_of_middle = (1.0, 0.0, 5.0)
    sinks = place(right_of_middle, path(1.0))[1] > place(right_of_middle, path(0.0))[1]
    assert sinks == clockwise


def test_a_shake_has_no_mean_direction() -> None:
    path = camera_path("shake", 0.02, Camera(), seed=5)
    yaws = np.array([path(u).yaw for u in np.linspace(0, 1, 200)])
    assert np.abs(yaws).max() <= 0.02
    assert abs(yaws.mean()) < 0.002 < yaws.std()


def test_what_a_camera_alone_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="pov"):
        camera_path("pov", 1.0, Camera())


def test_near_layers_cover_far_ones() -> None:
    red = np.full((40, 40, 3), (200, 0, 0), np.uint8)
    green = np.zeros((40, 40, 4), np.uint8)
    green[10:30, 10:30] = (0, 200, 0, 255)
    far = Layer.facing(red, middle=0, top=-5, width=20, height=10, away=5)
    near = Layer.facing(green, middle=0, top=-1, width=2, height=2, away=4)
    picture = take_picture([far, near], Camera(), *SIZE)
    assert picture[45, 80].tolist() == [0, 200, 0]
    assert picture[5, 5].tolist() == [200, 0, 0]


def test_a_layer_behind_the_camera_is_not_drawn() -> None:
    paint = np.full((10, 10, 4), 255, np.uint8)
    behind = Layer.facing(paint, middle=0, top=-1, width=2, height=2, away=1)
    assert not take_picture([behind], Camera(z=3), *SIZE).any()
