"""``shotlog daemon`` and ``shotlog jobs`` as a user types them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog import Client
from shotlog.cli import main
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import DaemonRefused, Log
from shotlog.service.client import stop_daemon
from shotlog.service.protocol import Priority
from shotlog.service.runtime import DaemonPaths, read_connection
from shotlog.service.security import read_allowed_keys
from shotlog.testing import FakeDaemon
from tests.service.jobs import edit
from tests.service.workers import BUILTIN, JOB, OTHER
from tests.waiting import PATIENCE_S


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaemonPaths]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    places = DaemonPaths()
    yield places
    stop_daemon(places)


def shotlog(*args: str | Path | int) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def said(*args: str | Path | int) -> str:
    result = shotlog(*args)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_daemon_is_started_seen_and_stopped(places: DaemonPaths) -> None:
    assert "started: process" in said("daemon", "start", "--idle", "60s")
    assert "already running" in said("daemon", "start")
    connection = read_connection(places)
    assert connection is not None
    table = said("daemon", "status")
    assert str(connection.pid) in table
    assert "healthy" in table
    assert json.loads(said("daemon", "status", "--json"))["pid"] == connection.pid
    assert "shotlog_alive 1.0" in said("daemon", "status", "--metrics")
    assert f"stopped: process {connection.pid}" in said("daemon", "stop")
    assert "no daemon is running" in said("daemon", "stop")


def test_status_starts_no_daemon(places: DaemonPaths) -> None:
    result = shotlog("daemon", "status")
    assert result.exit_code == 1
    assert "no daemon is running" in result.output
    assert "shotlog daemon start" in result.output
    assert read_connection(places) is None


def test_restart_gives_another_daemon_with_the_same_jobs(places: DaemonPaths) -> None:
    said("daemon", "start")
    said("daemon", "pause")
    with Client() as client:
        client.submit(edit(), BUILTIN, name="kept", job=JOB)
    before = read_connection(places)
    said("daemon", "restart")
    after = read_connection(places)
    assert before is not None
    assert after is not None
    assert after.boot != before.boot
    assert "kept" in said("jobs")


def test_restart_keeps_the_options_that_are_not_given_anew(
    places: DaemonPaths, tmp_path: Path
) -> None:
    said("daemon", "start", "--idle", "90s", "--no-polite", "--allow-root", tmp_path)
    assert "its options did not change" in said("daemon", "start", "--idle", 5)
    kept = f"with --idle=90s --allow-root={tmp_path} --no-polite"
    assert kept in said("daemon", "restart")
    assert f"with --idle=7m --allow-root={tmp_path}" in said(
        "daemon", "restart", "--idle", 7, "--polite"
    )
    said("daemon", "stop")
    assert "--idle=7m" in said("daemon", "start")
    assert "with" not in said("daemon", "restart", "--reset")


@pytest.mark.parametrize("verb", ["start", "run"])
def test_a_time_that_is_none_is_refused_and_not_remembered(places: DaemonPaths, verb: str) -> None:
    result = shotlog("daemon", verb, "--idle", "nan")
    assert result.exit_code == 2
    assert "'nan' is not a time like 15m, 2h, 0, or forever" in " ".join(result.output.split())
    assert not places.options.exists()


def test_times_are_typed_in_minutes_kept_in_seconds_and_shown_with_their_unit(
    places: DaemonPaths,
) -> None:
    told = said("daemon", "start", "--keep-alive", 20, "--idle", "90s")
    assert "with --idle=90s --keep-alive=20m" in told
    kept = json.loads(places.options.read_text())
    assert kept == {"idle": 90.0, "keep_alive": 1200.0}
    assert "with --idle=90s --keep-alive=forever" in said(
        "daemon", "restart", "--keep-alive", "forever"
    )
    assert "with --keep-alive=1h" in said("daemon", "restart", "--reset", "--keep-alive", "60m")


def test_a_daemon_keeps_the_seconds_of_an_earlier_file(places: DaemonPaths) -> None:
    places.make()
    places.options.write_text('{"idle": 1.5, "keep_alive": 600}')
    places.options.chmod(0o600)
    assert "with --idle=1.5s --keep-alive=10m" in said("daemon", "start")


@pytest.mark.skipif(os.name != "posix", reason="processes are stopped by signals")
def test_a_daemon_that_hangs_is_restarted_by_force(places: DaemonPaths) -> None:
    said("daemon", "start")
    before = read_connection(places)
    assert before is not None
    os.kill(before.pid, signal.SIGSTOP)
    result = shotlog("daemon", "restart")
    assert result.exit_code == 1
    assert "--force" in result.output
    assert "started: process" in said("daemon", "restart", "--force")
    with Client(start=False) as client:
        assert client.status().pid != before.pid
    assert shotlog("daemon", "stop", "--drain", "--force").exit_code == 2


def waits(number: int, name: str) -> str:
    """A job of this user's daemon; gives its id."""
    with Client() as client:
        return client.submit(edit(), BUILTIN, name=name, job=f"{number:032x}").job


def test_a_drain_under_a_pause_ends_and_says_what_is_kept_and_how_it_goes_on(
    places: DaemonPaths,
) -> None:
    said("daemon", "start")
    said("daemon", "pause")
    job, _ = waits(1, "one"), waits(2, "two")
    told = said("daemon", "stop", "--drain")
    assert "2 jobs are unfinished and kept; resume with: shotlog daemon start" in told
    assert "as jobs are paused: shotlog daemon resume" in told
    assert read_connection(places) is None
    said("daemon", "start")
    said("daemon", "resume")
    assert "done" in said("jobs", "attach", job)


def test_a_drain_finishes_what_is_queued(places: DaemonPaths) -> None:
    said("daemon", "start")
    waits(1, "one")
    told = said("daemon", "stop", "--drain")
    assert "stopped: process" in told
    assert "kept" not in told
    assert "done" in said("jobs", "show", "--json")


@contextmanager
def draining() -> Iterator[subprocess.Popen[str]]:
    """``daemon stop --drain`` as a process, and a batch job that an editing program holds."""
    command = [sys.executable, "-c", _AN_EDITOR_WORKS, "daemon", "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as daemon:
        assert daemon.stderr is not None
        daemon.stderr.readline()  # it is ready
        with Client(start=False) as client:
            client.submit(edit(), BUILTIN, name="one", job=JOB, priority=Priority.BATCH)
        with subprocess.Popen(
            [sys.executable, "-m", "shotlog", "daemon", "stop", "--drain"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as stopping:  # fmt: skip
            try:
                yield stopping
            finally:  # else a test that fails waits for both
                stopping.kill()
                daemon.kill()
        daemon.stderr.close()


_AN_EDITOR_WORKS = """
from shotlog.service.scheduling import NleActivityMonitor
NleActivityMonitor.poll = lambda self, now: "an editor renders"
from shotlog.cli import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal")
@pytest.mark.parametrize("way", ["stop", "pause", "sigterm", "sigkill", "ctrl-c"])
def test_a_drain_that_waits_says_why_and_ends_however_it_is_cut_short(
    places: DaemonPaths, way: str
) -> None:
    with draining() as stopping:
        assert stopping.stdout is not None
        why = stopping.stdout.readline()
        assert why.startswith("batch jobs wait: an editor renders; to end it now: shotlog daemon s")
        there = read_connection(places)
        assert there is not None
        if way == "stop":
            assert "1 job is unfinished and kept" in said("daemon", "stop")
        elif way == "pause":
            said("daemon", "pause")
        elif way == "ctrl-c":
            stopping.send_signal(signal.SIGINT)
        else:
            os.kill(there.pid, signal.SIGTERM if way == "sigterm" else signal.SIGKILL)
        told = stopping.stdout.read()
        code = stopping.wait(PATIENCE_S)
    if way == "ctrl-c":
        assert code == 130
        assert "stops after its queued jobs; to end it now: shotlog daemon stop" in told
        return
    assert code == 0
    assert f"stopped: process {there.pid}" in told
    assert read_connection(places) is None
    if way != "sigkill":  # then nobody has closed the journal
        assert "1 job is unfinished and kept; resume with: shotlog daemon start" in told


def test_whatever_is_advised_in_a_context_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    farm, told = DaemonPaths("farm"), []
    told.append(shotlog("daemon", "status", "--context", "farm").output)
    monkeypatch.setenv("SHOTLOG_CONTEXT", "farm")
    told.append(shotlog("daemon", "pause").output)
    try:
        said("daemon", "start")
        told.append(said("daemon", "start", "--idle", 5))
        told.append(said("daemon", "pause"))
        told.append(said("daemon", "status"))
        told.append(shotlog("jobs", "show", "abc").output)
        told.append(shotlog("jobs", "results", JOB).output)
        told.append(shotlog("models", "load").output)
        told.append(shotlog("daemon", "clients", "revoke", "b" * 40).output)
        with Client(context="farm") as client:
            client.submit(edit(), BUILTIN, name="one", job=JOB)
            with pytest.raises(DaemonRefused) as refused:
                client.result(JOB)
            told.append(str(refused.value))
        told.append(said("daemon", "stop", "--drain"))
    finally:
        stop_daemon(farm)
    for words in told:
        commands = re.findall(r"shotlog (?:daemon|jobs|models) [a-z]+(?: list)?(.*?)[.;,\n]", words)
        assert commands, words
        assert all(rest.startswith(" --context farm") for rest in commands), words


def test_logs_are_shown_in_words_or_as_they_are(places: DaemonPaths) -> None:
    assert said("daemon", "logs").startswith(str(places.log))
    said("daemon", "start")
    assert " info    ready (pid=" in said("daemon", "logs")
    last = said("daemon", "logs", "-n", "1", "--json").splitlines()[-1]
    assert json.loads(last)["say"] == "ready"


def test_the_worker_tries_itself_on_demand(places: DaemonPaths) -> None:
    said("daemon", "start", "--no-polite")

    assert "passed, 0 s ago" in " ".join(said("daemon", "status", "--check").split())
    assert json.loads(said("daemon", "status", "--check", "--json"))["canary"]["ok"]
    assert said("daemon", "logs", "--worker").startswith(str(places.worker_log))


def test_a_worker_that_does_not_do_well_is_a_failure(
    places: DaemonPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_CACHE", os.devnull + "/none")
    said("daemon", "start")

    result = shotlog("daemon", "status", "--check")

    assert result.exit_code == 1
    assert "failed" in result.output


def test_batch_jobs_alone_are_paused(places: DaemonPaths) -> None:
    said("daemon", "start")

    assert "batch jobs are paused" in said("daemon", "pause", "--batch")
    assert "batch jobs are paused" in said("daemon", "status")
    said("daemon", "resume")
    assert json.loads(said("daemon", "status", "--json"))["holds"] is None


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal")
def test_logs_are_followed_until_ctrl_c(places: DaemonPaths) -> None:
    said("daemon", "start")
    command = [sys.executable, "-m", "shotlog", "daemon", "logs", "-f", "-n", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as following:
        assert following.stdout is not None
        assert following.stdout.readline()  # it has read the log to its end
        said("daemon", "pause")
        assert b"request: pause" in following.stdout.readline()
        following.send_signal(signal.SIGINT)
        assert following.wait(PATIENCE_S) == 0


def test_a_job_is_listed_watched_shown_and_its_log_fetched(
    places: DaemonPaths, tmp_path: Path
) -> None:
    said("daemon", "start")
    with Client() as client:
        client.submit(edit(2), BUILTIN, name="Reel 1", job=JOB)
    assert "done" in said("jobs", "attach")
    assert "Reel 1" in said("jobs", "list")
    assert json.loads(said("jobs", "list", "--json"))[0]["job"] == JOB
    assert json.loads(said("jobs", "show", JOB[:4], "--json"))["state"] == "done"
    assert JOB in said("jobs", "show")
    log = Log.model_validate_json(said("jobs", "results"))
    said("jobs", "results", JOB, "-o", tmp_path / "log.json")
    assert Log.model_validate_json((tmp_path / "log.json").read_text()) == log


def test_a_list_of_jobs_says_how_many_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shotlog.service.broker.request_handler.LISTED", 25)
    with FakeDaemon() as fake, fake.client() as client:
        monkeypatch.setenv(HOME_VARIABLE, fake.environment[HOME_VARIABLE])
        for number in range(27):
            client.cancel(client.submit(edit(), BUILTIN, name=str(number)).job)
        short, everything, as_json = (said("jobs", "list", *o) for o in ([], ["--all"], ["--json"]))
    assert "and 5 more finished jobs; list them with --all" in short
    assert "and 2 older jobs" in short
    assert "--all" not in everything
    assert "and 2 older jobs" in everything
    assert len(json.loads(as_json[: as_json.rindex("]") + 1])) == 25


def test_a_job_is_cancelled_by_the_beginning_of_its_id(places: DaemonPaths) -> None:
    said("daemon", "start")
    said("daemon", "pause")
    with Client() as client:
        client.submit(edit(), BUILTIN, name="one", job=JOB)
        client.submit(edit(), BUILTIN, name="two", job=OTHER)
    assert "two: cancelled" in said("jobs", "cancel", OTHER[:3])
    assert "resumed" in said("daemon", "resume")
    assert shotlog("jobs", "attach", OTHER[:3]).exit_code == 1, "it was not done"


def test_a_job_that_is_not_there_is_said_to_be_not_there(places: DaemonPaths) -> None:
    for command in ("show", "attach", "results"):
        result = shotlog("jobs", command)
        assert result.exit_code == 1
        assert "there is none" in result.output
    result = shotlog("jobs", "cancel", "abc")
    assert "no job's id begins with this" in result.output


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal")
def test_run_serves_in_the_foreground_until_ctrl_c(places: DaemonPaths) -> None:
    command = [sys.executable, "-m", "shotlog", "daemon", "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert json.loads(running.stderr.readline())["say"] == "ready"
        with Client(start=False) as client:
            assert client.status().pid == running.pid
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE_S) == 0
    assert read_connection(places) is None


def keys_of(output: str) -> dict[str, str]:
    return {item["key"]: item["name"] for item in json.loads(output)}


@pytest.mark.parametrize("other", ["-" + "a" * 39, "-h" + "a" * 38, "-" + "a" * 38 + "h"])
def test_a_key_is_let_in_and_shut_out_again(places: DaemonPaths, other: str) -> None:
    own = keys_of(said("daemon", "clients", "list", "--json"))
    assert list(own.values()) == ["this user"]
    said("daemon", "clients", "allow", other, "the farm")
    assert keys_of(said("daemon", "clients", "list", "--json")) == own | {other: "the farm"}
    assert other.encode() in read_allowed_keys(places)
    assert other in said("daemon", "clients", "list")
    said("daemon", "clients", "revoke", other)
    assert keys_of(said("daemon", "clients", "list", "--json")) == own


@pytest.mark.parametrize("command", ["allow", "revoke"])
def test_commands_with_a_key_show_their_help(command: str) -> None:
    assert "KEY" in said("daemon", "clients", command, "-h")
    assert "KEY" in said("daemon", "clients", command, "--help")


@pytest.mark.parametrize("asked", [("allow", "no key"), ("revoke", "b" * 40)])
def test_a_key_that_is_none_is_told(places: DaemonPaths, asked: tuple[str, str]) -> None:
    result = shotlog("daemon", "clients", *asked)
    assert result.exit_code == 2
    assert "KEY" in result.output


def test_nobody_shuts_out_the_own_key(places: DaemonPaths) -> None:
    (own,) = keys_of(said("daemon", "clients", "list", "--json"))
    result = shotlog("daemon", "clients", "revoke", own)
    assert result.exit_code == 2
    assert "your own" in result.output
    assert own.encode() in read_allowed_keys(places)


def test_jobs_are_those_of_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeDaemon() as daemon, daemon.client() as client:
        client.submit(edit(), name="Reel 7", job=JOB)
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        assert "Reel 7" in said("jobs")
        monkeypatch.setenv("SHOTLOG_CONTEXT", "no/name")
        assert shotlog("jobs").exit_code != 0
