"""Crops of clips: positions between key frames, and crops that stay in the picture."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import CropKey, CropPath, Reframing, largest_crop

shares = st.floats(0, 1)
scales = st.floats(0.05, 1)
sides = st.integers(2, 8192)
aspects = st.fractions(Fraction(1, 4), Fraction(4), max_denominator=100)
moments = st.fractions(0, 100, max_denominator=60)


def _path(*keys: CropKey, width: int = 1920, height: int = 1080) -> CropPath:
    return CropPath(clip="V1/0", name="take", width=width, height=height, keys=keys)


def _reframing(path: CropPath, aspect: Fraction = Fraction(9, 16)) -> Reframing:
    return Reframing(aspect=aspect, backend="center", paths=(path,))


def _key(at: int | Fraction, x: float = 0.5, y: float = 0.5, scale: float = 1.0) -> CropKey:
    return CropKey(at=Fraction(at), x=x, y=y, scale=scale)


def test_a_crop_moves_evenly_between_two_key_frames() -> None:
    path = _path(_key(0, x=0.2), _key(2, x=0.6))
    assert path.at(Fraction(1, 2)).x == pytest.approx(0.3)


def test_a_crop_stands_still_before_the_first_and_after_the_last_key_frame() -> None:
    path = _path(_key(1, x=0.2), _key(2, x=0.6))
    assert (path.at(Fraction(0)).x, path.at(Fraction(9)).x) == (0.2, 0.6)


def test_a_vertical_crop_of_a_wide_picture_has_its_full_height() -> None:
    assert largest_crop(1920, 1080, Fraction(9, 16)) == (607.5, 1080)


def test_a_wide_crop_of_a_vertical_picture_has_its_full_width() -> None:
    assert largest_crop(1080, 1920, Fraction(16, 9)) == (1080, 607.5)


def test_a_crop_whose_centre_is_at_an_edge_stays_in_the_picture() -> None:
    path = _path(_key(0, x=0))
    assert _reframing(path).box(path, Fraction(0)).left == 0


@pytest.mark.parametrize("moments", [(1, 1), (2, 1)])
def test_key_frames_out_of_order_are_refused(moments: tuple[int, int]) -> None:
    with pytest.raises(ValidationError, match="in order"):
        _path(*map(_key, moments))


@given(x=shares, y=shares, scale=scales, width=sides, height=sides, aspect=aspects, at=moments)
def test_every_crop_has_its_aspect_and_lies_in_the_picture(
    x: float, y: float, scale: float, width: int, height: int, aspect: Fraction, at: Fraction
) -> None:
    path = _path(_key(0, x, y, scale), _key(50, y, x), width=width, height=height)
    box = _reframing(path, aspect).box(path, at)
    assert box.width / box.height == pytest.approx(float(aspect))
    assert box.left >= 0
    assert box.top >= 0
    assert box.left + box.width <= width * (1 + 1e-9)
    assert box.top + box.height <= height * (1 + 1e-9)


@given(x=shares, y=shares, scale=scales, at=moments)
def test_a_reframing_is_the_same_after_json(x: float, y: float, scale: float, at: Fraction) -> None:
    reframing = _reframing(_path(_key(at, x, y, scale)))
    assert Reframing.model_validate_json(reframing.model_dump_json()) == reframing
