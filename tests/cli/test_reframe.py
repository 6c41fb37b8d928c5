"""``shotlog reframe`` as a user types it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog_otio import read_reframing
from tests.delivery.reframe.scenes import write_faces


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_faces(tmp_path_factory.mktemp("film") / "left.mp4", lambda n: [(0.25, 0.5)])


def reframe(*words: object) -> Result:
    return CliRunner().invoke(main, ["reframe", *map(str, words)])


def said(result: Result) -> str:
    return " ".join(result.output.split())


def test_crops_of_a_film_are_written_and_told(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "left.json"
    told = reframe(film, "--aspect", "9:16", "-o", out)
    assert told.exit_code == 0, told.output
    assert "9:16: 1 clip(s), 1 key frame(s), 0 without subject" in said(told)
    assert read_reframing(out).paths[0].keys[0].x == pytest.approx(0.25, abs=0.05)


def test_several_aspects_give_a_file_each(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "left.otio"
    told = reframe(film, "--aspect", "9:16", "--aspect", "1:1", "-o", out)
    assert told.exit_code == 0, told.output
    assert sorted(file.name for file in tmp_path.iterdir()) == ["left.1x1.otio", "left.9x16.otio"]


@pytest.mark.parametrize("name", ["left.mlt", "left.fcpxml", "left.txt"])
def test_media_files_give_no_timeline_of_another_kind(
    film: Path, tmp_path: Path, name: str
) -> None:
    told = reframe(film, "--aspect", "9:16", "-o", tmp_path / name)
    assert told.exit_code == 1
    assert "media files become a timeline of another kind" in said(told)
    assert "Picture" not in said(told)
    assert list(tmp_path.iterdir()) == []


def test_a_pin_is_respected(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "left.json"
    pin = "00:00:01:00-00:00:01:24=0.7,0.5"
    assert reframe(film, "--aspect", "9:16", "--pin", pin, "-o", out).exit_code == 0
    (path,) = read_reframing(out).paths
    assert [path.at(Fraction(n, 25)).x > 0.6 for n in (24, 25, 49, 50)] == [
        False,
        True,
        True,
        False,
    ]


def test_json_has_frames_and_timecodes(film: Path) -> None:
    told = reframe(film, "--aspect", "9:16", "--json")
    (found,) = json.loads(told.stdout)
    (clip,) = found["clips"]
    assert (found["aspect"], clip["keys"][0]["frame"]) == ("9:16", 0)
    assert clip["keys"][0]["timecode"] == "00:00:00:00"


def test_the_ways_are_listed_with_their_parameters() -> None:
    told = reframe("--backend", "list")
    assert told.exit_code == 0
    assert "speaker: margin=0.15" in told.output
    assert "isolated microphones" in told.output


def test_a_film_that_is_offline_costs_no_other(film: Path, tmp_path: Path) -> None:
    gone = tmp_path / "damaged.mp4"
    gone.write_bytes(b"no film")
    told = reframe(film, gone, "--aspect", "9:16", "-o", tmp_path / "both.json")
    assert told.exit_code == 3, told.output
    assert "damaged.mp4" in said(told)
    assert len(read_reframing(tmp_path / "both.json").paths) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--aspect", "9:16", "-o", "a.json"], "Give a timeline, or media files"),
        (["a.mp4", "-o", "a.json"], "Give an aspect"),
        (["a.mp4", "--aspect", "wide", "-o", "a.json"], "wide"),
        (["a.mp4", "--aspect", "9:16"], "Give a file with -o, or --json"),
        (["a.mp4", "--aspect", "9:16", "--backend", "speeker", "-o", "a.json"], "'speaker'?"),
        (["a.mp4", "--aspect", "9:16", "--aspect", "1:1", "--size", "9x9", "-o", "a.json"], "one"),
        (["absent.mp4", "--aspect", "9:16", "-o", "a.json"], "absent.mp4"),
        (
            ["absent.mp4", "--aspect", "9:16", "--size", "9x9", "-o", "a.json"],
            "not the aspect 9:16",
        ),
    ],
)
def test_wrong_words_are_told(words: list[str], told: str) -> None:
    result = reframe(*words)
    assert result.exit_code in (1, 2)
    assert told in said(result)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--pin", "somewhere"], "it is no pin"),
        (["--pin", "00:00:01:00=7,0.5"], "from 0 to 1"),
        (["--pin", "00:09:00:00=0.5,0.5"], "lies outside of it"),
        (["--size", "large"], "is no size"),
    ],
)
def test_wrong_pins_and_sizes_are_told(
    film: Path, tmp_path: Path, words: list[str], told: str
) -> None:
    result = reframe(film, "--aspect", "9:16", *words, "-o", tmp_path / "a.json")
    assert result.exit_code in (1, 2)
    assert told in said(result)
    assert not (tmp_path / "a.json").exists()
