"""Wall clocks that jump: nothing is decided by them."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import shotlog.service
from shotlog.schema import DaemonAbsent
from shotlog.service.protocol import JobState
from tests.faults import jumping
from tests.faults.machine import BUILTIN, Machine, is_alive
from tests.waiting import wait_for

HOUR, DAY = 3600, 24 * 3600
KEPT_S = 3
"""Seconds that a worker is kept; a busy machine may let a second pass between two questions."""

JUMPS = [0, DAY, -DAY, HOUR, -HOUR, 400 * DAY, 0]

TOLD_ONLY = {
    "daemon/process.py": "the connection file tells when the daemon began",
    "journal/journal.py": "jobs tell when they were submitted and ended; what was long over is "
    "forgotten, but never one of the newest hundred",
}
"""Where the service asks for the wall clock, and what for."""


def put(clock: Path, ahead: int) -> None:
    """Sets the clock so many seconds ahead, at once: nobody finds the file half written."""
    new = clock.with_suffix(".new")
    new.write_text(str(ahead))
    new.replace(clock)


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Says how far the daemon's wall clock is ahead."""
    path = tmp_path / "ahead"
    put(path, 0)
    return path


def start(machine: Machine, clock: Path, *options: str) -> int:
    command = [sys.executable, jumping.__file__, "daemon", str(clock)]
    return machine.start(*options, command=command).pid


def test_jobs_run_on_while_the_clock_jumps(machine: Machine, clock: Path) -> None:
    start(machine, clock)
    with machine.client(start=False) as client:
        jobs = []
        for ahead in JUMPS:
            put(clock, ahead)
            jobs += machine.submit(client, 6)
            machine.wait_for_ends(client, 2)
        machine.settle(client)
        assert client.status().worker.restarts == 0
        assert {client.attach(job).attempts for job in jobs} == {1}
        assert client.reconnects == 0
        told = [client.attach(job).created - time.time() for job in jobs[::6]]
        assert told == pytest.approx(JUMPS, abs=60), "they did jump"
    assert machine.figures.sound


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_no_lease_is_cut_short(machine: Machine, clock: Path, ahead: int) -> None:
    start(machine, clock)
    with machine.client(start=False) as client:
        client.pause()
        client.submit(machine.reel.edits[0], BUILTIN, name="0", job="a" * 32, durable=False)
        put(clock, ahead)
        for _ in range(10):
            time.sleep(0.05)
            assert client.attach("a" * 32).state is JobState.QUEUED
        client.resume()
        assert [*client.watch("a" * 32)][-1] == client.attach("a" * 32)
        assert client.attach("a" * 32).state is JobState.DONE


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_models_are_kept_and_given_up_by_another_clock(
    machine: Machine, clock: Path, ahead: int
) -> None:
    start(machine, clock, f"--keep-alive={KEPT_S}")
    with machine.client(start=False) as client:
        began = time.monotonic()
        machine.settle(client, machine.submit(client))
        worker = client.status().worker.pid
        put(clock, ahead)
        client.ping()
        assert client.status().worker.pid == worker is not None
        wait_for(lambda: client.status().worker.pid is None)
        assert time.monotonic() - began > KEPT_S


@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_a_daemon_that_nobody_needs_ends_by_another_clock(
    machine: Machine, clock: Path, ahead: int
) -> None:
    pid = start(machine, clock, "--idle=1")
    with machine.client(start=False) as client:
        asked = time.monotonic()
        client.ping()
        put(clock, ahead)
        client.status()
    wait_for(lambda: not is_alive(pid))
    assert time.monotonic() - asked > 0.9
    with pytest.raises(DaemonAbsent):
        machine.client(start=False)


def test_the_wall_clock_is_only_told() -> None:
    folder = Path(shotlog.service.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if list(asks_the_wall(path.read_text()))
    }
    assert found == TOLD_ONLY.keys()


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()", "import time as t\nt.time_ns()", "from time import time",
        "import datetime\ndatetime.datetime.now()", "from datetime import date\ndate.today()",
        "import time\ntime.localtime()", "import time\nclock = time.time",
    ],
)  # fmt: skip
def test_every_way_to_ask_for_the_wall_clock_is_seen(source: str) -> None:
    assert list(asks_the_wall(source))


def test_other_clocks_and_times_that_are_given_are_no_question() -> None:
    source = "import time\ntime.monotonic()\ntime.gmtime(0)\ntime.strftime('%Y', time.gmtime(1))"
    assert not list(asks_the_wall(source))


def asks_the_wall(source: str) -> Iterator[str]:
    """Every expression of a module that gives what the wall clock shows."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr="time" | "time_ns" | "now" | "utcnow" | "today" as name):
                yield name
            case ast.ImportFrom(module="time", names=names):
                yield from (one.name for one in names if one.name in ("time", "time_ns"))
            case ast.Call(func=ast.Attribute(attr="localtime" | "gmtime" as name), args=[]):
                yield name
