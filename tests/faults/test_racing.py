"""Many that find no daemon at the same moment: each may start one, and one lives."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.faults.machine import Machine
from tests.waiting import wait_for

RACERS = 20


def test_twenty_racing_starts_have_exactly_one_daemon(machine: Machine) -> None:
    together = threading.Barrier(RACERS)

    def race(_: int) -> int:
        together.wait()
        with machine.client() as client:
            machine.submit(client)
            return client.status().pid

    with ThreadPoolExecutor(RACERS) as pool, machine.recovery("a start by twenty at once"):
        found = set(pool.map(race, range(RACERS)))
    assert found == {machine.broker}
    # Those that lost the race say so before they end.
    wait_for(lambda: machine.processes("shotlog.service.daemon") == [machine.broker])
    with machine.client(start=False) as client:
        machine.settle(client)
    assert machine.figures.sound


def test_twenty_clients_whose_daemon_is_killed_go_on_with_one(machine: Machine) -> None:
    ready, killed = threading.Barrier(RACERS + 1), threading.Event()

    def work(_: int) -> int:
        with machine.client() as client:
            jobs = machine.submit(client, 2)
            ready.wait()
            killed.wait()
            machine.settle(client, jobs)
            return client.status().pid

    with ThreadPoolExecutor(RACERS) as pool:
        first = machine.start().pid
        working = [pool.submit(work, number) for number in range(RACERS)]
        ready.wait()
        os.kill(first, signal.SIGKILL)
        with machine.recovery("a kill under twenty clients"):
            killed.set()
            found = {done.result() for done in working}
    assert found == {machine.broker} != {first}
    wait_for(lambda: machine.processes("shotlog.service.daemon") == [machine.broker])
    assert machine.figures.sound
    assert machine.duplicates() == 0
