"""``shotlog coverage`` as a user types it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import SIZES, Pixels
from shotlog.synthetic import write_video
from tests.analyzers.portraits import turned
from tests.otio.timelines import clip, saved, span, timeline, track

RATE = 24
HUES = {"kitchen": 15, "garden": 60, "black": None}


def texture(hue: int | None) -> Pixels:
    """Return a picture of one hue with soft light and shade; black without one."""
    if hue is None:
        return np.zeros((90, 160, 3), np.uint8)
    shade = np.random.default_rng(hue).integers(60, 255, (9, 16)).astype(np.uint8)
    value = cv2.resize(shade, (160, 90), interpolation=cv2.INTER_CUBIC)
    hsv = np.dstack([np.full_like(value, hue), np.full_like(value, 180), value])
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films of 4 s, each of one setting, without sound."""
    folder = tmp_path_factory.mktemp("footage")
    for name, hue in HUES.items():
        write_video(folder / f"{name}.mp4", [texture(hue)] * 4 * RATE, Fraction(RATE))
    return folder


def cut(
    folder: Path, footage: Path, *names: str, markers: tuple[tuple[str, float], ...] = ()
) -> Path:
    """Return a timeline of 2 s of each film, with markers at seconds of it."""
    clips = [clip(n, (24, 48), media=str(footage / f"{n}.mp4"), available=(0, 96)) for n in names]
    made: Any = timeline(track(*clips), start=(86400, 24))
    for name, at in markers:
        made.tracks.markers.append(otio.schema.Marker(name=name, marked_range=span((at * 24, 1))))
    return saved(folder, made)


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def told(path: Path, *more: str | Path) -> dict[str, Any]:
    result = shotlog("coverage", path, "--json", *more)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_each_setting_is_a_scene_with_its_shots(footage: Path, tmp_path: Path) -> None:
    found = told(cut(tmp_path, footage, "kitchen", "kitchen", "garden"))
    assert found["scenes_from"] == "colours"
    facts = [(s["scene"], s["timecode"], s["frames"], s["shots"]) for s in found["scenes"]]
    assert facts == [("Scene 1", "01:00:00:00", 96, 2), ("Scene 2", "01:00:04:00", 48, 1)]
    for scene in found["scenes"]:
        known = scene["known_sizes"] == scene["shots"]
        assert (scene["missing_sizes"] is not None) == known
        assert not known or {*scene["sizes"], *scene["missing_sizes"]} == set(SIZES.names[:-1])
    assert [s["average_seconds"] for s in found["scenes"]] == [2.0, 2.0]
    assert [step["frame"] for step in found["pace"]] == [0, 48, 96]


def test_an_editors_markers_are_the_scenes(footage: Path, tmp_path: Path) -> None:
    markers = (("scene 4", 2), ("SCENE: late", 9), ("not a scene", 1))
    found = told(cut(tmp_path, footage, "kitchen", "kitchen", "garden", markers=markers))
    assert found["scenes_from"] == "markers"
    assert [(s["scene"], s["first_shot"]) for s in found["scenes"]] == [
        ("Before Scene 4", 1),
        ("Scene 4", 2),
    ]


def test_the_table_teaches_how_to_override_it(footage: Path, tmp_path: Path) -> None:
    result = shotlog("coverage", cut(tmp_path, footage, "kitchen", "garden"))
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "Scene 1" in words
    assert "01:00:02:00" in words
    assert "missing" in words
    assert "reverse" not in words  # nobody is in the pictures
    assert "Markers named scene" in words
    assert "pace █" in words


def test_the_page_is_written_beside_the_table(footage: Path, tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    result = shotlog("coverage", cut(tmp_path, footage, "kitchen"), "--html", page)
    assert result.exit_code == 0, result.output
    assert f"wrote {page}" in result.stdout.replace("\n", "")
    assert '<table class="scenes">' in page.read_text(encoding="utf-8")


def test_the_timeline_is_not_changed(footage: Path, tmp_path: Path) -> None:
    path = cut(tmp_path, footage, "kitchen")
    before = path.read_bytes()
    told(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_faces_to_both_sides_are_a_reverse_angle(tmp_path: Path) -> None:
    for name, degrees in (("she", -45), ("he", 45)):
        # Each looks across the picture, as in a conversation; else the framing would be the same.
        face = np.roll(turned(0.5, degrees, size=(320, 180)), -int(degrees), axis=1)
        write_video(tmp_path / f"{name}.mp4", [face] * 4 * RATE, Fraction(RATE))
    markers = (("scene 1", 0), ("scene 2", 4))
    path = cut(tmp_path, tmp_path, "she", "he", "she", "she", markers=markers)
    first, second = told(path)["scenes"]
    assert first["facings"] == {"left": 1, "right": 1, "camera": 0}
    assert (first["reverse_angles"], first["missing_facing"]) == ([[1, 2]], None)
    assert (second["reverse_angles"], second["missing_facing"]) == ([], "right")
    words = " ".join(shotlog("coverage", path).stdout.split())
    assert "#1 → #2" in words
    assert "only one side of the conversation is seen" in words


def test_black_film_has_neither_scenes_nor_pace(footage: Path, tmp_path: Path) -> None:
    found = told(cut(tmp_path, footage, "black"))
    assert (found["scenes"], found["pace"], found["whole"]["shots"]) == ([], [], 0)


def test_where_every_clip_is_offline_the_problems_are_told(footage: Path, tmp_path: Path) -> None:
    path = cut(tmp_path, footage, "lost", "gone", markers=(("scene 1", 0),))
    found = told(path)
    assert [problem["subject"].split()[0] for problem in found["problems"]] == ["lost", "gone"]
    assert [(s["scene"], s["shots"], s["missing_sizes"]) for s in found["scenes"]] == [
        ("Scene 1", 0, None)
    ]
    result = shotlog("coverage", path)
    assert result.exit_code == 0
    assert "offline" in result.output


@pytest.mark.parametrize(
    ("place", "said"),
    [("no/where.html", "folder does not exist"), ("page.txt", "the result is a .html file")],
)
def test_an_impossible_place_is_refused_before_the_work(
    footage: Path, tmp_path: Path, place: str, said: str
) -> None:
    result = shotlog("coverage", cut(tmp_path, footage, "kitchen"), "--html", tmp_path / place)
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())
    assert "Findings" not in result.output


def test_the_cache_is_the_one_that_is_named(footage: Path, tmp_path: Path) -> None:
    path, cache = cut(tmp_path, footage, "kitchen"), tmp_path / "kept.sqlite"
    assert told(path, "--in-process", "--no-cache")["whole"]["shots"] == 1
    assert told(path, "--in-process", "--cache", cache)["whole"]["shots"] == 1
    assert cache.is_file()
    for option in (("--no-cache",), ("--cache", cache)):
        result = shotlog("coverage", path, "--daemon", *option)
        assert result.exit_code == 2
        assert f"{option[0]} needs --in-process" in result.output


def test_what_is_no_timeline_is_refused_with_a_remedy(footage: Path) -> None:
    result = shotlog("coverage", footage / "kitchen.mp4")
    assert result.exit_code == 1
    assert "kitchen.mp4" in result.output.replace("\n", "")
