"""``shotlog qc`` as a user types it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import TimeRange
from shotlog_otio import read_markers
from tests.delivery.qc.films import black, clean_sound, write_film
from tests.otio.timelines import clip, saved, timeline, track


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("clean") / "clean.mov")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("broken") / "broken.mov", black(40, 100))


def qc(*words: object) -> Result:
    return CliRunner().invoke(main, ["qc", *map(str, words)])


def test_a_file_that_passes_ends_with_0_and_one_that_does_not_with_4(
    clean: Path, broken: Path
) -> None:
    passed = qc(clean)
    assert passed.exit_code == 0, passed.output
    assert "passed clean.mov: 5.00 s · loudness -14" in " ".join(passed.output.split())
    failed = qc(clean, broken)
    assert failed.exit_code == 4
    assert "00:00:01:15" in failed.output
    assert "black for 2.40 s" in failed.output


def test_a_file_that_cannot_be_read_costs_no_other(
    clean: Path, broken: Path, tmp_path: Path
) -> None:
    told = qc(tmp_path / "absent.mp4", broken, clean)
    assert told.exit_code == 4
    assert "absent.mp4: the media is offline" in told.output
    assert "black for 2.40 s" in told.output
    assert "passed clean.mov" in told.output


def test_json_has_exact_times_and_frames(broken: Path, tmp_path: Path) -> None:
    written = tmp_path / "qc.json"
    assert qc(broken, "--json", written).exit_code == 4
    printed = qc(broken, "--json", "-")
    told = json.loads(printed.stdout)
    assert told == json.loads(written.read_text())
    (file,) = told["files"]
    (defect,) = file["defects"]
    assert (told["passed"], file["passed"], defect["check"]) == (False, False, "black")
    assert defect["frame"] == 40
    assert defect["range"] == {"start": "8/5", "duration": "12/5"}
    assert {figure["name"] for figure in file["figures"]} == {
        "loudness", "loudness range", "true peak",
    }  # fmt: skip


def test_a_warning_lets_a_file_pass(broken: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[black]\nseverity = "warning"\n')
    told = qc(broken, "--profile", own)
    assert told.exit_code == 0
    assert "warning" in told.output


def test_markers_are_written_on_the_frames_of_the_timeline(broken: Path, tmp_path: Path) -> None:
    made = timeline(track(clip("one", (0, 125), rate=25)), start=(0, 25))
    cut, out = saved(tmp_path, made), tmp_path / "checked.otio"
    before = cut.read_bytes()
    told = qc(broken, "--mark", cut, "-o", out)
    assert told.exit_code == 4, told.output
    assert cut.read_bytes() == before
    (marker,) = read_markers(out)
    assert marker.name == "QC · black"
    assert marker.range == TimeRange(start=Fraction(40, 25), duration=Fraction(60, 25))
    assert marker.colour == "RED"


def test_clips_are_marked_where_they_begin_on_the_timeline(broken: Path, tmp_path: Path) -> None:
    made = timeline(track(clip("one", (0, 500), rate=25)), start=(0, 25))
    cut = saved(tmp_path, made)
    told = qc(broken, broken, "--mark", cut, "--at", "00:00:01:00", "--at", "00:00:10:00")
    assert "not 20.00 as the timeline" not in " ".join(told.output.split())
    assert [marker.range.start * 25 for marker in read_markers(cut)] == [65, 290]


def test_a_clip_that_begins_outside_of_the_timeline_is_told(broken: Path, tmp_path: Path) -> None:
    cut = saved(tmp_path, timeline(track(clip("one", (0, 125), rate=25)), start=(0, 25)))
    told = qc(broken, "--mark", cut, "--at", "00:01:00:00")
    assert told.exit_code == 1
    assert "00:01:00:00 lies outside of it" in " ".join(told.output.split())


def test_another_length_and_rate_than_the_timelines_is_told(clean: Path, tmp_path: Path) -> None:
    cut = saved(tmp_path, timeline(track(clip("one", (0, 48))), start=(0, 24)))
    told = " ".join(qc(clean, "--against", cut).output.split())
    assert "25 frames per second, not 24 as the timeline" in told
    assert "5.00 s long, not 2.00 as the timeline" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Give the files to check. Profiles: broadcast, web."),
        (["a.mp4", "-o", "b.otio"], "-o and --at are for the timeline of --mark"),
        (["a.mp4", "b.mp4", "--mark", "c.otio"], "give --at once for every file"),
        (["a.mp4", "--mark", "absent.otio"], "absent.otio: there is no such file"),
        (["a.mp4", "--profile", "wbe"], "did you mean 'web'?"),
    ],
)
def test_wrong_words_are_told(words: list[str], told: str) -> None:
    result = qc(*words)
    assert result.exit_code in (1, 2)
    assert told in " ".join(result.output.split())


def test_the_checks_of_a_profile_are_listed_with_their_limits() -> None:
    told = qc("--list", "--profile", "broadcast").output
    assert "R 128" in told
    assert "-23.0" in told


def test_quiet_tells_of_files_that_do_not_pass_alone(clean: Path, broken: Path) -> None:
    told = qc(clean, broken, "--quiet").output
    assert "passed clean.mov" not in told
    assert "not passed broken.mov" in told


def test_silence_of_one_track_names_the_track(tmp_path: Path) -> None:
    mute = clean_sound(channels=1) * 0
    film = write_film(tmp_path / "two.mov", sound=[clean_sound(), mute])
    assert "(sound 2)" in qc(film).output
