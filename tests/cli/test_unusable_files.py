"""A file of the daemon that cannot be used is named, whatever was typed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shotlog.cli import main
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import DaemonFileUnusable
from shotlog.service.client import find_or_start_daemon, stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import load_client_keys
from shotlog.synthetic import write_video
from shotlog.testing import FakeDaemon
from tests.cli.conftest import IN_PROCESS
from tests.media.material import drift
from tests.service.workers import is_alive
from tests.waiting import PATIENCE_S, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows opens no folder as a file")

COMMANDS = (
    "models load", "models unload", "daemon start", "daemon status", "daemon stop",
    "daemon restart", "daemon pause", "daemon resume", "jobs list", "jobs show", "analyze",
)  # fmt: skip
"""Every command that connects to the daemon."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, drift(10), Fraction(25))
    return path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    """A daemon that runs, with this user's keys."""
    monkeypatch.delenv(IN_PROCESS)
    with FakeDaemon() as daemon:
        monkeypatch.setenv(HOME_VARIABLE, daemon.environment[HOME_VARIABLE])
        load_client_keys(daemon.paths)
        yield daemon


def shut(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Makes a file unreadable, also for root, whom no mode keeps out."""
    really = os.open

    def refuse(at: Any, *more: Any, **how: Any) -> int:
        if os.fspath(at) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return really(at, *more, **how)

    monkeypatch.setattr(os, "open", refuse)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def told(command: str, film: Path) -> str:
    """What a command that fails says, without the ends of lines."""
    words = [*command.split(), *([str(film)] if command == "analyze" else [])]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize("name", ["client_key", "connection", "clients"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_cannot_be_read_is_named(
    fake: FakeDaemon, film: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    path: Path = getattr(fake.paths, name)
    shut(monkeypatch, path)

    words = told(command, film)

    assert f"{path}: the daemon's file cannot be read (Permission denied)" in words
    assert "SHOTLOG_HOME" in words
    assert [request for request in fake.requests if request.type != "hello"] == []


@pytest.mark.parametrize("name", ["client_key", "connection"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_in_the_place_of_a_file_is_named(
    fake: FakeDaemon, film: Path, command: str, name: str
) -> None:
    path: Path = getattr(fake.paths, name)
    replace_by_folder(path)

    words = told(command, film)

    assert f"{path}: this is not a file" in words
    assert f"Remove it: {path}" in words


@pytest.mark.parametrize("name", ["client_key", "connection"])
def test_a_daemon_whose_files_cannot_be_read_is_stopped_by_force_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    places = DaemonPaths(root=tmp_path / "home")
    pid = find_or_start_daemon(places, timeout=PATIENCE_S).pid
    path: Path = getattr(places, name)
    with monkeypatch.context() as patch:
        shut(patch, path)
        with pytest.raises(DaemonFileUnusable, match=f"{path}: "):
            stop_daemon(places)
        assert is_alive(pid)
        assert stop_daemon(places, force=True) == pid
    wait_for(lambda: not is_alive(pid))
