"""Clients find the daemon, or start it; one lives, whatever happens."""

from __future__ import annotations

import os
import signal
import socket as sockets
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from shotlog import Client, __version__
from shotlog.schema import (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    NotAllowed,
)
from shotlog.service.client import (
    LOG_TAIL_LINES,
    MAX_STARTUP_CRASHES,
    daemon_command,
    find_daemon,
    find_or_start_daemon,
    read_log_tail,
)
from shotlog.service.runtime import (
    AlreadyRunning,
    ConnectionInfo,
    DaemonPaths,
    acquire_lock,
    read_connection,
    remove_connection,
    single_instance,
    write_connection,
)
from shotlog.service.security import load_client_keys, load_server_keys, revoke_client
from tests.service import stand_in
from tests.waiting import PATIENCE_S, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are ended by signals")

Start = Callable[..., ConnectionInfo]


def pids(places: DaemonPaths) -> list[int]:
    """Every process that ever held the daemon's lock."""
    lived = places.folder / "lived"
    return [int(line) for line in lived.read_text().split()] if lived.exists() else []


def command(places: DaemonPaths, how: str = "") -> list[str]:
    return [sys.executable, stand_in.__file__, places.context, *([how] if how else [])]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # In a container without an init nobody reaps an orphan.
    return not Path(f"/proc/{pid}/stat").is_file() or ") Z " not in Path(
        f"/proc/{pid}/stat"
    ).read_text()  # fmt: skip


def wait_for_end(pid: int) -> None:
    wait_for(lambda: not alive(pid))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)


@pytest.fixture
def start(places: DaemonPaths) -> Iterator[Start]:
    """Connects or starts; whatever was started is gone after the test."""

    def connect(how: str = "", timeout: float = 10.0) -> ConnectionInfo:
        return find_or_start_daemon(places, timeout=timeout, command=command(places, how))

    yield connect
    for pid in pids(places):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)


def test_a_daemon_is_started_where_none_runs_and_found_from_then_on(
    places: DaemonPaths, start: Start
) -> None:
    first = start()
    assert first == start() == find_daemon(places, timeout=PATIENCE_S)
    assert pids(places) == [first.pid]
    assert first.version == __version__


def test_everything_in_the_folder_is_the_users_alone(places: DaemonPaths, start: Start) -> None:
    before = os.umask(0)
    try:
        start()
    finally:
        os.umask(before)
    assert stat.S_IMODE(places.folder.stat().st_mode) == 0o700
    for entry in places.folder.iterdir():
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600, entry.name


def test_a_daemon_that_was_killed_is_replaced(places: DaemonPaths, start: Start) -> None:
    first = start()
    kill(first.pid)
    assert read_connection(places) == first
    with pytest.raises(DaemonAbsent, match="shotlog daemon start"):
        find_daemon(places)
    second = start()
    assert second.boot != first.boot
    assert pids(places) == [first.pid, second.pid]


def test_the_daemon_itself_is_started_unless_told_otherwise(places: DaemonPaths) -> None:
    connection = find_or_start_daemon(places)
    try:
        assert find_daemon(places, timeout=PATIENCE_S) == connection
        assert alive(connection.pid)
    finally:
        kill(connection.pid)


@pytest.mark.slow
def test_twenty_racing_clients_start_exactly_one_process(places: DaemonPaths, start: Start) -> None:
    for race in range(2):  # of the second, the file of the first one is stale
        ready = threading.Barrier(20)

        def run(ready: threading.Barrier = ready) -> ConnectionInfo:
            ready.wait()
            return start(timeout=PATIENCE_S)

        with ThreadPoolExecutor(20) as pool:
            found = [one.result() for one in [pool.submit(run) for _ in range(20)]]
        assert len({one.boot for one in found}) == 1
        assert pids(places)[race:] == [found[0].pid]
        assert len(places.folder.joinpath("started").read_bytes()) == race + 1
        kill(found[0].pid)


def test_a_client_that_is_suspended_while_it_starts_a_daemon_keeps_no_other_from_it(
    places: DaemonPaths, start: Start
) -> None:
    places.make()
    lock = acquire_lock(places.start_lock, 0)
    try:
        assert start(timeout=8) == find_daemon(places, timeout=PATIENCE_S)
    finally:
        lock.release()


def test_a_stale_file_that_leads_to_another_program_is_replaced(
    places: DaemonPaths, start: Start
) -> None:
    with sockets.create_server(("127.0.0.1", 0)) as other:
        closing = threading.Thread(target=lambda: other.accept()[0].close())
        closing.start()
        endpoint = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        write_connection(
            places, stand_in.connection(endpoint, load_server_keys(places).public.decode())
        )
        assert start().endpoint != endpoint
        closing.join()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"protocol": [1, 0]}', "\0" * 100])
def test_a_damaged_connection_file_is_replaced(
    places: DaemonPaths, start: Start, content: str
) -> None:
    places.make()
    places.connection.write_text(content)
    places.connection.chmod(0o600)
    assert read_connection(places) is None
    assert start() == read_connection(places)


@pytest.mark.parametrize("bits", [0o620, 0o602, 0o666])
def test_a_connection_file_that_others_may_write_is_refused_and_nothing_started(
    places: DaemonPaths, start: Start, bits: int
) -> None:
    write_connection(
        places, stand_in.connection("tcp://127.0.0.1:1", load_server_keys(places).public.decode())
    )
    places.connection.chmod(bits)
    with pytest.raises(NotAllowed, match="other users may write to this"):
        start()
    assert pids(places) == []


def test_a_folder_that_others_may_write_is_refused_and_nothing_started(
    places: DaemonPaths, start: Start
) -> None:
    places.folder.mkdir(parents=True)
    places.folder.chmod(0o777)
    with pytest.raises(NotAllowed, match="chmod 700"):
        start()
    assert pids(places) == []


def test_a_daemon_of_another_protocol_is_told_in_one_sentence_with_the_command(
    places: DaemonPaths, start: Start
) -> None:
    ways: list[Callable[[], ConnectionInfo]] = [
        lambda: start("7"),
        start,
        lambda: find_daemon(places),
    ]
    for connect in ways:
        with pytest.raises(DaemonIncompatible) as caught:
            connect()
        problem = caught.value.problem
        assert "speaks protocol 7" in problem.message
        assert "speaks protocol 1" in problem.message
        assert ". " not in problem.message
        assert "shotlog daemon restart" in problem.hint


def test_the_file_of_a_newer_daemon_is_still_read(places: DaemonPaths) -> None:
    newer = stand_in.connection("tcp://127.0.0.1:1", "k" * 40, 2).model_dump(mode="json")
    write_connection(places, stand_in.connection("tcp://127.0.0.1:1", "k" * 40))
    places.connection.write_text(str({**newer, "pigeon": 1}).replace("'", '"'))
    found = read_connection(places)
    assert found is not None
    assert found.protocol == (2, 0)


def test_a_revoked_client_is_told_so_and_starts_nothing_that_lives(
    places: DaemonPaths, start: Start
) -> None:
    first = start()
    revoke_client(places, load_client_keys(places).public)
    ways: list[Callable[[], ConnectionInfo]] = [start, lambda: find_daemon(places)]
    for connect in ways:
        with pytest.raises(NotAllowed, match=r"does not accept this client's key.*client\.key"):
            connect()
    assert pids(places) == [first.pid]


def test_a_daemon_that_stands_still_is_told_from_one_that_is_gone(
    places: DaemonPaths, start: Start
) -> None:
    first = start()
    os.kill(first.pid, signal.SIGSTOP)
    with pytest.raises(DaemonLost, match="does not answer"):
        find_daemon(places, timeout=0.3)
    with pytest.raises(DaemonLost, match="does not answer"):
        start(timeout=1.0)
    os.kill(first.pid, signal.SIGCONT)
    assert start() == first


def test_the_words_of_a_daemon_that_cannot_start_reach_the_user(
    places: DaemonPaths, start: Start
) -> None:
    with pytest.raises(DaemonAbsent, match="does not want to"):
        start("refuse")


def test_the_last_words_of_a_daemon_that_dies_reach_the_user(
    places: DaemonPaths, start: Start
) -> None:
    with pytest.raises(DaemonAbsent, match=r"ended before it was ready[\s\S]*live like this"):
        start("die")


@pytest.mark.parametrize("spoken_to", [0, 1, 2])
def test_a_daemon_that_crashes_once_it_is_ready_is_told_with_its_last_words(
    places: DaemonPaths, start: Start, monkeypatch: pytest.MonkeyPatch, spoken_to: int
) -> None:
    falling = command(places, f"fall-{spoken_to}")
    monkeypatch.setattr("shotlog.service.client.spawn.daemon_command", lambda places: falling)
    with pytest.raises(DaemonAbsent, match=r"crashed right after[\s\S]*the stand-in fell"):
        Client(paths=places)
    assert len(pids(places)) == MAX_STARTUP_CRASHES


def test_old_errors_do_not_hide_what_the_daemon_logged_last(places: DaemonPaths) -> None:
    places.make()
    places.errors.write_text("of long ago\n" * LOG_TAIL_LINES)
    places.log.write_text("the port is taken\n")
    assert read_log_tail(places)[-1] == "the port is taken"
    assert len(read_log_tail(places)) <= LOG_TAIL_LINES


def test_a_daemon_that_says_nothing_is_waited_for_no_longer_than_told(
    places: DaemonPaths, start: Start
) -> None:
    before = set(threading.enumerate())
    with pytest.raises(DaemonAbsent, match="did not report within"):
        start("stay-silent", timeout=0.5)  # it would be silent for longer than a test may take
    places.folder.joinpath("enough").touch()
    wait_for(lambda: set(threading.enumerate()) <= before)


def test_a_program_that_is_not_there_is_told(places: DaemonPaths) -> None:
    with pytest.raises(DaemonAbsent, match="/no/such/python"):
        find_or_start_daemon(places, command=["/no/such/python"])


def test_a_folder_that_cannot_be_written_is_told(places: DaemonPaths, start: Start) -> None:
    places.errors.mkdir(parents=True)
    places.folder.chmod(0o700)
    with pytest.raises(DaemonFileUnusable, match=r"daemon\.err"):
        start()
    assert pids(places) == []


def test_the_daemon_is_started_by_this_interpreter_for_its_context() -> None:
    started = daemon_command(DaemonPaths("night"))
    assert started[0] == sys.executable
    assert started[started.index("--context") + 1] == "night"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="reads /proc")
def test_the_daemon_has_nothing_of_its_starter(
    places: DaemonPaths, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_PRELOAD", "")
    with sockets.create_server(("127.0.0.1", 0)) as mine:
        mine.set_inheritable(True)
        pid = start().pid
        own = str(Path(f"/proc/self/fd/{mine.fileno()}").readlink())
        handles = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
    assert own not in handles
    assert not any(handle.startswith("pipe:") for handle in handles)
    assert os.getsid(pid) not in (os.getsid(0), 0)
    assert Path(f"/proc/{pid}/cwd").readlink() == places.folder
    parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    assert int(parent) != os.getpid()
    environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert b"LD_PRELOAD=" not in environ
    assert f"SHOTLOG_HOME={places.home}".encode() in environ


def test_two_contexts_are_two_daemons(start: Start) -> None:
    night = DaemonPaths("night")
    first = start()
    second = find_or_start_daemon(night, command=command(night))
    try:
        assert second.pid != first.pid
        assert second.server_key != first.server_key
    finally:
        kill(second.pid)


def test_the_lock_is_held_by_one_and_free_after_it(places: DaemonPaths) -> None:
    refused = pytest.raises(AlreadyRunning, match="shotlog daemon status")
    with single_instance(places), refused, single_instance(places):
        pass
    with single_instance(places):
        pass


def test_what_a_daemon_started_does_not_keep_its_lock(places: DaemonPaths) -> None:
    code = (
        "import subprocess, sys, time\n"
        "from shotlog.service.runtime.paths import DaemonPaths\n"
        "from shotlog.service.runtime.instance_lock import single_instance\n"
        "with single_instance(DaemonPaths()):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)'])\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(30)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        orphan = int(holder.stdout.readline())
        try:
            with pytest.raises(AlreadyRunning), single_instance(places):
                pass
            holder.kill()
            holder.wait()
            with single_instance(places):
                assert alive(orphan)
        finally:
            kill(orphan)


def test_a_lock_that_cannot_be_taken_is_said_in_words(places: DaemonPaths) -> None:
    places.lock.mkdir(parents=True)
    places.keys_lock.mkdir()
    with (
        pytest.raises(DaemonFileUnusable, match=r"lock cannot be acquired.*local disk"),
        single_instance(places),
    ):
        pass
    with pytest.raises(DaemonFileUnusable, match="lock cannot be acquired"):
        load_client_keys(places)


def test_a_daemon_withdraws_its_own_file_and_nobody_elses(places: DaemonPaths) -> None:
    mine = stand_in.connection("tcp://127.0.0.1:1", "k" * 40)
    write_connection(places, mine)
    remove_connection(places, "another boot")
    assert read_connection(places) == mine
    remove_connection(places, mine.boot)
    assert read_connection(places) is None
    remove_connection(places, mine.boot)
