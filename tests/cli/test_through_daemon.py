"""``shotlog analyze`` as it is by default: the same work, done by the daemon."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog import Client
from shotlog.cli import main
from shotlog.media import probe
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import Log, MediaReference, PassageOptions
from shotlog.service.protocol import JobState, Priority, Status, Submit, minimum_protocol
from shotlog.synthetic import write_video
from shotlog.testing import FakeDaemon
from shotlog_otio import make_timeline
from tests.cli.conftest import IN_PROCESS
from tests.cli.test_main import HEAVY, imported_by
from tests.media.material import drift
from tests.models.image_text import make_clip
from tests.waiting import PATIENCE_S, wait_for


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video(path, drift(50), Fraction(25))
    return path


@pytest.fixture
def timeline(film: Path, tmp_path: Path) -> Path:
    path = tmp_path / "cut.otio"
    path.write_bytes(make_timeline([probe(MediaReference(path=str(film)))], "cut"))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for a daemon, which is gone afterwards."""
    monkeypatch.delenv(IN_PROCESS)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "daemon.sqlite"))
    yield tmp_path / "home"
    call("daemon", "stop")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    monkeypatch.delenv(IN_PROCESS)
    with FakeDaemon() as daemon:
        _found_by_default(monkeypatch, daemon.environment)
        yield daemon


def _found_by_default(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def jobs() -> Any:
    return json.loads(call("jobs", "list", "--json").output)


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_the_daemon_finds_what_this_process_finds(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = tmp_path / "there.json", tmp_path / "here.json"
    first = call("analyze", film, "--json", there, "--report", tmp_path / "r.html")
    assert first.exit_code == 0, first.output
    assert "<img" in (tmp_path / "r.html").read_text()
    (job,) = jobs()
    assert job["state"] == "done"
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "own.sqlite"))
    assert call("analyze", film, "--in-process", "--json", here).exit_code == 0
    assert there.read_bytes() == here.read_bytes()
    assert len(jobs()) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_the_daemon_hears_the_same_zero_shot_size_as_this_process(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_clip(tmp_path / "clip").install()
    there, here = tmp_path / "there.json", tmp_path / "here.json"
    where = ("--device", "cpu", "--precision", "fp32")
    asked = call("analyze", film, "--model", "tiny-clip", *where, "--json", there)
    assert asked.exit_code == 0, asked.output
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "own.sqlite"))
    assert call("analyze", film, "--in-process", *where, "--json", here).exit_code == 0
    assert there.read_bytes() == here.read_bytes()
    (shot,) = Log.model_validate_json(here.read_bytes()).shots
    (told,) = [finding for finding in shot.findings if finding.provenance.zero_shot]
    assert told.provenance.analyzer == "tiny-clip.size"


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_report_without_pictures_says_why(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = call("analyze", film, "--report", tmp_path / "a.html")
    assert "no pictures" not in whole.output
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "another.sqlite"))
    assert (
        "no pictures: the daemon" in call("analyze", film, "--report", tmp_path / "b.html").output
    )


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_job_that_fails_is_told_in_words(film: Path) -> None:
    asked = call("analyze", film, "--models", "local")
    assert asked.exit_code == 1
    assert "no model is here" in asked.output
    assert "Traceback" not in asked.output


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_timeline_named_from_its_folder_is_found_by_the_daemon(
    timeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(timeline.parent)
    asked = call("analyze", "cut.otio", "-o", "cut.otio", "--keep-alive", "0")
    assert asked.exit_code == 0, asked.output
    assert "problem" not in asked.output
    with Client(start=False) as client:
        wait_for(lambda: client.status().worker.pid is None)  # kept, and nobody wanted it


@pytest.mark.slow
def test_ctrl_c_cancels_the_job_and_leaves_the_output_alone(home: Path, tmp_path: Path) -> None:
    film, output = tmp_path / "long.mp4", tmp_path / "log.otio"
    write_video(film, drift(3000), Fraction(25))
    output.write_text("what was here before")
    process = subprocess.Popen(
        [sys.executable, "-m", "shotlog", "analyze", str(film), "-o", str(output)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A test run in the background has Ctrl-C switched off, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with Client() as client:
        wait_for(lambda: any(job.state is JobState.RUNNING for job in client.jobs()))
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130, stderr
        assert b"Traceback" not in stderr
        assert b"Run the same command again" in stderr
        wait_for(lambda: client.jobs()[0].state is JobState.CANCELLED)
    assert output.read_text() == "what was here before"


def test_what_is_asked_reaches_the_daemon(fake: FakeDaemon, timeline: Path) -> None:
    options = ["--models", "builtin", "--disabled", "--keep-alive", "2h", "--precision", "fp32"]
    asked = call("analyze", timeline, *options)
    assert asked.exit_code == 0, asked.output
    (submit,) = (request for request in fake.requests if isinstance(request, Submit))
    assert submit.keep_alive == 7200
    assert submit.priority is Priority.INTERACTIVE
    assert not submit.durable
    assert submit.task.asks.model_dump() == {
        "models": "builtin",
        "names": (),
        "device": "auto",
        "precision": "fp32",
        "disabled": True,
    }


def test_the_passages_that_are_asked_for_reach_the_daemon(fake: FakeDaemon, timeline: Path) -> None:
    asked = ["highlights", "find", str(timeline), "--min-duration", "1", "--top", "2"]
    modules = imported_by(*asked, home=fake.paths.home)
    (submit,) = (request for request in fake.requests if isinstance(request, Submit))
    assert submit.task.asks.highlights.passages == PassageOptions(min_duration=Fraction(1), top=2)
    assert minimum_protocol(submit) == (1, 6)
    assert not modules & HEAVY


def test_whoever_hands_a_timeline_in_waits_for_no_decoder_and_no_model(
    fake: FakeDaemon, timeline: Path
) -> None:
    out = timeline.with_name("marked.otio")
    words = ["analyze", str(timeline), "-o", str(out), "--json", str(timeline) + ".json"]
    modules = imported_by(*words, home=fake.paths.home)
    assert out.is_file()
    assert any(isinstance(request, Submit) for request in fake.requests)
    assert not modules & HEAVY


def test_a_daemon_of_another_version_is_told_of(
    fake: FakeDaemon, timeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.cli.analysis.through_daemon.__version__", "0.0.9")
    asked = call("analyze", timeline)
    assert asked.exit_code == 0
    assert "this is Shotlog 0.0.9" in asked.stderr
    assert "shotlog daemon restart" in asked.stderr


def test_a_daemon_of_another_protocol_is_not_asked(
    timeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(IN_PROCESS)
    with FakeDaemon(protocol=(2, 0)) as fake:
        _found_by_default(monkeypatch, fake.environment)
        asked = call("analyze", timeline)
        assert asked.exit_code == 1
        assert "speaks protocol 2" in asked.stderr
        assert "shotlog daemon restart" in asked.stderr
        assert "--in-process" in asked.stderr
        assert call("analyze", timeline, "--in-process").exit_code == 0


def test_a_daemon_that_cannot_be_started_is_told_with_the_way_around(
    timeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(IN_PROCESS)
    (tmp_path / "file").touch()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "file"))
    asked = call("analyze", timeline)
    assert asked.exit_code == 1
    assert "--in-process" in asked.stderr
    assert "Traceback" not in asked.stderr


@pytest.mark.parametrize("option", [["--cache", "c.sqlite"], ["--no-cache"]])
def test_the_daemons_cache_is_its_own(
    option: list[str], timeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(IN_PROCESS)
    asked = call("analyze", timeline, *option)
    assert asked.exit_code == 2
    assert f"{option[0]} needs --in-process" in asked.output


def test_a_farm_says_once_that_there_is_no_daemon(
    timeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(IN_PROCESS, "true")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert call("analyze", timeline, "--no-cache").exit_code == 0
    assert not (tmp_path / "home").exists()


def test_who_waits_for_a_paused_daemon_is_told(timeline: Path, fake: FakeDaemon) -> None:
    with fake.client() as client:
        client.pause()
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(call, "analyze", timeline)
            wait_for(lambda: any(isinstance(request, Status) for request in fake.requests))
            client.resume()
            assert "the daemon is paused" in asked.result(timeout=PATIENCE_S).output
