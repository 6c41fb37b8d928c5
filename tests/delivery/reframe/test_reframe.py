"""Reframing of films with real faces at known places."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.reframe import (
    CenterReframer,
    Pin,
    ReframeOptions,
    Reframer,
    SubjectReframer,
    reframe,
)
from shotlog.engine import Cache
from shotlog.schema import CropPath, Edit, Reframing, ReframingUnusable, TimeRange
from tests.delivery.reframe.scenes import RATE, clip_of, edit_of, write_faces

VERTICAL = Fraction(9, 16)
THREE = Fraction(3)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    with Cache(tmp_path_factory.mktemp("cache") / "cache.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faces(tmp_path_factory.mktemp("left") / "left.mp4", lambda n: [(0.25, 0.5)])


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    return write_faces(path, lambda n: [(0.2 + 0.6 * n / 74, 0.5)])


def made(
    edit: Edit, cache: Cache, backend: Reframer | None = None, aspect: Fraction = VERTICAL,
    pins: tuple[Pin, ...] = (),
) -> Reframing:  # fmt: skip
    options = ReframeOptions(aspect=aspect, backend=backend or SubjectReframer(), pins=pins)
    return reframe(edit, cache, options)


def only(reframing: Reframing) -> CropPath:
    (path,) = reframing.paths
    return path


def centre(reframing: Reframing, frame: int) -> float:
    path = only(reframing)
    box = reframing.box(path, frame / RATE)
    return (box.left + box.width / 2) / path.width


def test_a_face_beside_the_middle_is_in_the_crop_with_one_key_frame(
    left: Path, cache: Cache
) -> None:
    found = made(edit_of(clip_of(left, THREE)), cache)
    assert len(only(found).keys) == 1
    assert centre(found, 0) == pytest.approx(0.25, abs=0.05)
    assert only(found).lost == ()


def test_a_walk_is_followed_with_few_key_frames(walk: Path, cache: Cache) -> None:
    found = made(edit_of(clip_of(walk, THREE)), cache)
    assert len(only(found).keys) <= 8
    for frame in (0, 37, 74):
        assert centre(found, frame) == pytest.approx(0.2 + 0.6 * frame / 74, abs=0.09)


def test_a_clip_that_runs_backwards_is_followed_backwards(walk: Path, cache: Cache) -> None:
    found = made(edit_of(clip_of(walk, THREE, start=THREE, speed=Fraction(-1))), cache)
    assert centre(found, 2) > 0.65
    assert centre(found, 72) < 0.35


def test_a_clip_twice_as_fast_has_its_key_frames_on_the_timeline(walk: Path, cache: Cache) -> None:
    found = made(edit_of(clip_of(walk, THREE / 2, speed=Fraction(2))), cache)
    assert centre(found, 18) == pytest.approx(0.5, abs=0.09)
    assert max(key.at for key in only(found).keys) < THREE / 2


def test_a_freeze_frame_has_one_key_frame(walk: Path, cache: Cache) -> None:
    found = made(edit_of(clip_of(walk, THREE, start=Fraction(1), speed=Fraction(0))), cache)
    assert len(only(found).keys) == 1
    assert centre(found, 0) == pytest.approx(0.2 + 0.6 * 25 / 74, abs=0.09)


def test_no_face_gives_the_middle_and_tells_it(tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "empty.mp4", lambda n: [])
    found = only(made(edit_of(clip_of(film, THREE)), cache))
    assert [(key.x, key.y) for key in found.keys] == [(0.5, 0.5)]
    (lost,) = found.lost
    assert lost.range == TimeRange(start=Fraction(0), duration=THREE)
    assert lost.reason == "no face, and nothing stands out"


def test_the_largest_of_ten_faces_is_followed(tmp_path: Path, cache: Cache) -> None:
    places = [(0.06 + 0.1 * n, 0.2) for n in range(9)]

    def ten(frame: int) -> list[tuple[float, float]]:
        return places

    film = write_faces(tmp_path / "ten.mp4", ten, height=54)
    found = made(edit_of(clip_of(film, THREE)), cache)
    assert only(found).lost == ()
    assert 0.1 < centre(found, 0) < 0.9


def test_a_face_at_the_very_edge_gives_a_crop_at_the_edge(tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "edge.mp4", lambda n: [(0.96, 0.5)])
    found = made(edit_of(clip_of(film, THREE)), cache)
    box = found.box(only(found), Fraction(0))
    assert box.left + box.width == pytest.approx(640, abs=25)
    assert box.left + box.width <= 640


def test_portrait_into_the_same_portrait_leaves_nothing_out(tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "same.mp4", lambda n: [(0.3, 0.5)])
    found = made(edit_of(clip_of(film, THREE)), cache, aspect=Fraction(16, 9))
    assert found.box(only(found), Fraction(1)) == (0, 0, 640, 360)


def test_a_face_that_fills_the_picture_is_not_enlarged(tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "big.mp4", lambda n: [(0.5, 0.5)], height=330)
    found = made(edit_of(clip_of(film, THREE)), cache, SubjectReframer(zoom=3))
    assert {key.scale for key in only(found).keys} == {1.0}


def test_a_small_face_is_enlarged_where_that_is_asked_for(tmp_path: Path, cache: Cache) -> None:
    film = write_faces(tmp_path / "small.mp4", lambda n: [(0.7, 0.4)], height=60)
    found = made(edit_of(clip_of(film, THREE)), cache, SubjectReframer(zoom=2))
    (scale,) = {key.scale for key in only(found).keys}
    assert 0.5 <= scale < 1


def test_two_subjects_one_after_the_other_give_a_jump_on_neighbouring_frames(
    tmp_path: Path, cache: Cache
) -> None:
    def places(frame: int) -> list[tuple[float, float]]:
        return [(0.2, 0.5)] if frame < 100 else [(0.8, 0.5)]

    film = write_faces(tmp_path / "jump.mp4", places, frames=200)
    found = made(edit_of(clip_of(film, Fraction(8))), cache)
    assert centre(found, 60) < 0.3
    assert centre(found, 140) > 0.7
    moves = [
        later.at - earlier.at
        for earlier, later in zip(only(found).keys, only(found).keys[1:], strict=False)
        if abs(later.x - earlier.x) > 0.3
    ]
    assert moves == [1 / RATE]


def test_a_pin_holds_for_its_range_and_nowhere_else(left: Path, cache: Cache) -> None:
    at = TimeRange(start=Fraction(1), duration=Fraction(1))
    pin = Pin(at=at, x=0.7, y=0.5)
    found = made(edit_of(clip_of(left, THREE)), cache, pins=(pin,))
    assert [round(centre(found, frame), 2) for frame in (25, 40, 49)] == [0.7] * 3
    assert centre(found, 24) < 0.4
    assert centre(found, 50) < 0.4


def test_a_clip_that_is_offline_has_no_crop_and_costs_no_other(
    left: Path, tmp_path: Path, cache: Cache
) -> None:
    gone = clip_of(tmp_path / "gone.mp4", THREE, number=1, at=THREE)
    found = made(edit_of(clip_of(left, THREE), gone), cache)
    assert [path.clip for path in found.paths] == ["V1/0"]
    assert [problem.clip for problem in found.problems] == ["V1/1"]


def test_the_middle_needs_no_evidence(left: Path, cache: Cache) -> None:
    found = made(edit_of(clip_of(left, THREE)), cache, CenterReframer(x=0.1))
    assert found.backend == "center:x=0.1"
    assert only(found).keys[0].x == pytest.approx(0.158, abs=0.001)  # at the picture's edge


@pytest.mark.parametrize("aspect", [Fraction(0), Fraction(-1), Fraction(30)])
def test_an_aspect_that_no_picture_has_is_refused(
    left: Path, cache: Cache, aspect: Fraction
) -> None:
    with pytest.raises(ReframingUnusable, match="no picture has the aspect"):
        made(edit_of(clip_of(left, THREE)), cache, aspect=aspect)


def test_a_pin_outside_of_the_timeline_is_refused(left: Path, cache: Cache) -> None:
    pin = Pin(at=TimeRange(start=Fraction(9), duration=Fraction(1)), x=0.5, y=0.5)
    with pytest.raises(ReframingUnusable, match="outside"):
        made(edit_of(clip_of(left, THREE)), cache, pins=(pin,))
