"""Reframing of photographs, and of film with black bars."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.delivery.reframe import ReframeOptions, SpeakerReframer, SubjectReframer, reframe
from shotlog.delivery.reframe.evidence import MovingMeasure
from shotlog.engine import Cache
from shotlog.schema import CropPath, Picture, Reframing
from shotlog.synthetic import write_video
from tests.delivery.reframe.scenes import RATE, SIZE, Pixels, clip_of, edit_of, face, wall

THREE = Fraction(3)
VERTICAL = Fraction(9, 16)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache.sqlite") as opened:
        yield opened


def scene(left: int, *, rows: int = 0, columns: int = 0) -> Pixels:
    """Return a face with its left edge at a column, behind black bars of so many pixels."""
    picture = wall().copy()
    picture[115:245, left : left + 124] = face(130)[:, :124]
    picture[:rows] = picture[SIZE[1] - rows :] = 0
    picture[:, :columns] = picture[:, SIZE[0] - columns :] = 0
    return picture


def only(found: Reframing) -> CropPath:
    (path,) = found.paths
    return path


def film(path: Path, picture: Pixels) -> Path:
    write_video(path, [picture] * 75, RATE)
    return path


@pytest.mark.parametrize("backend", [SubjectReframer(), SpeakerReframer()], ids=lambda b: b.name)
def test_a_photograph_has_one_key_frame_on_its_face(
    backend: SubjectReframer, tmp_path: Path, cache: Cache
) -> None:
    still = tmp_path / "still.png"
    assert cv2.imwrite(str(still), scene(90)[..., ::-1])
    options = ReframeOptions(aspect=VERTICAL, backend=backend)
    (key,) = only(reframe(edit_of(clip_of(still, THREE)), cache, options)).keys
    assert key.x == pytest.approx((90 + 62) / 640, abs=0.04)


def test_bars_above_and_below_are_not_in_the_crop(tmp_path: Path, cache: Cache) -> None:
    path = film(tmp_path / "wide.mp4", scene(90, rows=45))
    found = reframe(edit_of(clip_of(path, THREE)), cache, ReframeOptions(aspect=VERTICAL))
    box = found.box(only(found), Fraction(1))
    assert box.top >= 45
    assert box.top + box.height <= 315
    assert box.height == pytest.approx(270, abs=5)
    assert box.left + box.width / 2 == pytest.approx(90 + 62, abs=25)


def test_bars_at_the_sides_are_not_in_the_crop(tmp_path: Path, cache: Cache) -> None:
    path = film(tmp_path / "old.mp4", scene(430, columns=80))
    found = reframe(edit_of(clip_of(path, THREE)), cache, ReframeOptions(aspect=VERTICAL))
    box = found.box(only(found), Fraction(1))
    assert box.height == 360
    assert box.left + box.width <= 560
    assert box.left + box.width == pytest.approx(560, abs=45)


def test_a_picture_between_bars_that_is_as_wide_as_wanted_is_shown_whole(
    tmp_path: Path, cache: Cache
) -> None:
    path = film(tmp_path / "phone.mp4", scene(260, columns=218))
    found = reframe(edit_of(clip_of(path, THREE)), cache, ReframeOptions(aspect=VERTICAL))
    box = found.box(only(found), Fraction(1))
    assert box.left >= 218
    assert box.left + box.width <= 640 - 218
    assert box.height == pytest.approx(360, abs=8)


@pytest.mark.parametrize("rows", [0, 12])
def test_what_moves_is_found_while_the_camera_pans_with_bars_too(rows: int) -> None:
    ground = cv2.GaussianBlur(np.random.default_rng(3).uniform(-1, 1, (72, 200)), (0, 0), 1.5)
    ground = 145 + 105 * ground / np.abs(ground).max()
    observer, rows_found = MovingMeasure().observer(), []
    for n in range(6):
        picture = np.array(ground[:, 4 * n : 4 * n + 128], np.uint8)
        picture[28:46, 80:98] = 128  # the camera follows it
        picture[:rows] = picture[72 - rows :] = 0
        rows_found += list(observer.see(Picture(n, Fraction(n, 5), picture)))
    for row in rows_found[1:]:
        x, _, spread, strength = row.values
        assert x == pytest.approx(0.7, abs=0.06)
        assert spread < 0.22  # that of one thing
        assert strength > 2
