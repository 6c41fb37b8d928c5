"""``shotlog corrections`` as a user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.learning.corrections import read_corrections
from shotlog.schema import Family, MarkerFamily
from shotlog.schema.learning import CorrectionKind
from shotlog_otio import read_markers
from tests.corrections.cuts import OtioEditor, mark, write_cut, write_films
from tests.corrections.recorded import recorded_of_file


def shotlog(*words: object) -> Result:
    return CliRunner().invoke(main, list(map(str, words)))


def told_of(result: Result) -> str:
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("made") / "films")


@pytest.fixture
def season(films: Path, tmp_path: Path) -> Path:
    """Two reels in folders of their own, of which an editor has corrected the first."""
    for reel in ("one", "two"):
        (tmp_path / "season" / reel).mkdir(parents=True)
        mark(write_cut(tmp_path / "season" / reel / "cut.otio", films))
    OtioEditor(tmp_path / "season" / "one" / "cut.otio").change("MS · static", to="CS · static")
    return tmp_path / "season"


def test_a_folder_is_collected_into_one_file_and_summed_up(season: Path, tmp_path: Path) -> None:
    out = tmp_path / "corrections.jsonl"
    done = shotlog("corrections", "collect", season, "--out", out)
    assert done.exit_code == 0, done.output
    for part in (
        "Medium Shot (MS) Close-up (CS) 1",
        "builtin.size",
        "83 %",
        "2 projects, 1 in conflict",
        "conflict: a.mov, 0.00 s to 2.00 s: CS by cut.otio; MS by cut.otio",
    ):
        assert part in told_of(done)
    assert len(out.read_text().splitlines()) == 14
    shown = shotlog("corrections", "show", out)
    assert shown.exit_code == 0
    assert "14 corrections of 2 projects" in told_of(shown)


def test_a_rerun_gives_the_same_bytes_and_further_timelines_join(
    season: Path, tmp_path: Path
) -> None:
    out = tmp_path / "corrections.jsonl"
    for reel, lines in (("one", 7), ("one", 7), ("two", 14)):
        assert shotlog("corrections", "collect", season / reel, "--out", out).exit_code == 0
        assert len(out.read_text().splitlines()) == lines
    before = out.read_bytes()
    assert shotlog("corrections", "collect", season, "--out", out).exit_code == 0
    assert out.read_bytes() == before


def test_json_holds_the_figures_and_every_conflict(season: Path, tmp_path: Path) -> None:
    out = tmp_path / "corrections.jsonl"
    words = ("corrections", "collect", season, "--out", out, "--editor", "Ada", "--json")
    told = json.loads(shotlog(*words).stdout)
    assert (told["timelines"], told["corrections"], told["projects"]) == (2, 14, 2)
    (conflict,) = told["conflicts"]
    assert [each["labels"] for each in conflict["labels"]] == [["CS"], ["MS"]]
    assert {each["editor"] for each in conflict["labels"]} == {"Ada"}
    assert told["changes"] == [{"family": "size", "written": "MS", "now": "CS", "count": 1}]
    shown = json.loads(shotlog("corrections", "show", out, "--json").stdout)
    assert shown["agreements"] == told["agreements"]


def test_a_timeline_that_cannot_be_read_does_not_cost_the_others(
    season: Path, tmp_path: Path
) -> None:
    (season / "one" / "bad.otio").write_text("{")
    out = tmp_path / "corrections.jsonl"
    done = shotlog("corrections", "collect", season, "--out", out)
    assert done.exit_code == 0
    assert "bad.otio" in done.output
    assert len(out.read_text().splitlines()) == 14


def test_drafts_in_hidden_folders_and_bundles_are_no_further_timelines(
    season: Path, tmp_path: Path
) -> None:
    (season / ".shotlog").mkdir()
    shutil.copy(season / "one" / "cut.otio", season / ".shotlog" / "cut.otio")
    told = shotlog("corrections", "collect", season, "--out", tmp_path / "c.jsonl", "--json")
    assert json.loads(told.stdout)["timelines"] == 2


@pytest.mark.parametrize("name", ["empty", "absent.otio"])
def test_nothing_to_read_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "c.jsonl"
    done = shotlog("corrections", "collect", tmp_path / name, "--out", out)
    assert done.exit_code == 1
    assert name in done.output
    assert not out.exists()


def test_a_damaged_file_of_corrections_is_not_written_over(season: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.jsonl"
    out.write_text("{}\n")
    done = shotlog("corrections", "collect", season, "--out", out)
    assert done.exit_code == 1
    assert "line 1 is no correction" in told_of(done)
    assert out.read_text() == "{}\n"
    assert shotlog("corrections", "show", out).exit_code == 1


def test_a_file_of_another_kind_is_not_written_over(season: Path, tmp_path: Path) -> None:
    cut = season / "one" / "cut.otio"
    before = cut.read_bytes()
    assert shotlog("corrections", "collect", cut, "--out", cut).exit_code == 1
    assert cut.read_bytes() == before


def test_a_timeline_without_markers_has_no_corrections(films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    done = shotlog("corrections", "collect", path, "--out", tmp_path / "c.jsonl")
    assert done.exit_code == 0
    assert "no corrections" in done.output


def test_a_real_run_is_corrected_and_its_evidence_is_named(films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    assert shotlog("analyze", path, "-o", path, "--in-process").exit_code == 0
    first = next(marker for marker in read_markers(path) if marker.family is MarkerFamily.SHOT)
    OtioEditor(path).change(first.name, to="LS · pan_left")
    out = tmp_path / "c.jsonl"
    assert shotlog("corrections", "collect", path, "--out", out).exit_code == 0
    renamed = {
        each.family: each for each in read_corrections([out]) if each.kind is CorrectionKind.RENAMED
    }
    assert [(family.value, each.labels) for family, each in sorted(renamed.items())] == [
        ("move", ("pan_left",)), ("size", ("LS",))
    ]  # fmt: skip
    assert any(said.scores for said in renamed[Family.SIZE].said)
    assert {"picture.faces", "picture.whole"} <= renamed[Family.SIZE].evidence.keys()


def test_markers_alone_are_recorded_of_the_timeline_that_they_are_for(
    films: Path, tmp_path: Path
) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    done = shotlog("analyze", path, "--markers", tmp_path / "cut.edl", "--in-process")
    assert done.exit_code == 0, done.output
    assert recorded_of_file(path)
