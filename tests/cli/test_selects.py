"""``shotlog selects``, and queries of ``shotlog show``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.paths import CACHE_VARIABLE
from shotlog.schema import MarkerFamily
from shotlog.synthetic import write_video
from shotlog_otio import read_edit, read_markers
from tests.cli.test_commands import RATE, frames


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "evidence.sqlite"


@pytest.fixture(autouse=True)
def _one_cache(cache: Path, _own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the evidence for all tests of this module."""
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A timeline of two films, each a pan and a shot that stands, and of a clip without media."""
    folder = tmp_path_factory.mktemp("cut")
    for name, seconds, seed in (("A001.mp4", 4.0, 1), ("B001.mov", 2.4, 2)):
        write_video(folder / name, frames(seconds, seed), RATE)
    timeline = otio.schema.Timeline("cut", global_start_time=otio.opentime.RationalTime(0, 25))
    track = otio.schema.Track("V1", kind="Video")
    timeline.tracks.append(track)
    for name, count in (("A001.mp4", 100), ("B001.mov", 60), ("gone.mov", 10)):
        whole = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(count, 25)
        )
        url = (folder / name).as_uri()
        track.append(otio.schema.Clip(name, otio.schema.ExternalReference(url, whole), whole))
    mark = otio.opentime.TimeRange(
        otio.opentime.RationalTime(110, 25), otio.opentime.RationalTime(1, 25)
    )
    timeline.tracks.markers.append(otio.schema.Marker("mine", mark, "GREEN"))
    otio.adapters.write_to_file(timeline, str(folder / "cut.otio"))
    return folder / "cut.otio"


def shotlog(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words: str | Path) -> dict[str, Any]:
    result = shotlog("selects", *words, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_shots_come_in_groups_and_the_given_timeline_stays_as_it_was(
    cut: Path, tmp_path: Path
) -> None:
    before, output, page = cut.read_bytes(), tmp_path / "moves.otio", tmp_path / "moves.html"
    result = shotlog("selects", cut, "--by", "move", "-o", output, "--report", page)
    assert result.exit_code == 0, result.output
    assert "pan_right · 2 shots" in result.output
    assert "4 shots in 2 groups" in result.output
    assert f"wrote {output}" in result.output
    assert "gone.mov" in result.output  # a clip without media costs itself alone
    assert cut.read_bytes() == before

    edit = read_edit(output)
    assert edit.name == "moves"
    spans = [(clip.name, int(clip.timeline.start * RATE)) for clip in edit.clips]
    assert spans == [("A001.mp4", 0), ("B001.mov", 50), ("A001.mp4", 105), ("B001.mov", 155)]
    groups = [m.name for m in read_markers(output) if m.family is MarkerFamily.GROUP]
    assert groups == ["pan_right · 2 shots", "static · 2 shots"]
    (mine,) = [
        marker
        for marker in otio.adapters.read_from_file(str(output)).tracks.markers
        if "shotlog" not in marker.metadata
    ]
    assert (mine.name, mine.marked_range.start_time.value) == ("mine", 60)
    assert page.read_text().count("data:image/jpeg") >= 4


def test_without_a_place_nothing_is_written_and_the_shots_are_told(cut: Path) -> None:
    before = sorted(cut.parent.iterdir())
    answer = told(cut, "--by", "move", "--where", "duration < 2s", "--order", "duration")
    assert sorted(cut.parent.iterdir()) == before
    assert (answer["timeline"], answer["query"], answer["by"]) == ("cut", "duration < 2", "move")
    assert (answer["shots"], answer["left_out"], answer["files"]) == (2, [], [])
    first = answer["groups"][0]
    assert (first["key"], first["name"], first["in_selects"]) == ("pan_right",) * 2 + (None,)
    (shot,) = first["shots"]
    assert (shot["clip"], shot["start"], shot["duration"]) == ("B001.mov", "4", "6/5")
    assert shot["faces"] == 0
    assert "item" not in shot
    assert "gone.mov" in answer["problems"][0]["message"] + answer["problems"][0]["subject"]


def test_handles_go_as_far_as_the_media(cut: Path, tmp_path: Path) -> None:
    output = tmp_path / "selects.otio"
    answer = told(cut, "--handles", "900s", "--between", "none", "-o", output)
    assert [int(clip.source.duration * RATE) for clip in read_edit(output).clips] == [
        100, 100, 60, 60,
    ]  # fmt: skip
    (group,) = answer["groups"]
    assert group["in_selects"] == {"start": "0", "duration": "64/5"}
    assert not [m for m in read_markers(output) if m.family is MarkerFamily.GROUP]


def test_title_cards_are_pictures_beside_the_selects(cut: Path, tmp_path: Path) -> None:
    output, folder = tmp_path / "moves.otio", tmp_path / "moves cards"
    asked = ("selects", cut, "--by", "move", "--between", "title", "--gap", "10f")
    assert shotlog(*asked).exit_code == 2  # without a place there is none for the pictures
    folder.write_text("mine")
    result = shotlog(*asked, "-o", output)
    assert result.exit_code == 1
    assert "title cards need one of this name" in result.output
    folder.unlink()
    assert shotlog(*asked, "-o", output).exit_code == 0
    clips = [(clip.name, int(clip.timeline.start * RATE)) for clip in read_edit(output).clips]
    assert clips[0] == ("pan_right · 2 shots", 0)
    assert clips[1] == ("A001.mp4", 10)
    assert clips[3] == ("static · 2 shots", 90)
    assert sorted(path.name for path in folder.iterdir()) == ["01 pan_right.png", "02 static.png"]


def test_footage_makes_selects_too(cut: Path) -> None:
    answer = told(cut.parent / "A001.mp4", cut.parent / "B001.mov", "--by", "people")
    assert [(group["name"], len(group["shots"])) for group in answer["groups"]] == [("nobody", 4)]


def test_shots_in_no_group_are_counted(cut: Path) -> None:
    result = shotlog("selects", cut, "--by", "highlight")  # these films have none
    assert "0 shots in 0 groups; 4 belong to no group and are left out" in result.output


def test_no_shot_is_an_answer_but_nothing_to_write(cut: Path, tmp_path: Path) -> None:
    result = shotlog("selects", cut, "--where", '"nowhere"')
    assert result.exit_code == 0
    assert "0 shots" in result.output
    output = tmp_path / "selects.otio"
    result = shotlog("selects", cut, "--where", '"nowhere"', "-o", output)
    assert result.exit_code == 1
    assert "no shot was found" in result.output
    assert not output.exists()


def test_a_fault_is_marked_before_anything_is_analysed(tmp_path: Path) -> None:
    for command in ("selects", "show"):
        result = shotlog(command, tmp_path / "none.otio", "--where", "CS and dolly_inn")
        assert result.exit_code == 1
        assert result.stderr.splitlines()[:2] == ["CS and dolly_inn", " " * 7 + "^" * 9]
        result = shotlog(command, tmp_path / "none.otio", "--where", "CS or " * 1000)
        assert result.exit_code == 1
        assert "4000 characters" in result.stderr


def test_a_description_is_refused_for_one_timeline(cut: Path) -> None:
    result = shotlog("selects", cut, "--where", 'text:"a dog"')
    assert result.exit_code == 1
    assert "shotlog find" in result.stderr


def test_the_given_timeline_and_what_is_no_timeline_are_no_output(
    cut: Path, tmp_path: Path
) -> None:
    before, link, folder = cut.read_bytes(), tmp_path / "link.otio", tmp_path / "folder.otio"
    link.symlink_to(cut)
    folder.mkdir()
    for place, why in (
        (cut, "selects are a new timeline"),
        (link, "selects are a new timeline"),
        (folder, "a folder"),
        (tmp_path / "no" / "a.otio", "its folder does not exist"),
        (tmp_path / "a.xml", "a .otio file"),
    ):
        result = shotlog("selects", cut, "--by", "size", "-o", place)
        assert result.exit_code == 1, place
        assert why in result.output
    result = shotlog("selects", cut, "--report", tmp_path / "a.txt")
    assert result.exit_code == 1
    assert cut.read_bytes() == before


@pytest.mark.parametrize(
    "wrong", [("--handles", "12"), ("--handles", "-1f"), ("--gap", "x"), ("--by", "colour")]
)
def test_options_that_cannot_be_used_are_told(cut: Path, wrong: tuple[str, str]) -> None:
    result = shotlog("selects", cut, *wrong)
    assert result.exit_code == 2
    assert wrong[1] in result.output


def test_the_reason_is_told_where_no_clip_has_media(tmp_path: Path) -> None:
    timeline = otio.schema.Timeline("lost")
    track = otio.schema.Track("V1", kind="Video")
    whole = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(10, 25)
    )
    url = (tmp_path / "gone.mov").as_uri()
    track.append(otio.schema.Clip("lost", otio.schema.ExternalReference(url, whole), whole))
    timeline.tracks.append(track)
    source = tmp_path / "lost.otio"
    otio.adapters.write_to_file(timeline, str(source))
    result = shotlog("selects", source, "-o", tmp_path / "selects.otio")
    assert result.exit_code == 1
    assert "gone.mov" in result.output
    assert "no shot was found" in result.output


# --- show


def shown(path: Path, query: str) -> list[str]:
    result = shotlog("show", path, "--where", query, "--json")
    assert result.exit_code == 0, result.output
    return [row["name"] for row in json.loads(result.stdout)]


def test_show_lists_the_markers_of_shots_that_meet_a_query(cut: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.otio"
    assert shotlog("analyze", cut, "-o", marked).exit_code == 0
    shots = ["pan_right", "static", "pan_right", "static"]
    assert shown(marked, "") == [*shots, "media missing"]
    assert shown(marked, "undefined and not highlight") == shots
    assert shown(marked, "pan_right and duration > 1.5s") == ["pan_right"]
    assert shown(marked, "static and move.confidence > 0.99 or media:B001*") == shots[1:]
    assert shown(marked, 'static and not clip:"B001"') == ["static"]

    timeline = otio.adapters.read_from_file(str(marked))
    first = next(m for m in timeline.tracks.markers if m.name == "static")
    first.name = "cs · static"
    otio.adapters.write_to_file(timeline, str(marked))
    assert shown(marked, "CS") == ["cs · static"]
    answer = told(marked, "--by", "size")
    assert [(group["name"], len(group["shots"])) for group in answer["groups"]] == [
        ("CS", 1),
        ("undefined", 3),
    ]
    assert len(told(marked, "--where", "CS")["groups"][0]["shots"]) == 1
    # The editor's label has no confidence, and what is not known is found by no comparison.
    assert shown(marked, "size.confidence >= 0 and CS or not size.confidence >= 0 and CS") == []


def test_show_names_what_markers_do_not_tell(cut: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.otio"
    assert shotlog("analyze", cut, "-o", marked).exit_code == 0
    result = shotlog("show", marked, "--where", "static and (speech or not faces >= 1)")
    assert result.exit_code == 0
    assert "markers do not tell speech, faces" in result.stderr
    assert "0 marker(s)" in result.stdout
