"""Daemons that run, hang, have died, or belong to another user or installation."""

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
from shotlog.doctor import CheckState, Context, assess_health
from shotlog.service.client import find_or_start_daemon, stop_daemon
from shotlog.service.journal import Journal
from shotlog.service.protocol import ErrorCode, Failure, SelfTestResult, StatusReport, WorkerInfo
from shotlog.service.runtime import ConnectionInfo, read_connection, single_instance
from shotlog.service.security import load_client_keys, load_server_keys, revoke_client
from tests.doctor.conftest import Look
from tests.service.jobs import job
from tests.service.workers import is_alive
from tests.waiting import PATIENCE_S, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are ended by signals")


@pytest.fixture
def running(context: Context) -> Iterator[ConnectionInfo]:
    """A daemon that runs while the test does."""
    context.system = Path("/")
    connection = find_or_start_daemon(context.places, timeout=PATIENCE_S)
    try:
        yield connection
    finally:
        os.kill(connection.pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(connection.pid))


def again(context: Context) -> Context:
    """A new visit to the same places."""
    return Context(
        places=context.places, system=context.system, deep=context.deep, environ=context.environ
    )


def rewrite(context: Context, **facts: object) -> None:
    """Another connection file than the daemon wrote."""
    connection = read_connection(context.places)
    assert connection is not None
    context.places.connection.write_text(connection.model_copy(update=facts).model_dump_json())


def test_a_daemon_that_runs_is_in_order(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    for name in ("answers", "version", "health", "folder", "files"):
        found = look(f"daemon-{name}", context)
        assert found.state is CheckState.OK, found
    assert f"process {running.pid}" in look("daemon-answers", context).words
    assert look("journal-sound", context).words == "the running daemon reports no problem with it"


def test_a_daemon_that_was_suspended_is_a_problem_that_kill_cont_ends(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    os.kill(running.pid, signal.SIGSTOP)
    found = look("daemon-answers", context)
    assert found.state is CheckState.PROBLEM
    assert found.remedy == f"Resume it with: kill -CONT {running.pid}"
    for name in ("journal-sound", "daemon-health", "daemon-version"):
        assert look(name, context).state is CheckState.SKIPPED
    os.kill(running.pid, signal.SIGCONT)
    assert look("daemon-answers", again(context)).state is CheckState.OK


def test_files_of_a_killed_daemon_are_a_warning(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    os.kill(running.pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(running.pid))
    found = look("daemon-answers", context)
    assert found.state is CheckState.WARNING
    assert str(context.places.connection) in found.words
    assert look("journal-sound", context).state is CheckState.OK


def test_a_daemon_without_a_connection_file_is_a_problem(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    context.places.connection.unlink()
    found = look("daemon-answers", context)
    assert found.state is CheckState.PROBLEM
    assert f"a daemon is running (process {running.pid})" in found.words
    assert found.remedy is not None
    assert "shotlog daemon stop --force" in found.remedy


def test_a_daemon_of_another_version_is_reported(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    rewrite(context, version="0.0.9")
    found = look("daemon-version", context)
    assert found.state is CheckState.WARNING
    assert "Shotlog 0.0.9" in found.words
    rewrite(context, protocol=(2, 0))
    assert look("daemon-version", again(context)).state is CheckState.PROBLEM


def test_a_daemon_of_another_installation_is_reported(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    rewrite(context, executable="/opt/old/bin/python")
    found = look("daemon-version", context)
    assert found.state is CheckState.WARNING
    assert "/opt/old/bin/python" in found.words


def test_a_daemon_that_refuses_our_key_is_a_problem(
    context: Context, look: Look, running: ConnectionInfo
) -> None:
    assert revoke_client(context.places, load_client_keys(context.places).public)
    found = look("daemon-answers", context)
    assert found.state is CheckState.PROBLEM
    assert "does not accept this client's key" in found.words
    assert str(context.places.client_key) in str(found.remedy)
    assert "shotlog doctor" not in str(found.remedy)


def test_a_paused_daemon_is_reported(context: Context, look: Look, running: ConnectionInfo) -> None:
    with Client(start=False, paths=context.places) as client:
        client.pause()
    found = look("daemon-health", context)
    assert found.state is CheckState.WARNING
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
        (status(), CheckState.OK, "worker idle"),
        (status(holds="Resolve is busy"), CheckState.OK, "batch jobs waiting: Resolve is busy"),
        (status(WorkerInfo(state="broken", restarts=3)), CheckState.PROBLEM, "3 times"),
        (
            status(WorkerInfo(state="idle", failure=NO_ROOM)),
            CheckState.WARNING,
            "no room on the card",
        ),
        (status(ready=False), CheckState.PROBLEM, "accepts no jobs"),
        (status(useful=False), CheckState.PROBLEM, "finishes no jobs"),
        (
            status(self_test=SelfTestResult(ok=False, words="no picture", seconds=1, age=1)),
            CheckState.PROBLEM,
            "no picture",
        ),
        (status(WorkerInfo(state="stalled")), CheckState.WARNING, "sent no message"),
        (status(ready=False, draining=True), CheckState.WARNING, "stops after its queued jobs"),
        (status(paused=True), CheckState.WARNING, "paused"),
    ],
)
def test_the_status_of_a_daemon_is_assessed(
    said: StatusReport, state: CheckState, words: str
) -> None:
    verdict = assess_health(said)
    assert verdict.state is state
    assert words in verdict.words


def test_without_a_daemon_its_checks_pass_or_are_skipped(context: Context, look: Look) -> None:
    assert look("daemon-answers", context).state is CheckState.OK
    assert look("daemon-health", context).state is CheckState.SKIPPED
    with single_instance(context.places):  # a holder of the lock that is no daemon
        assert look("daemon-answers", again(context)).state is CheckState.OK


def test_a_key_that_others_may_read_is_a_problem(context: Context, look: Look) -> None:
    load_server_keys(context.places)
    context.places.server_key.chmod(0o644)
    found = look("daemon-files", context)
    assert found.state is CheckState.PROBLEM
    assert f"chmod 600 {context.places.server_key}" in str(found.remedy)


def test_a_connection_file_of_garbage_is_a_problem(context: Context, look: Look) -> None:
    context.places.make()
    context.places.connection.write_text("{")
    context.places.connection.chmod(0o600)
    found = look("daemon-files", context)
    assert found.state is CheckState.PROBLEM
    assert str(found.remedy).startswith("Delete it")


@pytest.mark.parametrize(
    ("mode", "state"), [(0o755, CheckState.WARNING), (0o777, CheckState.PROBLEM)]
)
def test_a_folder_open_to_others_is_reported_and_not_changed(
    context: Context, look: Look, mode: int, state: CheckState
) -> None:
    load_client_keys(context.places)
    context.places.folder.chmod(mode)
    for name in ("daemon-folder", "daemon-files", "daemon-answers"):
        found = look(name, context)
        if name == "daemon-folder":
            assert found.state is state
            assert "chmod 700" in str(found.remedy)
    assert context.places.folder.stat().st_mode & 0o777 == mode


def test_a_damaged_journal_is_a_problem_and_its_renamed_copy_a_warning(
    context: Context, look: Look
) -> None:
    with Journal(context.places.journal) as journal:
        journal.submit(job())
    content = bytearray(context.places.journal.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    context.places.journal.write_bytes(content)
    assert look("journal-sound", context).state is CheckState.PROBLEM
    with Journal(context.places.journal) as journal:
        assert journal.warning
    assert look("journal-sound", again(context)).state is CheckState.OK
    found = look("damaged-journals", context)
    assert found.state is CheckState.WARNING
    assert "journal.sqlite.corrupt-" in found.words


def test_a_journal_of_a_newer_version_is_a_problem(context: Context, look: Look) -> None:
    with Journal(context.places.journal):
        pass
    with closing(sqlite3.connect(context.places.journal)) as db:
        db.execute("PRAGMA user_version=99")
    assert "newer version" in look("journal-sound", context).words


@pytest.mark.slow
def test_a_deep_check_starts_a_daemon_that_runs_its_self_test(context: Context, look: Look) -> None:
    context.deep, context.system = True, Path("/")
    try:
        found = look("canary", context)
        assert found.state is CheckState.OK, found
        assert look("daemon-health", context).state is CheckState.OK
    finally:
        stop_daemon(context.places)


@pytest.mark.parametrize("name", ["client_key", "connection"])
def test_a_folder_in_the_place_of_a_file_is_a_problem_that_names_it(
    context: Context, look: Look, running: ConnectionInfo, name: str
) -> None:
    path: Path = getattr(context.places, name)
    path.unlink()
    path.mkdir(mode=0o700)
    for check in ("daemon-files", "daemon-answers"):
        found = look(check, again(context))
        assert found.state is CheckState.PROBLEM
        assert f"{path}: this is not a file" in found.words
        assert f"Remove it: {path}" in str(found.remedy)
    assert look("daemon-version", again(context)).words == "it does not respond"
