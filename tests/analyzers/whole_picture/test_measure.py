"""Measure of how likely each size is by the whole picture."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.whole_picture import (
    FEATURES,
    NOTHING,
    TOLD_SIZES,
    WholePictureMeasure,
    describe_picture,
    load_head,
    read_probabilities,
)
from shotlog.schema import Pixels, Series
from tests.analyzers.portraits import letterboxed, photograph, whole_picture_series

DISTANCE = len(TOLD_SIZES) + 1


def likeliest(pictures: list[Pixels]) -> str:
    known = read_probabilities(whole_picture_series(pictures))
    return max(known, key=lambda name: known[name])


def test_columns_are_the_logarithms_of_probabilities_that_sum_to_one() -> None:
    (row,) = whole_picture_series([photograph("rocket.jpg")]).values
    assert WholePictureMeasure.columns == (*TOLD_SIZES, NOTHING, "distance")
    assert np.exp(row[:DISTANCE].astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)


def test_description_has_a_mean_and_a_spread_of_every_channel() -> None:
    described = describe_picture(photograph("coffee.png"))
    assert described.shape == (len(FEATURES),)
    assert load_head().classifier.features == FEATURES
    assert np.isfinite(described).all()
    assert (described[len(described) // 2 :] >= 0).all()


@pytest.mark.parametrize("size", [(2, 2), (2, 640), (640, 2), (90, 160), (640, 360)])
def test_pictures_of_any_size_are_described(size: tuple[int, int]) -> None:
    picture = np.zeros((*size, 3), np.uint8)
    assert np.isfinite(describe_picture(picture)).all()


@pytest.mark.parametrize("name", ["rocket.jpg", "coffee.png", "chelsea.png"])
@pytest.mark.parametrize("sides", [False, True])
def test_bars_do_not_change_the_likeliest_size(name: str, sides: bool) -> None:
    picture = photograph(name)
    assert likeliest([letterboxed(picture, 60, sides=sides)]) == likeliest([picture])


@pytest.mark.parametrize("name", ["rocket.jpg", "coffee.png", "chelsea.png"])
def test_half_the_pixels_do_not_change_the_likeliest_size(name: str) -> None:
    picture = photograph(name)
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert likeliest([np.asarray(half, np.uint8)]) == likeliest([picture])


def test_order_of_the_pictures_does_not_matter() -> None:
    pictures = [photograph(name) for name in ("rocket.jpg", "coffee.png", "chelsea.png")]
    one, other = (
        read_probabilities(whole_picture_series(some)) for some in (pictures, pictures[::-1])
    )
    assert one == pytest.approx(other)


def test_pictures_unlike_all_known_ones_tell_nothing() -> None:
    flat, rocket = np.full((360, 640, 3), 127, np.uint8), photograph("rocket.jpg")
    assert read_probabilities(whole_picture_series([flat, flat, rocket])) == {}
    alone = read_probabilities(whole_picture_series([rocket]))
    assert read_probabilities(whole_picture_series([rocket, rocket, flat])) == alone


def test_evidence_of_no_picture_tells_nothing() -> None:
    none = Series.of(Fraction(1), [], len(WholePictureMeasure.columns))
    assert read_probabilities(none) == {}


def test_pictures_are_those_of_the_faces_so_that_they_are_scaled_once() -> None:
    assert WholePictureMeasure.need == FaceMeasure.need
