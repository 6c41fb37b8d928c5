"""``shotlog analyze --daemon``: the same work, done by the daemon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.render.video import write_video
from tests.media.material import drift


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video(path, drift(50), Fraction(25))
    return path


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own for a daemon, which is gone afterwards."""
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "daemon.sqlite"))
    yield
    call("daemon", "stop")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.slow
@pytest.mark.usefixtures("daemon")
def test_the_daemon_finds_what_this_process_finds(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = tmp_path / "there.json", tmp_path / "here.json"
    first = call("analyze", film, "--daemon", "--json", there, "--report", tmp_path / "r.html")
    assert first.exit_code == 0, first.output
    assert "<img" in (tmp_path / "r.html").read_text()
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "own.sqlite"))
    assert call("analyze", film, "--json", here).exit_code == 0
    assert there.read_bytes() == here.read_bytes()
    (job,) = json.loads(call("jobs", "list", "--json").output)
    assert job["state"] == "done"


@pytest.mark.slow
@pytest.mark.usefixtures("daemon")
def test_a_job_that_fails_is_told_in_words(film: Path) -> None:
    asked = call("analyze", film, "--daemon", "--models", "local")
    assert asked.exit_code == 1
    assert "no model is here" in asked.output
    assert "Traceback" not in asked.output


def test_the_daemons_cache_is_its_own(film: Path, tmp_path: Path) -> None:
    asked = call("analyze", film, "--daemon", "--cache", tmp_path / "c.sqlite")
    assert asked.exit_code == 2
    assert "--in-process" in asked.output
