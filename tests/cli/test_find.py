"""``shotlog find`` over what a batch has logged."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.library import LIBRARY_NAME, merge
from shotlog.paths import CACHE_VARIABLE
from shotlog.schema import ShotFacts
from shotlog_otio import read_edit, read_markers
from tests.batch.season import plan, season, shard_files
from tests.library.logs import random_vectors, shot, timeline


def find(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["find", *(str(word) for word in words)])


def found(*words: str | Path) -> dict[str, object]:
    result = find(*words, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, object] = json.loads(result.stdout)
    return told


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "evidence.sqlite"


@pytest.fixture(autouse=True)
def _one_cache(cache: Path, _own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the evidence of the batch for all tests of this module."""
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """The output folder of a batch of two timelines."""
    folder = tmp_path_factory.mktemp("season")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(cache))
        plan([season(folder / "season", timelines=2)], folder / "logged")
        for shard in shard_files(folder / "logged"):
            assert CliRunner().invoke(main, ["run-shard", str(shard)]).exit_code == 0
        merged = CliRunner().invoke(main, ["batch", "merge", str(folder / "logged")])
        assert merged.exit_code == 0, merged.output
    return folder / "logged"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of three timelines, and nothing else."""
    folder = tmp_path_factory.mktemp("small")
    facts = ShotFacts(faces=2, speech=0.75)
    shots = [
        shot(0, 2, size="CS", moves=("pan_left", "static"), facts=facts, clip_name="Küche \x1b[1m"),
        shot(2, 70, size="LS", moves=()),
    ]
    vectors = dict(enumerate(random_vectors(2, 8)))
    merge(folder / LIBRARY_NAME, [timeline(item, shots, vectors=vectors) for item in "abc"])
    return folder


def test_a_table_of_shots_and_their_number_is_printed(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    result = find("CS and pan_left and faces >= 1", "--in", small)

    assert result.exit_code == 0
    row = next(line for line in result.output.splitlines() if "01:00:00:00" in line)
    for cell in ("Reel 1", "2.00 s", "CS", "pan_left → static", "2", "75%", "Küche \\x1b[1m"):
        assert cell in row
    assert "3 shot(s)" in result.output


def test_more_hits_than_are_shown_are_told(small: Path) -> None:
    result = find("", "--in", small / LIBRARY_NAME, "--limit", "2")
    assert "6 shot(s); these are the first 2, more with --limit" in result.output
    assert found("", "--in", small, "--limit", "0")["total"] == 6


def test_json_tells_exact_times(small: Path) -> None:
    told = found("size:ls and duration > 1min", "--in", small, "--order", "duration")
    shots = told["shots"]

    assert (told["query"], told["total"], told["files"]) == ("size:LS and duration > 60", 3, [])
    assert isinstance(shots, list)
    assert [(one["item"], one["start"], one["duration"]) for one in shots] == [
        (item, "2", "70") for item in "abc"
    ]


def test_no_hit_is_an_answer(small: Path) -> None:
    result = find('"nowhere"', "--in", small)
    assert (result.exit_code, result.output) == (0, "0 shot(s)\n")


def test_a_fault_is_marked_below_the_query(small: Path) -> None:
    result = find("日本 CS", "--in", small)
    assert result.exit_code == 1
    shown, marks, said, *_ = result.stderr.splitlines()
    assert (shown, marks) == ("日本 CS", "     ^^")
    assert "at character 4" in said

    result = find("CS and\tdolly_inn", "--in", small)
    assert result.stderr.splitlines()[:2] == ["CS and\\tdolly_inn", " " * 8 + "^" * 9]
    assert "did you mean dolly_in" in result.stderr
    assert "Traceback" not in result.output


def test_a_fault_far_into_a_long_query_is_shown(small: Path) -> None:
    result = find("CS or " * 50 + "dolly_inn", "--in", small)
    shown, marks, *_ = result.stderr.splitlines()
    assert shown.endswith("dolly_inn")
    assert len(marks) == len(shown) <= 100


def test_a_description_without_a_model_says_which_to_fetch(small: Path, logged: Path) -> None:
    result = find('text:"a dog"', "--in", small)
    assert result.exit_code == 1
    assert "shotlog models pull clip" in result.output

    result = find('text:"a dog"', "--in", logged)
    assert result.exit_code == 1
    assert "shotlog models list" in result.output


def test_a_folder_without_a_library_is_told(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        result = find("CS", "--in", place)
        assert result.exit_code == 1
        assert "shotlog batch" in result.output
    (tmp_path / LIBRARY_NAME).write_text("no library")
    assert find("CS", "--in", tmp_path).exit_code == 1


# --- files


def test_found_shots_become_a_stringout_and_a_page(logged: Path, tmp_path: Path) -> None:
    output, page = tmp_path / "selects.otio", tmp_path / "selects.html"
    told = found('media:"A001*"', "--in", logged, "-o", output, "--report", page)

    # Both timelines use this film.
    assert told["total"] == 2
    assert told["files"] == [str(output), str(page)]
    assert [clip.name for clip in read_edit(output).clips] == ["A001.mp4", "A001.mp4"]
    assert read_edit(output).name == "selects"
    assert read_markers(output)
    assert page.read_text().count("data:image/jpeg") >= 2


def test_nothing_is_written_without_a_hit(logged: Path, tmp_path: Path) -> None:
    result = find('"nowhere"', "--in", logged, "-o", tmp_path / "selects.otio")
    assert result.exit_code == 1
    assert "no shot matches" in result.output
    assert list(tmp_path.iterdir()) == []


def test_places_are_checked_before_anything_is_searched(tmp_path: Path) -> None:
    for option, name in (("-o", "selects.xml"), ("--report", "page.txt"), ("-o", "no/a.otio")):
        result = find("CS", "--in", "nowhere", option, tmp_path / name)
        assert result.exit_code == 1
        assert str(tmp_path / name) in result.output
    assert find("CS", "--in", "nowhere", "--open").exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="the stand-in of a browser is a script")
def test_the_page_is_opened_in_the_browser(
    logged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser.py"
    browser.write_text(f"import sys, pathlib\npathlib.Path({str(seen)!r}).write_text(sys.argv[1])")
    monkeypatch.setenv("BROWSER", f"{shlex.join([sys.executable, str(browser)])} %s")
    page = tmp_path / "page.html"

    assert find("", "--in", logged, "--report", page, "--open").exit_code == 0
    assert seen.read_text() == page.as_uri()


def test_the_help_teaches_the_language() -> None:
    result = find("--help")
    for word in ("faces >= 1", 'text:"a woman laughing"', "dolly_in", "Exit codes", "-o selects"):
        assert word in result.output
