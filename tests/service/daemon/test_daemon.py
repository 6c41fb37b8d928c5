"""The daemon as a process: it serves, ends, is killed, and loses nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from shotlog import Client
from shotlog.schema import DaemonAbsent, DaemonLost, DaemonRefused, NotAllowed
from shotlog.service.client import (
    RECONNECT_SECONDS,
    check_worker,
    daemon_command,
    find_or_start_daemon,
    kill_daemon,
    stop_daemon,
)
from shotlog.service.daemon import DaemonSettings, run_daemon
from shotlog.service.protocol import Goodbye, JobInfo, JobState, Priority, ProgressEvent
from shotlog.service.runtime import DaemonPaths, read_connection, write_connection
from shotlog.service.supervision import Supervisor
from tests.faults.raw import raw
from tests.service import odd_daemon
from tests.service.jobs import edit
from tests.service.workers import BUILTIN, JOB, OTHER, WINDOWS, edit_of, in_process, is_alive
from tests.support import write_film
from tests.waiting import PATIENCE_S, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are ended by signals")

PROMPT = 0.8 * RECONNECT_SECONDS
"""Less than a client waits for a daemon that was stopped to come back."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def looks(tmp_path: Path) -> Path:
    path = tmp_path / "looks"
    path.touch()
    return path


@contextmanager
def daemon(
    places: DaemonPaths, *more: str, odd: tuple[str, int, Path] | None = None
) -> Iterator[int]:
    """A daemon that runs while the block does, and is gone after it; gives its process id."""
    command = [*daemon_command(places), *more]
    if odd is not None:
        options = command[command.index("--context") :]
        command = [sys.executable, odd_daemon.__file__, odd[0], str(odd[1]), str(odd[2]), *options]
    pid = find_or_start_daemon(places, timeout=PATIENCE_S, command=command).pid
    try:
        yield pid
    finally:
        for one in {pid, *([now.pid] if (now := read_connection(places)) else [])}:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
            wait_for(lambda one=one: not is_alive(one))  # type: ignore[misc]


def client_of(places: DaemonPaths) -> Client:
    return Client(start=False, paths=places, ping_interval=0.5)


def test_the_brokers_process_knows_neither_models_nor_media() -> None:
    heavy = "('torch', 'transformers', 'av', 'cv2', 'numpy', 'onnxruntime', 'shotlog.engine')"
    code = (
        "import sys, shotlog.service.daemon;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_log_through_the_daemon_is_that_of_a_run_in_process(
    film: Path, places: DaemonPaths
) -> None:
    with daemon(places), client_of(places) as client:
        info = client.submit(edit_of(film), BUILTIN, name="cut")
        states = [event.state for event in client.watch(info.job) if isinstance(event, JobInfo)]
        log = client.result(info.job)
        assert client.status().useful
    assert states[-1] is JobState.DONE
    assert log.model_dump_json() == in_process(edit_of(film), BUILTIN)


def test_no_name_of_a_film_or_a_timeline_is_logged(film: Path, places: DaemonPaths) -> None:
    with daemon(places), client_of(places) as client:
        info = client.submit(edit_of(film), BUILTIN, name="The secret film")
        list(client.watch(info.job))
        client.shutdown()
        wait_for(lambda: read_connection(places) is None)
    text = places.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["say"] for line in lines if line.get("job")] == ["job started", "job done"]
    assert "secret" not in text
    assert film.name not in text
    assert str(film.parent) not in text


def test_sigterm_says_goodbye_keeps_the_job_and_leaves_nothing_behind(
    film: Path, places: DaemonPaths, looks: Path
) -> None:
    with daemon(places, odd=("none", -1, looks)) as pid, client_of(places) as client:
        client.submit(edit_of(film), name="cut", job=JOB)
        wait_for(lambda: looks.stat().st_size > 3)
        worker = client.status().worker.pid
        assert worker is not None
        with raw(places) as other:
            os.kill(pid, signal.SIGTERM)
            assert other.hear() == Goodbye()
        wait_for(lambda: read_connection(places) is None)
        wait_for(lambda: not is_alive(pid) and not is_alive(worker))
    with daemon(places, odd=("none", -1, looks)), client_of(places) as client:
        assert [info.job for info in client.jobs()] == [JOB]
        *_, last = client.watch(JOB)
        assert isinstance(last, JobInfo)
        assert last.state is JobState.DONE
        assert client.result(JOB).model_dump_json() == in_process(edit_of(film))
    assert looks.stat().st_size < 2 * WINDOWS, "what was measured is measured no more"


def test_a_daemon_that_is_killed_costs_a_watcher_no_job(
    film: Path, places: DaemonPaths, looks: Path
) -> None:
    odd = ("none", -1, looks)
    with daemon(places, odd=odd) as pid, client_of(places) as client:
        client.submit(edit_of(film), name="cut", job=JOB)
        client.submit(edit_of(film), name="cut", job=OTHER)
        wait_for(lambda: looks.stat().st_size > 3)
        worker = client.status().worker.pid
        assert worker is not None
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(worker))
        with daemon(places, odd=odd):
            ends = [list(client.watch(job))[-1] for job in (JOB, OTHER)]
            logs = [client.result(job).model_dump_json() for job in (JOB, OTHER)]
            known = [info.job for info in client.jobs()]
    assert [end.state for end in ends if isinstance(end, JobInfo)] == [JobState.DONE] * 2
    assert logs == [in_process(edit_of(film))] * 2
    assert known == [OTHER, JOB], "none lost, none twice"


def test_a_worker_that_is_killed_costs_no_job(film: Path, places: DaemonPaths, looks: Path) -> None:
    with daemon(places, odd=("killed", 5, looks)), client_of(places) as client:
        client.submit(edit_of(film), name="cut", job=JOB)
        *_, last = client.watch(JOB)
        report = client.status()
        log = client.result(JOB)
    assert isinstance(last, JobInfo)
    assert (last.state, last.attempts) == (JobState.DONE, 2)
    assert report.worker.restarts == 1
    assert log.model_dump_json() == in_process(edit_of(film))


def test_an_interactive_job_overtakes_one_that_runs(
    film: Path, places: DaemonPaths, looks: Path
) -> None:
    options = ("--no-polite",)  # whatever else is at work on this machine
    with daemon(places, *options, odd=("waits", 5, looks)), client_of(places) as client:
        client.submit(edit_of(film), name="bulk", job=JOB, priority=Priority.BATCH)
        wait_for(lambda: looks.stat().st_size > 5)
        client.submit(edit(1), name="now", job=OTHER, priority=Priority.INTERACTIVE)
        looks.with_suffix(".go").touch()
        *_, last = client.watch(OTHER)
        assert isinstance(last, JobInfo)
        assert last.state is JobState.DONE
        bulk = client.attach(JOB)
        assert not bulk.state.is_terminal
        *_, last = client.watch(JOB)
    assert isinstance(last, JobInfo)
    assert (last.state, last.attempts) == (JobState.DONE, 2)


def test_where_a_worker_crashed_is_named_in_the_log(places: DaemonPaths) -> None:
    with daemon(places), client_of(places) as client:
        worker = check_worker(client, BUILTIN).worker.pid
        assert worker is not None
        os.kill(worker, signal.SIGSEGV)
        wait_for(lambda: "the worker that crashed" in places.log.read_text("utf-8"))

    lines = [json.loads(line) for line in places.log.read_text("utf-8").splitlines()]
    told = next(line["lines"] for line in lines if "lines" in line)
    assert told[0] == "Fatal Python error: Segmentation fault"
    assert told[0] in places.worker_log.read_text("utf-8")


def test_cancel_is_acknowledged_at_once_whatever_the_worker_does(
    film: Path, places: DaemonPaths, looks: Path
) -> None:
    with daemon(places, odd=("waits", 5, looks)), client_of(places) as client:
        client.submit(edit_of(film), name="cut", job=JOB)
        wait_for(lambda: looks.stat().st_size > 5)
        assert client.cancel(JOB).state is JobState.CANCELLING
        looks.with_suffix(".go").touch()  # the worker has waited for this all the while
        *_, last = client.watch(JOB)
    assert isinstance(last, JobInfo)
    assert last.state is JobState.CANCELLED


def test_progress_comes_at_most_ten_times_a_second(
    film: Path, places: DaemonPaths, looks: Path
) -> None:
    with daemon(places, odd=("none", -1, looks)), client_of(places) as client:
        client.submit(edit_of(film), name="cut", job=JOB)
        began = time.monotonic()
        events = list(client.watch(JOB))
        seconds = time.monotonic() - began
    told = [event for event in events if isinstance(event, ProgressEvent)]
    assert 0 < len(told) <= 10 * seconds + 2


def test_a_daemon_that_nobody_needs_ends_by_itself(places: DaemonPaths) -> None:
    with daemon(places, "--idle=0.2") as pid:
        wait_for(lambda: not is_alive(pid))
        assert read_connection(places) is None
        with pytest.raises(DaemonAbsent):
            client_of(places)


@pytest.mark.parametrize("way", ["by itself", "stopped", "killed"])
def test_a_client_that_idles_while_its_daemon_ends_gets_another(
    places: DaemonPaths, way: str
) -> None:
    with daemon(places, *(["--idle=0.2"] if way == "by itself" else [])) as pid:
        with Client(paths=places, ping_interval=0.5) as client:
            if way == "stopped":
                stop_daemon(places)
            elif way == "killed":
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda: not is_alive(pid))
            began = time.monotonic()
            assert client.status().pid != pid
            assert time.monotonic() - began < PROMPT
        stop_daemon(places)


def test_a_second_daemon_says_that_one_runs(places: DaemonPaths) -> None:
    with daemon(places) as pid:
        again = subprocess.run(
            [sys.executable, "-m", "shotlog.service.daemon"],
            capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip
        assert again.returncode == 1
        assert "a daemon is already running" in again.stderr
        assert "Traceback" not in again.stderr
        assert is_alive(pid)


def test_its_files_are_the_users_alone(places: DaemonPaths) -> None:
    with daemon(places):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in places.folder.iterdir()}
    assert {"daemon.jsonl", "connection.json", "journal.sqlite", "server.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_clients_are_counted_while_they_are_connected(places: DaemonPaths) -> None:
    with daemon(places), client_of(places) as client:
        for _ in range(3):
            with client_of(places) as other:
                other.ping()
        wait_for(lambda: client.status().clients == 1)
        with client_of(places), raw(places) as silent:
            assert client.status().clients == 3
            silent.send([b"garbage"])
        wait_for(lambda: client.status().clients == 1)


def test_a_daemon_that_cannot_end_its_worker_leads_nobody_to_its_port_all_the_same(
    places: DaemonPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(worker: Supervisor, kill_after: float = 0) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(Supervisor, "stop", refuse)
    with pytest.raises(OSError, match="open files"):
        run_daemon(DaemonSettings(places), ready=lambda: signal.raise_signal(signal.SIGTERM))
    assert read_connection(places) is None


def test_stop_waits_until_it_has_ended_and_may_come_twice(places: DaemonPaths) -> None:
    with daemon(places) as pid:
        assert stop_daemon(places) == pid
        wait_for(lambda: not is_alive(pid))
        assert stop_daemon(places) is None


def test_a_daemon_of_another_protocol_can_be_stopped_too(places: DaemonPaths) -> None:
    with daemon(places) as pid:
        connection = read_connection(places)
        assert connection is not None
        newer = connection.model_copy(update={"protocol": (2, 0)})
        places.connection.write_text(newer.model_dump_json())
        assert stop_daemon(places) == pid
        wait_for(lambda: not is_alive(pid))


def test_a_daemon_of_another_protocol_is_stopped_by_its_own_number_alone(
    places: DaemonPaths,
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        with daemon(places) as pid:
            connection = read_connection(places)
            assert connection is not None
            changed = {"protocol": (2, 0), "pid": other.pid}
            write_connection(places, connection.model_copy(update=changed))
            stop_daemon(places)
            wait_for(lambda: not is_alive(pid))
        assert other.poll() is None
        other.kill()


def test_a_process_that_may_not_be_ended_is_told_in_words(
    places: DaemonPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    with daemon(places) as pid:
        monkeypatch.setattr(psutil.Process, "kill", refuse)
        with pytest.raises(NotAllowed, match=f"daemon {pid}: the system does not let you end"):
            kill_daemon(psutil.Process(pid))


def test_a_daemon_that_stands_still_is_stopped_by_force_alone(
    places: DaemonPaths, looks: Path
) -> None:
    with daemon(places) as pid, client_of(places) as client:
        worker = check_worker(client, BUILTIN).worker.pid
        assert worker is not None
        for one in (worker, pid):
            os.kill(one, signal.SIGSTOP)
        with pytest.raises(DaemonLost, match="daemon stop --force"):
            stop_daemon(places, timeout=1)
        assert is_alive(pid)
        assert stop_daemon(places, force=True) == pid
        assert not is_alive(pid)
        wait_for(lambda: not is_alive(worker))
        assert read_connection(places) is None
        assert stop_daemon(places, force=True) is None


def test_a_watched_daemon_that_is_stopped_by_force_is_not_started_again(
    film: Path, places: DaemonPaths
) -> None:
    with daemon(places) as pid, Client(paths=places, ping_interval=0.2) as client:
        client.pause()
        watch = client.watch(client.submit(edit_of(film), BUILTIN, name="cut").job)
        next(watch)
        os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(list, watch)
            assert stop_daemon(places, force=True) == pid
            with pytest.raises(DaemonLost, match="was stopped"):
                watching.result()
        assert read_connection(places) is None


def test_a_daemon_whose_connection_file_is_gone_is_stopped_by_force(
    places: DaemonPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.service.client.shutdown._UNREACHABLE_SECONDS", 0.2)
    with daemon(places) as pid:
        places.connection.unlink()
        with pytest.raises(DaemonLost, match=r"connection file is missing.*daemon stop --force"):
            stop_daemon(places)
        assert is_alive(pid)
        assert stop_daemon(places, force=True) == pid
        assert not is_alive(pid)


def test_force_ends_no_process_but_the_daemon(places: DaemonPaths) -> None:
    """Whatever the connection file says: here it names a process that only stands still."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        with daemon(places) as pid:
            os.kill(pid, signal.SIGSTOP)
            connection = read_connection(places)
            assert connection is not None
            write_connection(places, connection.model_copy(update={"pid": other.pid}))
            assert stop_daemon(places, force=True) == pid
        write_connection(places, connection.model_copy(update={"pid": other.pid}))
        assert stop_daemon(places, force=True) is None
        assert other.poll() is None
        other.kill()


def test_a_daemon_that_is_started_on_demand_has_the_options_of_the_one_that_crashed(
    film: Path, places: DaemonPaths, tmp_path: Path
) -> None:
    with daemon(places, f"--allow-root={tmp_path}") as pid, Client(paths=places) as client:
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid))
        with pytest.raises(DaemonRefused, match="outside the folders that this daemon may read"):
            client.submit(edit_of(film), BUILTIN, name="cut")
        assert client.status().pid != pid
