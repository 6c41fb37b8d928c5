"""``shotlog relink`` as a user runs it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.engine.sources import LostMedia, Suggestion, maps_of
from shotlog.synthetic import write_video
from tests.cli.test_commands import RATE, frames
from tests.otio.timelines import clip, saved, timeline, track


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    write_video(path, frames(float(24 / RATE)), rate=Fraction(24))
    return path


def placed(film: Path, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(film.read_bytes())
    return path


def test_moved_media_are_found_and_kept_for_the_project(film: Path, tmp_path: Path) -> None:
    placed(film, tmp_path / "disk" / "day 1" / "a.mp4")
    cut = saved(tmp_path, timeline(track(clip(media=r"E:\Shoot\Day 1\a.mp4", available=(0, 24)))))

    found = json.loads(shotlog("relink", cut, tmp_path / "disk", "--save", "--json").output)

    assert found["maps"] == [rf"E:\Shoot={tmp_path}/disk"]
    assert found["found"][0]["agrees"] == ["name", "length"]
    assert "all media are where the timeline says" in shotlog("relink", cut, tmp_path).output


def test_of_two_files_of_a_name_the_one_of_the_right_length_is_taken(
    film: Path, tmp_path: Path
) -> None:
    right = placed(film, tmp_path / "disk" / "x" / "a.mp4")
    other = tmp_path / "disk" / "y" / "a.mp4"
    other.parent.mkdir()
    write_video(other, frames(float(48 / RATE)), rate=Fraction(24))
    cut = saved(tmp_path, timeline(track(clip(media="/gone/a.mp4", available=(0, 24)))))

    found = json.loads(shotlog("relink", cut, tmp_path / "disk", "--json").output)

    assert [item["file"] for item in found["found"]] == [str(right)]


def test_nothing_is_guessed_of_two_equal_files(film: Path, tmp_path: Path) -> None:
    for folder in "xy":
        placed(film, tmp_path / "disk" / folder / "a.mp4")
    cut = saved(tmp_path, timeline(track(clip(media="/gone/a.mp4"), clip(media="/gone/b.mp4"))))

    result = shotlog("relink", cut, tmp_path / "disk")

    assert "/gone/a.mp4: 2 files are equally likely" in result.output
    assert "/gone/b.mp4: no file of this name was found" in result.output
    assert "--map" not in result.output


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    cut = saved(tmp_path, timeline(track(clip())))

    result = shotlog("relink", cut, tmp_path / "none")

    assert result.exit_code == 1
    assert "there is no such folder" in result.output


def suggestion(written: str, found: str) -> Suggestion:
    return Suggestion(LostMedia(written, Fraction(0)), Path(found), ("name",), ())


def test_one_map_leads_to_all_files_that_moved_together() -> None:
    moved = [
        suggestion("/Volumes/A/day 1/a.mov", "/mnt/a/day 1/a.mov"),
        suggestion("/Volumes/A/day 2/b.mov", "/mnt/a/day 2/b.mov"),
        suggestion("/Volumes/A/music/c.wav", "/srv/sound/c.wav"),
        suggestion("d.mov", "/mnt/a/d.mov"),
    ]

    assert maps_of(moved) == [
        ("/Volumes/A/music", "/srv/sound"),
        ("/Volumes/A", "/mnt/a"),
    ]
