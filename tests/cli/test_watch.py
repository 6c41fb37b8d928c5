"""``shotlog watch`` as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.media import probe
from shotlog.paths import HANDOVER_VARIABLE, HOME_VARIABLE
from shotlog.providers import AddedProviders
from shotlog.schema import Log, MediaReference, Problem
from shotlog.service.protocol import Submit
from shotlog.synthetic import write_video
from shotlog.testing import FakeDaemon
from shotlog_otio import make_timeline
from tests.bridge.talk import EDIT
from tests.cli.conftest import IN_PROCESS
from tests.media.material import drift
from tests.providers.clips import added
from tests.waiting import PATIENCE_S, wait_for
from tests.watch.folder import found, text_of


def shotlog(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    with FakeDaemon(found) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        yield daemon


def test_one_pass_tells_what_it_did(fake: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "cut.otio").write_text(text_of("a", "b"))
    (tmp_path / "bad.otio").write_text("{")
    result = shotlog("watch", tmp_path, "--once")

    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0] == f"{tmp_path}: watched; Ctrl-C ends it"
    assert "cut.otio: 2 clip(s)" in lines
    assert "cut.otio: 2 marker(s)" in lines
    assert "  cut.marked.otio, cut.markers.edl, cut.markers.lua" in lines
    assert any(line.startswith("bad.otio: it is no JSON") for line in lines)
    (tmp_path / "bad.otio").unlink()
    assert shotlog("watch", tmp_path, "--once").exit_code == 0


def test_lines_of_json_stay_lines(fake: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "a\nb \x1b[31m.otio").write_text(text_of())
    result = shotlog("watch", tmp_path, "--once", "--json")

    assert result.exit_code == 0
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [e["event"] for e in events if e["event"] != "progress"] == [
        "watching", "started", "finished",
    ]  # fmt: skip
    assert events[1]["file"] == "a\nb \x1b[31m.otio"
    assert "\x1b" not in result.stdout


def test_the_default_folder_is_the_one_that_is_shared_with_editing_programs(
    fake: FakeDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HANDOVER_VARIABLE, str(tmp_path / "new" / "Shotlog"))
    assert shotlog("watch", "--once").exit_code == 0
    assert (tmp_path / "new" / "Shotlog").is_dir()


def test_options_reach_the_daemon(fake: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "cut.otio").write_text(text_of())
    options = ["--models", "builtin", "--precision", "fp32", "--disabled", "--keep-alive", "2h"]
    assert shotlog("watch", tmp_path, "--once", *options).exit_code == 0

    (submit,) = (r for r in fake.requests if isinstance(r, Submit))
    asks = submit.task.asks
    assert (asks.models, asks.precision, asks.disabled) == ("builtin", "fp32", True)
    assert (submit.keep_alive, submit.priority, submit.durable) == (7200, "normal", False)


def test_a_folder_that_cannot_be_watched_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = shotlog("watch", tmp_path / "file", "--once")
    assert result.exit_code == 1
    assert f"{tmp_path}/file: it cannot be used" in result.output.replace("\n", "")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A process that watches a folder, with a daemon that takes twenty seconds for a job."""
    folder = tmp_path / "in"
    with FakeDaemon(found, steps=2000, pace=0.01) as daemon:
        process = subprocess.Popen(
            [sys.executable, "-m", "shotlog", "watch", str(folder)],
            env={**os.environ, **daemon.environment, IN_PROCESS: ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        wait_for((folder / ".shotlog-watch.lock").exists)
        yield folder, process
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_or_the_end_of_a_service_leaves_whole_files_and_tells_the_scripts(
    watching: tuple[Path, subprocess.Popen[bytes]], how: signal.Signals
) -> None:
    folder, process = watching
    (folder / "cut.otio").write_text(text_of())
    (folder / ".r.part").write_text(json.dumps({"id": 1, "type": "analyze", "edit": EDIT}))
    (folder / ".r.part").rename(folder / "r.request.json")
    wait_for((folder / "r.progress.json").exists)
    time.sleep(2.5)  # the timeline has settled, and is analysed
    process.send_signal(how)
    _, stderr = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 130, stderr
    assert b"Traceback" not in stderr
    assert {p.name for p in folder.iterdir() if not p.name.startswith(".shotlog-watch")} == {
        "cut.otio", "r.result.json",
    }  # fmt: skip
    assert json.loads((folder / "r.result.json").read_text())["code"] == "watch-ended"


@pytest.mark.slow
def test_a_watch_that_was_killed_leaves_the_folder_to_the_next(
    watching: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    folder, process = watching
    refused = shotlog("watch", folder, "--once")
    assert refused.exit_code == 1
    assert "another shotlog watch has this folder" in refused.output.replace("\n", " ")
    process.kill()
    process.wait()
    assert shotlog("watch", folder, "--once").exit_code == 0


@pytest.mark.slow
def test_it_writes_what_analyze_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a real daemon on a real film."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    film, folder = tmp_path / "film.mp4", tmp_path / "in"
    write_video(film, drift(50), Fraction(25))
    folder.mkdir()
    cut = folder / "cut.otio"
    cut.write_bytes(make_timeline([probe(MediaReference(path=str(film)))], "cut"))
    try:
        watched = shotlog("watch", folder, "--once")
        assert watched.exit_code == 0, watched.output
        marked, edl = tmp_path / "marked.otio", tmp_path / "cut.edl"
        analyzed = shotlog("analyze", cut, "-o", marked, "--markers", edl, "--in-process")
        assert analyzed.exit_code == 0, analyzed.output
    finally:
        shotlog("daemon", "stop")
    assert (folder / "cut.marked.otio").read_bytes() == marked.read_bytes()
    assert (folder / "cut.markers.edl").read_bytes() == edl.read_bytes()


def test_a_watch_with_a_provider_asks_nobody_and_needs_consent(
    fake: FakeDaemon, tmp_path: Path
) -> None:
    AddedProviders().put(added("http-json", "http://127.0.0.1:9/sizes"))
    folder = tmp_path / "reels"
    command = ("watch", folder, "--once", "--tier", "remote")
    refused = shotlog(*command)
    assert refused.exit_code == 1
    assert f"Agree once with: shotlog remote agree studio {folder}" in " ".join(
        refused.output.split()
    )
    folder.mkdir()
    (folder / "cut.otio").write_text(text_of("a"))
    done = shotlog(*command, "--yes", "--provider", "studio", "--max-cost", "2")
    assert done.exit_code == 0, done.output
    (submit,) = [request for request in fake.requests if isinstance(request, Submit)]
    asks = submit.task.asks
    assert asks.models == "remote"
    assert asks.remote is not None
    assert (asks.remote.provider, asks.remote.max_cost) == ("studio", "2")
    assert asks.remote.project == str(folder)
    assert asks.remote.since is not None


def test_a_watch_tells_that_the_next_tier_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = Problem(code="provider-unreachable", subject="studio", message="it is off", hint="Go.")

    def fell_back(submit: Submit) -> Log:
        return found(submit).model_copy(update={"fallback": reason})

    (tmp_path / "cut.otio").write_text(text_of("a"))
    with FakeDaemon(fell_back) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        result = shotlog("watch", tmp_path, "--once", "--json")
    assert result.exit_code == 3
    (finished,) = [e for e in map(json.loads, result.stdout.splitlines()) if "fallback" in e]
    assert finished["fallback"] == "studio: it is off. Go."


def test_options_of_a_provider_need_the_remote_tier(fake: FakeDaemon, tmp_path: Path) -> None:
    refused = shotlog("watch", tmp_path, "--once", "--max-cost", "2")
    assert refused.exit_code == 2
    assert "add --tier remote" in " ".join(refused.output.split())
