"""A journal that is damaged: the daemon starts, keeps the file, says so; measured work is kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shotlog.paths import cache_file
from shotlog.schema import DaemonAbsent, DaemonRefused
from shotlog.service.client import stop_daemon
from tests.faults.machine import BUILTIN, Machine
from tests.waiting import wait_for


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(1000, len(data), 500):
        data[at] ^= 0xFF
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "bytes flipped": flip,
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 3),
    "garbage": lambda path: path.write_bytes(b"not what it was" * 999),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_is_kept_aside_and_its_jobs_cost_no_second_look(
    machine: Machine, damage: str
) -> None:
    with machine.client() as client:
        jobs = machine.submit(client, 4)
        machine.settle(client, jobs)
    end(machine)
    evidence = stored()
    DAMAGES[damage](machine.paths.journal)
    broken = machine.paths.journal.read_bytes()
    with machine.client() as client:
        told = client.status().journal[1]
        asides = list(machine.paths.folder.glob("journal.sqlite.corrupt-*"))
        assert [aside.read_bytes() for aside in asides] == [broken]
        assert told is not None
        assert str(asides[0]) in told
        with pytest.raises(DaemonRefused, match="there is no job"):
            client.attach(jobs[0])
        for job in jobs:  # whoever kept the id submits it again, and has it again
            edit = machine.reel.edits[machine.jobs[job]]
            client.submit(edit, BUILTIN, name="again", job=job)
            list(client.watch(job))
            assert machine.log_of(client, job) == machine.reel.logs[machine.jobs[job]]
    assert stored() == evidence


def end(machine: Machine) -> None:
    assert stop_daemon(machine.paths) is not None
    wait_for(lambda: not machine.processes())


def stored() -> list[tuple[object, ...]]:
    """Every piece of evidence that the cache holds."""
    with closing(sqlite3.connect(cache_file())) as db:
        return db.execute("SELECT media, measure, start, finish FROM piece ORDER BY id").fetchall()


def test_a_journal_that_is_damaged_while_it_is_used_does_not_keep_the_daemon_from_working(
    machine: Machine,
) -> None:
    with machine.client() as client:
        jobs = machine.submit(client, 30)
        machine.wait_for_ends(client, 2)
        for file in machine.paths.folder.glob("journal.sqlite*"):
            with file.open("r+b") as written:
                written.write(b"not what it was" * 999)
        end(machine)
    with machine.client() as client:
        for job in jobs:
            number = machine.jobs[job]
            client.submit(machine.reel.edits[number], BUILTIN, name=str(number), job=job)
        machine.settle(client, jobs)
    assert machine.figures.sound


def test_a_journal_of_a_newer_version_is_left_alone_and_said(machine: Machine) -> None:
    machine.start()
    end(machine)
    with closing(sqlite3.connect(machine.paths.journal)) as db, db:
        db.execute("PRAGMA user_version=99")
        db.execute("UPDATE meta SET value='99' WHERE key='layout'")
        db.execute("UPDATE meta SET value='9.9' WHERE key='shotlog'")
    newer = machine.paths.journal.read_bytes()
    with pytest.raises(DaemonAbsent, match=r"was written by Shotlog 9\.9, and this is older"):
        machine.client()
    assert machine.paths.journal.read_bytes() == newer
    wait_for(lambda: not machine.processes())
