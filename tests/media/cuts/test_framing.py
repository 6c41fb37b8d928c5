"""Light, a subject that moves and a hand that shakes keep a framing; another picture does not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from shotlog.media.cuts import Floats, compute_signature, has_same_framing
from shotlog.schema import Pixels


def scene(seed: int, shift: int = 0, size: int = 320) -> Pixels:
    """Return a picture of large soft shapes, (180, 320, 3), moved left by a shift in pixels."""
    rng = np.random.default_rng(seed)
    rough = rng.integers(64, 192, (5, 9, 3), dtype=np.uint8)
    wide = cv2.resize(rough, (size + 80, 180), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(wide[:, 40 + shift : 40 + shift + size])


def cells(picture: Pixels) -> Floats:
    return compute_signature(picture).cells


def test_a_subject_may_move_within_its_framing() -> None:
    before, after = scene(0), scene(0)
    for picture, x in ((before, 140), (after, 160)):
        cv2.ellipse(picture, (x, 100), (26, 40), 0, 0, 360, (210, 160, 130), -1)
    assert has_same_framing(cells(before), cells(after))


@pytest.mark.parametrize("shift", [-16, 8, 16])
def test_a_hand_may_move_the_camera_a_little(shift: int) -> None:
    assert has_same_framing(cells(scene(0)), cells(scene(0, shift)))


def test_the_light_may_change() -> None:
    darker = (scene(0) * 0.8).astype(np.uint8)
    assert has_same_framing(cells(scene(0)), cells(darker))


@pytest.mark.parametrize("seed", range(1, 20))
def test_another_place_is_another_framing(seed: int) -> None:
    assert not has_same_framing(cells(scene(0)), cells(scene(seed)))


def test_a_closer_view_of_the_same_place_is_another_framing() -> None:
    whole = scene(0)
    closer = cv2.resize(whole[45:135, 80:240], (320, 180), interpolation=cv2.INTER_CUBIC)
    assert not has_same_framing(cells(whole), cells(np.asarray(closer, np.uint8)))


def test_the_same_shapes_in_other_colours_are_another_subject() -> None:
    assert not has_same_framing(cells(scene(0)), cells(np.ascontiguousarray(scene(0)[..., ::-1])))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_shows_no_subject_to_keep(level: int) -> None:
    flat = cells(np.full((90, 160, 3), level, np.uint8))
    assert not has_same_framing(flat, flat)
