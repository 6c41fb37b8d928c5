"""Daemons that run, hang, died, or are somebody else's."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shotlog import Client
from shotlog.doctor import Context, State, health_of
from shotlog.service.client import connect_or_start, stop
from shotlog.service.journal import Journal
from shotlog.service.protocol import ErrorCode, Failure, SelfTestResult, StatusReport, WorkerInfo
from shotlog.service.runtime import ConnectionInfo, read_connection, single_instance
from shotlog.service.security import load_client_keys, load_server_keys, revoke_client
from tests.doctor.conftest import Look
from tests.service.daemon.test_daemon import wait_for
from tests.service.jobs import job
from tests.service.workers import is_alive

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are ended by signals")


@pytest.fixture
def running(case: Context) -> Iterator[ConnectionInfo]:
    """A daemon that runs while the test does."""
    case.system = Path("/")
    connection = connect_or_start(case.places, timeout=30)
    try:
        yield connection
    finally:
        os.kill(connection.pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(connection.pid))


def again(case: Context) -> Context:
    """A new visit to the same places."""
    return Context(places=case.places, system=case.system, deep=case.deep, environ=case.environ)


def rewrite(case: Context, **facts: object) -> None:
    """Another connection file than the daemon wrote."""
    connection = read_connection(case.places)
    assert connection is not None
    case.places.connection.write_text(connection.model_copy(update=facts).model_dump_json())


def test_a_daemon_that_runs_is_in_order(case: Context, look: Look, running: ConnectionInfo) -> None:
    for name in ("answers", "version", "health", "folder", "files"):
        found = look(f"daemon-{name}", case)
        assert found.state is State.OK, found
    assert f"process {running.pid}" in look("daemon-answers", case).words
    assert look("journal-sound", case).words == "the daemon that runs finds nothing wrong with it"


def test_a_daemon_that_was_suspended_is_a_problem_that_kill_cont_ends(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    os.kill(running.pid, signal.SIGSTOP)
    found = look("daemon-answers", case)
    assert found.state is State.PROBLEM
    assert found.remedy == f"Let it go on with: kill -CONT {running.pid}"
    for name in ("journal-sound", "daemon-health", "daemon-version"):
        assert look(name, case).state is State.SKIPPED
    os.kill(running.pid, signal.SIGCONT)
    assert look("daemon-answers", again(case)).state is State.OK


def test_what_a_killed_daemon_left_is_told(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    os.kill(running.pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(running.pid))
    found = look("daemon-answers", case)
    assert found.state is State.WARNING
    assert str(case.places.connection) in found.words
    assert look("journal-sound", case).state is State.OK


def test_a_daemon_that_nobody_can_find_is_a_problem(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    case.places.connection.unlink()
    found = look("daemon-answers", case)
    assert found.state is State.PROBLEM
    assert f"a daemon runs (process {running.pid})" in found.words
    assert found.remedy is not None
    assert "shotlog daemon stop --force" in found.remedy


def test_a_daemon_of_another_version_is_told(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    rewrite(case, version="0.0.9")
    found = look("daemon-version", case)
    assert found.state is State.WARNING
    assert "Shotlog 0.0.9" in found.words
    rewrite(case, protocol=(2, 0))
    assert look("daemon-version", again(case)).state is State.PROBLEM


def test_a_daemon_of_another_installation_is_told(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    rewrite(case, executable="/opt/old/bin/python")
    found = look("daemon-version", case)
    assert found.state is State.WARNING
    assert "/opt/old/bin/python" in found.words


def test_a_daemon_that_no_longer_knows_us_is_a_problem(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    assert revoke_client(case.places, load_client_keys(case.places).public)
    found = look("daemon-answers", case)
    assert found.state is State.PROBLEM
    assert "does not know this client's key" in found.words
    assert str(case.places.client_key) in str(found.remedy)
    assert "shotlog doctor" not in str(found.remedy)


def test_a_daemon_that_is_paused_is_told(
    case: Context, look: Look, running: ConnectionInfo
) -> None:
    with Client(start=False, places=case.places) as client:
        client.pause()
    found = look("daemon-health", case)
    assert found.state is State.WARNING
    assert "shotlog daemon resume" in str(found.remedy)


def status(worker: WorkerInfo | None = None, **facts: Any) -> StatusReport:
    """What a daemon says of itself that is well, but for some facts."""
    return StatusReport.model_validate({
        "version": "1", "boot": "b", "pid": 1, "uptime": 1, "paused": False, "draining": False,
        "alive": True, "ready": True, "useful": True, "queued": 0, "running": None, "finished": 0,
        "failed": 0, "eta": None, "clients": 1, "dropped": 0,
        "worker": worker or WorkerInfo(state="idle"), "journal": ("j", None), "log": "l",
        "endpoint": "e", **facts,
    })  # fmt: skip


NO_ROOM = Failure(code=ErrorCode.MODEL, message="no room on the card", hint="Close Resolve.")


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        (status(), State.OK, "worker idle"),
        (status(holds="Resolve is busy"), State.OK, "batch jobs wait: Resolve is busy"),
        (status(WorkerInfo(state="broken", restarts=3)), State.PROBLEM, "3 times"),
        (status(WorkerInfo(state="idle", failure=NO_ROOM)), State.WARNING, "no room on the card"),
        (status(ready=False), State.PROBLEM, "takes no jobs"),
        (status(useful=False), State.PROBLEM, "gets nothing done"),
        (
            status(self_test=SelfTestResult(ok=False, words="no picture", seconds=1, age=1)),
            State.PROBLEM,
            "no picture",
        ),
        (status(WorkerInfo(state="stalled")), State.WARNING, "not been heard"),
        (status(ready=False, draining=True), State.WARNING, "queue is empty"),
        (status(paused=True), State.WARNING, "paused"),
    ],
)
def test_what_a_daemon_says_of_itself_is_judged(
    said: StatusReport, state: State, words: str
) -> None:
    verdict = health_of(said)
    assert verdict.state is state
    assert words in verdict.words


def test_without_a_daemon_there_is_nothing_to_say(case: Context, look: Look) -> None:
    assert look("daemon-answers", case).state is State.OK
    assert look("daemon-health", case).state is State.SKIPPED
    with single_instance(case.places):  # whoever holds the lock and is no daemon is none
        assert look("daemon-answers", again(case)).state is State.OK


def test_a_key_that_others_may_read_is_a_problem(case: Context, look: Look) -> None:
    load_server_keys(case.places)
    case.places.server_key.chmod(0o644)
    found = look("daemon-files", case)
    assert found.state is State.PROBLEM
    assert f"chmod 600 {case.places.server_key}" in str(found.remedy)


def test_a_connection_file_of_garbage_is_a_problem(case: Context, look: Look) -> None:
    case.places.make()
    case.places.connection.write_text("{")
    case.places.connection.chmod(0o600)
    found = look("daemon-files", case)
    assert found.state is State.PROBLEM
    assert str(found.remedy).startswith("Remove it")


@pytest.mark.parametrize(("mode", "state"), [(0o755, State.WARNING), (0o777, State.PROBLEM)])
def test_a_folder_that_others_see_is_told_and_left_as_it_is(
    case: Context, look: Look, mode: int, state: State
) -> None:
    load_client_keys(case.places)
    case.places.folder.chmod(mode)
    for name in ("daemon-folder", "daemon-files", "daemon-answers"):
        found = look(name, case)
        if name == "daemon-folder":
            assert found.state is state
            assert "chmod 700" in str(found.remedy)
    assert case.places.folder.stat().st_mode & 0o777 == mode


def test_a_damaged_journal_is_a_problem_and_what_becomes_of_it_is_told(
    case: Context, look: Look
) -> None:
    with Journal(case.places.journal) as journal:
        journal.submit(job())
    content = bytearray(case.places.journal.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    case.places.journal.write_bytes(content)
    assert look("journal-sound", case).state is State.PROBLEM
    with Journal(case.places.journal) as journal:
        assert journal.warning
    assert look("journal-sound", again(case)).state is State.OK
    found = look("damaged-journals", case)
    assert found.state is State.WARNING
    assert "journal.sqlite.corrupt-" in found.words


def test_a_journal_of_a_newer_version_is_a_problem(case: Context, look: Look) -> None:
    with Journal(case.places.journal):
        pass
    with closing(sqlite3.connect(case.places.journal)) as db:
        db.execute("PRAGMA user_version=99")
    assert "newer version" in look("journal-sound", case).words


@pytest.mark.slow
def test_a_deep_look_starts_a_daemon_that_tries_itself(case: Context, look: Look) -> None:
    case.deep, case.system = True, Path("/")
    try:
        found = look("canary", case)
        assert found.state is State.OK, found
        assert look("daemon-health", case).state is State.OK
    finally:
        stop(case.places)


@pytest.mark.parametrize("name", ["client_key", "connection"])
def test_a_folder_in_the_place_of_a_file_is_a_problem_that_names_it(
    case: Context, look: Look, running: ConnectionInfo, name: str
) -> None:
    path: Path = getattr(case.places, name)
    path.unlink()
    path.mkdir(mode=0o700)
    for check in ("daemon-files", "daemon-answers"):
        found = look(check, again(case))
        assert found.state is State.PROBLEM
        assert f"{path}: this is not a file" in found.words
        assert f"Remove it: {path}" in str(found.remedy)
    assert look("daemon-version", again(case)).words == "it cannot tell"
