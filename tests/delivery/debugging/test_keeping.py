"""Tracks, plots and frames with boxes of real crops."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest

from shotlog.delivery.debugging import draw_boxes, keep_reframing, plot_path, tracks_of
from shotlog.delivery.reframe import ReframeOptions, SeenShot, reframe, see_shots
from shotlog.engine import Cache
from shotlog.schema import (
    ClipRange,
    CropBox,
    CropKey,
    CropPath,
    LostSubject,
    OutputNotWritable,
    Reframing,
    TimeRange,
)
from tests.delivery.reframe.scenes import RATE, SIZE, clip_of, edit_of, write_faces

SVG = "{http://www.w3.org/2000/svg}"


class Made(NamedTuple):
    reframing: Reframing
    shots: tuple[SeenShot, ...]


def made(*clips: ClipRange, spans: Sequence[TimeRange] | None = None) -> Made:
    edit, options = edit_of(*clips), ReframeOptions(aspect=Fraction(9, 16))
    with Cache(None) as cache:
        return Made(reframe(edit, cache, options, spans=spans), see_shots(edit, cache, spans=spans))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that walks from the left to the right for three seconds."""
    path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    return write_faces(path, lambda n: [(0.2 + 0.6 * n / 74, 0.5)])


@pytest.fixture(scope="module")
def walk(film: Path) -> Made:
    return made(clip_of(film, Fraction(3)))


def green(picture: Path) -> list[int]:
    """Columns that the frame of the crop takes for most of the height."""
    pixels = cv2.imread(str(picture))
    assert pixels is not None
    blue, lime, red = (pixels[..., n].astype(int) for n in range(3))
    columns = ((lime > 200) & (blue < 120) & (red < 120)).mean(axis=0)
    return [int(column) for column in np.flatnonzero(columns > 0.9)]


def boxed(picture: str) -> float:
    """Mean column of the box of the first face."""
    pixels = cv2.imread(picture)
    assert pixels is not None
    blue, yellow, red = (pixels[..., n].astype(int) for n in range(3))
    return float(np.nonzero((red > 240) & (abs(yellow - 200) < 8) & (blue < 10))[1].mean())


def test_frames_show_the_crop_where_the_path_has_it(walk: Made, tmp_path: Path) -> None:
    kept = keep_reframing(tmp_path, walk.reframing, walk.shots, RATE)
    names = [Path(each).name for each in kept.pictures]
    assert names == [f"001-V1_0-{n:06d}.png" for n in (0, 25, 50)]
    path = walk.reframing.paths[0]
    for picture, number in zip(kept.pictures, (0, 25, 50), strict=True):
        box = walk.reframing.box(path, number / RATE)
        columns = green(Path(picture))
        assert columns[0] == pytest.approx(box.left, abs=2)
        assert columns[-1] == pytest.approx(box.left + box.width, abs=3)


def test_tracks_tell_where_the_face_walks(walk: Made, tmp_path: Path) -> None:
    kept = keep_reframing(tmp_path, walk.reframing, walk.shots, RATE)
    told = json.loads(Path(kept.tracks).read_text("utf-8"))
    assert told == [tracks_of(shot).model_dump(mode="json") for shot in walk.shots]
    [track] = told[0]["tracks"]
    assert track["boxes"][0][0] == pytest.approx(0.2, abs=0.05)
    assert track["boxes"][-1][0] == pytest.approx(0.8, abs=0.05)
    assert len(track["moments"]) == len(track["boxes"]) == len(track["scores"])


def test_a_second_run_writes_the_same_bytes(walk: Made, tmp_path: Path) -> None:
    for name in ("first", "second"):
        keep_reframing(tmp_path / name, walk.reframing, walk.shots, RATE)
    first, second = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}
        for name in ("first", "second")
    )
    assert first == second
    assert len(first) == 5


def test_each_clip_has_a_plot_and_its_first_frame_however_short_it_is(
    film: Path, tmp_path: Path
) -> None:
    found = made(
        clip_of(film, Fraction(1, 5), number=0),
        clip_of(film, Fraction(1, 5), number=1, at=Fraction(1, 5), start=Fraction(1)),
    )
    kept = keep_reframing(tmp_path, found.reframing, found.shots, RATE)
    assert [Path(each).name for each in kept.plots] == ["001-V1_0.svg", "002-V1_1.svg"]
    assert [Path(each).name for each in kept.pictures] == [
        "001-V1_0-000000.png",
        "002-V1_1-000005.png",
    ]


def test_a_clip_that_runs_backwards_is_drawn_at_the_frames_that_are_shown(
    film: Path, tmp_path: Path
) -> None:
    found = made(clip_of(film, Fraction(3), start=Fraction(3), speed=Fraction(-1)))
    kept = keep_reframing(tmp_path, found.reframing, found.shots, RATE)
    assert sorted(Path(each).name[-10:] for each in kept.pictures) == [
        "000000.png",
        "000025.png",
        "000050.png",
    ]
    assert boxed(min(kept.pictures)) > SIZE[0] / 2 > boxed(max(kept.pictures))


def test_only_what_is_delivered_of_a_clip_is_drawn_with_the_crop_of_the_clip(
    film: Path, tmp_path: Path
) -> None:
    spans = [TimeRange(start=Fraction(n), duration=Fraction(2, 5)) for n in (0, 2)]
    found = made(clip_of(film, Fraction(3)), spans=spans)
    kept = keep_reframing(tmp_path, found.reframing, found.shots, RATE)
    assert [Path(each).name for each in kept.plots] == ["001-V1_0.svg"]
    assert [Path(each).name[-10:] for each in kept.pictures] == ["000000.png", "000050.png"]
    assert all(green(Path(each)) for each in kept.pictures)


def test_a_film_without_faces_has_pictures_with_the_crop_alone(tmp_path: Path) -> None:
    found = made(clip_of(write_faces(tmp_path / "wall.mp4", lambda n: [], 10), Fraction(2, 5)))
    kept = keep_reframing(tmp_path / "kept", found.reframing, found.shots, RATE)
    assert json.loads(Path(kept.tracks).read_text("utf-8"))[0]["tracks"] == []
    assert green(Path(kept.pictures[0]))


def test_media_that_vanished_are_told_and_cost_no_other_clip(film: Path, tmp_path: Path) -> None:
    gone = Path(shutil.copy(film, tmp_path / "gone.mp4"))
    found = made(
        clip_of(gone, Fraction(1), number=0),
        clip_of(film, Fraction(1), number=1, at=Fraction(1)),
    )
    gone.unlink()
    kept = keep_reframing(tmp_path / "kept", found.reframing, found.shots, RATE)
    assert len(kept.problems) == 1
    assert [Path(each).name for each in kept.pictures] == ["002-V1_1-000025.png"]


def test_a_folder_that_is_a_file_is_told(walk: Made, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(OutputNotWritable, match="taken"):
        keep_reframing(tmp_path / "taken", walk.reframing, walk.shots, RATE)


def test_no_frames_at_all_is_a_fault_of_the_caller(walk: Made, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="every 0 frames"):
        keep_reframing(tmp_path, walk.reframing, walk.shots, RATE, every=0)


def test_what_is_outside_of_a_crop_is_darker_and_what_is_inside_is_unchanged() -> None:
    grey = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    drawn = draw_boxes(grey, [None], CropBox(100, 0, 200, 360), SIZE)
    assert (drawn[180, 50] == 100).all()
    assert (drawn[180, 200] == 200).all()
    assert (grey == 200).all()


def test_a_face_beyond_the_edge_is_drawn_as_far_as_it_is_seen() -> None:
    grey = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    drawn = draw_boxes(grey, [(0.0, 0.5, 0.2, 0.4)], None, SIZE)
    assert (drawn[180, 64] != 200).any()
    assert (drawn[180, 200:] == 200).all()


def test_a_plot_has_a_dot_for_each_key_frame_and_a_band_where_the_subject_is_lost() -> None:
    keys = tuple(CropKey(at=Fraction(n), x=n / 4, y=0.5) for n in (1, 2, 3))
    lost = LostSubject(
        range=TimeRange(start=Fraction(2), duration=Fraction(1)), reason="no face in this shot"
    )
    path = CropPath(clip="V1/0", name="a\x01<b>", width=640, height=360, keys=keys, lost=(lost,))
    plot = plot_path(path, TimeRange(start=Fraction(0), duration=Fraction(4)))
    root = ET.fromstring(plot)  # noqa: S314  # our own picture
    assert root.findtext(f"{SVG}title") == "a?<b>"
    assert len(root.findall(f"{SVG}circle")) == 3 * 3
    bands = [rect.findtext(f"{SVG}title") for rect in root.findall(f"{SVG}rect")]
    assert bands == [None, "no face in this shot"]
    [first] = root.findall(f"{SVG}polyline")[:1]
    heights = [float(point.split(",")[1]) for point in first.get("points", "").split()]
    assert heights == sorted(heights, reverse=True)
