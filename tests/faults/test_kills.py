"""Processes are killed while jobs run: none is lost, none is done twice, every log is right."""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shotlog.service.protocol import Priority
from tests.faults.machine import Machine, is_alive
from tests.waiting import wait_for

RECOVERS_WITHIN = 40.0  # 3 s each on a machine that does nothing else


def test_six_kills_of_the_worker_cost_no_job(machine: Machine) -> None:
    chance = random.Random(6)  # noqa: S311
    with machine.client() as client:
        machine.submit(client, 60)
        machine.wait_for_ends(client, 1)
        broker = machine.broker
        open_before = descriptors(broker)
        for _ in range(6):
            time.sleep(chance.uniform(0, 0.2))
            worker = client.status().worker.pid
            assert worker is not None
            os.kill(worker, signal.SIGKILL)
            with machine.recovery("a kill of the worker"):
                machine.wait_for_ends(client, 2)
        machine.settle(client)
        assert client.status().worker.restarts == 6
        assert client.reconnects == 0
        assert descriptors(broker) == open_before
    assert machine.figures.sound
    assert max(machine.figures.recoveries["a kill of the worker"]) < RECOVERS_WITHIN


def test_five_kills_of_the_broker_cost_no_job_and_clients_recover_unaided(
    machine: Machine,
) -> None:
    def work(priority: Priority) -> int:
        """A client that goes on submitting and watching, whatever happens."""
        with machine.client() as client:
            for _ in range(6):
                machine.settle(client, machine.submit(client, 5, priority))
            return client.reconnects

    with ThreadPoolExecutor(3) as pool, machine.client() as client:
        working = [pool.submit(work, priority) for priority in Priority]
        for _ in range(5):
            machine.wait_for_ends(client, 3)
            family = {machine.broker, *machine.processes("shotlog.service.worker")}
            os.kill(machine.broker, signal.SIGKILL)
            with machine.recovery("a kill of the broker"):
                client.ping()
            wait_for(lambda family=family: not any(map(is_alive, family)))  # type: ignore[misc]
        reconnects = [done.result() for done in working]
    assert machine.figures.sound
    assert machine.duplicates() == 0
    assert max(machine.figures.recoveries["a kill of the broker"]) < RECOVERS_WITHIN
    assert max(reconnects) <= 5


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
