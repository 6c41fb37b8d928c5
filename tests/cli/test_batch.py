"""``shotlog batch`` through a real daemon, and ``shotlog run-shard``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from shotlog.batch import OutputFolder, ResultStore, read_plan
from shotlog.cli import main
from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE
from shotlog_otio import read_markers
from tests.batch.season import film, season, shard_files
from tests.cli.conftest import IN_PROCESS
from tests.corrections.recorded import recorded_of_file


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module", autouse=True)
def _daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One daemon for all tests of this module, which keep it well."""
    folder = tmp_path_factory.mktemp("daemon")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(IN_PROCESS, raising=False)
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        patch.setenv(CACHE_VARIABLE, str(folder / "evidence.sqlite"))
        yield
        call("daemon", "stop")


@pytest.fixture(autouse=True)
def _cache_of_the_daemon(_daemon: None, _own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the daemon's cache here, too: pictures are read from it."""
    home = os.environ[HOME_VARIABLE]
    monkeypatch.setenv(CACHE_VARIABLE, str(Path(home).parent / "evidence.sqlite"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return season(tmp_path / "season", timelines=2)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "logged"


def test_a_folder_is_logged_into_timelines_reports_tables_library_and_page(
    root: Path, out: Path
) -> None:
    film(root / "loose" / "B.mp4", 40)
    result = call("batch", root, "--out", out)
    assert result.exit_code == 0, result.output
    for name in ("index.html", "library.sqlite", "shots.csv", "shots.parquet"):
        assert (out / name).stat().st_size > 0
    for item in read_plan(OutputFolder(out)).items.values():
        assert read_markers(out / item.output)
        assert recorded_of_file(out / item.output)
        assert (out / item.report).is_file()
    assert "ep0/cut0.marked.otio" in (out / "index.html").read_text()
    found = call("find", "undefined or CS or MS or FS or LS or ECS", "--in", out, "--json")
    assert found.exit_code == 0, found.output


def test_the_same_command_again_does_only_what_is_new(root: Path, out: Path) -> None:
    assert call("batch", root, "--out", out).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    again = call("batch", root, "--out", out)
    assert (again.exit_code, "logged already" in again.output) == (0, True)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()} == before
    film(root / "new.mp4", 41)
    third = call("batch", root, "--out", out, "--json")
    events = [json.loads(line) for line in third.stdout.splitlines()]
    assert [event["name"] for event in events if event.get("type") == "ended"] == ["new.mp4"]


def test_a_bad_timeline_is_named_costs_no_other_and_is_retried(root: Path, out: Path) -> None:
    assert call("batch", root, "--out", out, "--dry-run").exit_code == 1  # all wait
    whole = (root / "ep0" / "cut0.otio").read_bytes()
    (root / "ep0" / "cut0.otio").write_text("{}")
    (shard,) = shard_files(out)
    assert call("run-shard", shard).exit_code == 0
    merged = call("batch", "merge", out)
    assert merged.exit_code == 1
    assert "ep0/cut0.otio" in merged.output
    status = json.loads(call("batch", "status", out, "--json").stdout)
    assert (status["done"], status["failed"], status["waiting"]) == (1, 1, 0)
    assert status["failures"][0]["problems"][0]["hint"]
    (root / "ep0" / "cut0.otio").write_bytes(whole)
    retried = call("batch", "retry", out, "--failed")
    assert retried.exit_code == 0, retried.output
    assert json.loads(call("batch", "status", out, "--json").stdout)["done"] == 2


def test_a_second_batch_on_one_output_is_refused(root: Path, out: Path) -> None:
    OutputFolder(out).make()
    with FileLock(OutputFolder(out).lock):
        refused = call("batch", root, "--out", out)
    assert refused.exit_code == 1
    assert "another batch is at work" in refused.output


def test_ctrl_c_keeps_what_is_done_and_the_same_command_resumes(root: Path, out: Path) -> None:
    for number in range(6):
        film(root / "loose" / f"L{number}.mp4", 60 + number, frames=150)
    command = [sys.executable, "-m", "shotlog", "batch", str(root), "--out", str(out), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["type"] == "ended":
                break
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 130
    folder = OutputFolder(out)
    planned = read_plan(folder).items
    done = ResultStore(folder).finished()
    assert 0 < len(done) < len(planned)
    for item in done:
        assert ResultStore(folder).read(item).logs
    assert (out / "index.html").is_file()
    assert not list(out.rglob("*.part"))
    assert call("batch", root, "--out", out).exit_code == 0
    assert ResultStore(folder).finished() == planned.keys()


def test_nodes_run_shards_and_a_merge_makes_the_library(root: Path, out: Path) -> None:
    emitted = call("batch", root, "--out", out, "--emit", "shell")
    assert emitted.exit_code == 0, emitted.output
    assert "run-shard" in emitted.stdout
    for shard in shard_files(out):
        result = call("run-shard", shard)
        assert "done ep0/cut0.otio" in result.output
    assert call("batch", "merge", out).exit_code == 0
    nothing = call("batch", root, "--out", out, "--emit", "shell")
    assert "nothing is left to do" in nothing.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--executor", "slurm"), "no executor of this name"),
        (("--emit", "local"), "no executor of this name"),
        (("--share-cache", "shared"), "share one cache already"),
    ],
)
def test_an_option_that_cannot_be_is_told_in_a_sentence(
    root: Path, out: Path, words: tuple[str, ...], told: str
) -> None:
    result = call("batch", root, "--out", out, *words)
    assert result.exit_code == 1
    assert told in result.output


def test_status_of_a_folder_that_is_no_batch_is_an_error(tmp_path: Path) -> None:
    result = call("batch", "status", tmp_path)
    assert result.exit_code == 1
    assert "manifest.json" in result.output


def test_help_shows_the_options_and_the_other_commands() -> None:
    text = call("batch", "--help").output
    assert all(word in text for word in ("--executor", "--emit", "status", "retry", "merge"))


def test_sigterm_ends_a_node_without_a_note_of_a_crash(root: Path, out: Path) -> None:
    film(root / "long.mp4", 80, frames=600)
    call("batch", root, "--out", out, "--dry-run")
    command = [sys.executable, "-m", "shotlog", "run-shard", *map(str, shard_files(out)), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["type"] == "advanced":
                break
        process.terminate()
        process.stdout.read()
    assert process.returncode == 130
    assert not any(OutputFolder(out).attempts.iterdir())
