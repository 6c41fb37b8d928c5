"""Paths of crops: still where they can be, never cutting what they can keep, in few key frames."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.delivery.reframe import smooth_path, thin

Numbers = npt.NDArray[np.float64]
LOW, HIGH = 0.16, 0.84


def path(centres: Numbers, room: float, calm: float) -> Numbers:
    full = np.ones(len(centres))
    return smooth_path(centres, room * full, calm * full, LOW, HIGH)


def test_a_head_that_sways_within_its_margin_gives_a_crop_that_stands_still() -> None:
    swaying = 0.5 + 0.03 * np.sin(np.arange(60) / 3)
    assert np.ptp(path(swaying, 0.1, 0.05)) == 0


def test_a_walk_gives_an_even_move() -> None:
    found = path(np.linspace(0.2, 0.8, 50), 0.05, 0.02)
    assert np.abs(np.diff(found, 2)).max() < 0.004
    assert found[-1] - found[0] > 0.5


def test_one_false_face_far_away_hardly_moves_the_crop() -> None:
    centres = np.full(60, 0.3)
    centres[30] = 0.8
    # The false face is not to be kept in the crop at any price: it has no room to be cut.
    found = smooth_path(centres, np.full(60, 0.6), np.full(60, 0.05), LOW, HIGH)
    assert np.abs(found - 0.3).max() < 0.06


def test_a_crop_as_wide_as_the_picture_stays_in_its_middle() -> None:
    assert (
        smooth_path(np.array([0.1, 0.9]), np.zeros(2), np.zeros(2), 0.5, 0.5).tolist() == [0.5] * 2
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 0.2), st.floats(0, 1))
def test_a_path_stays_in_the_picture_and_keeps_its_subject_whole(
    places: list[float], room: float, share: float
) -> None:
    centres = np.array(places)
    found = path(centres, room, room * share)
    assert ((found >= LOW) & (found <= HIGH)).all()
    assert (np.abs(found - np.clip(centres, LOW, HIGH)) <= room + 1e-6).all()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.floats(1e-3, 0.3))
def test_thinning_keeps_every_point_within_its_tolerance(
    places: list[float], tolerance: float
) -> None:
    points = np.stack([np.arange(len(places)), np.array(places)], axis=1).astype(np.float64)
    kept = thin(points, tolerance)
    line = np.interp(points[:, 0], points[kept, 0], points[kept, 1])
    assert np.abs(line - points[:, 1]).max() <= tolerance + 1e-9
    assert {0, len(places) - 1} <= set(kept)


def test_an_even_move_needs_two_key_frames() -> None:
    points = np.stack([np.arange(50.0), np.linspace(0, 1, 50)], axis=1)
    assert thin(points, 0.01) == [0, 49]


@pytest.mark.parametrize("count", [1, 2, 3, 600])
def test_paths_of_any_length_are_found(count: int) -> None:
    moving = 0.5 + 0.3 * np.sin(np.arange(count) / 30)
    assert len(path(moving, 0.02, 0.01)) == count
