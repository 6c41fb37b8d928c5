"""Processes that stand still for a while, as on a laptop that sleeps or a machine that swaps."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.machine import Machine

STOP_S = 2.5
"""Longer than a client of these tests bears silence: three times ``PING``."""


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process stands still for a while, in which the block is run."""
    began = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
        time.sleep(max(0.0, began + STOP_S - time.monotonic()))
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_worker_that_stands_still_is_waited_for(machine: Machine) -> None:
    with machine.client() as client:
        jobs = machine.submit(client, 20)
        machine.wait_for_ends(client, 2)
        worker = client.status().worker.pid
        assert worker is not None
        with standing_still(worker):
            client.ping()  # the broker does not wait for it
            jobs += machine.submit(client, 5)
        with machine.recovery("a stop of the worker"):
            machine.wait_for_ends(client, 1)
        machine.settle(client)
        assert client.status().worker.restarts == 0
        assert client.reconnects == 0
        assert {client.attach(job).attempts for job in jobs} == {1}
    assert machine.figures.sound


def test_a_broker_that_stands_still_costs_each_client_one_connection_and_no_job(
    machine: Machine,
) -> None:
    def work() -> int:
        with machine.client() as client:
            for _ in range(3):
                machine.settle(client, machine.submit(client, 10))
            return client.reconnects

    with ThreadPoolExecutor(2) as pool, machine.client() as client:
        machine.submit(client, 20)
        machine.wait_for_ends(client, 1)
        working = [pool.submit(work) for _ in range(2)]
        machine.wait_for_ends(client, 1)
        broker = machine.broker
        with standing_still(broker):
            pass
        with machine.recovery("a stop of the broker"):
            client.ping()
        reconnects = [done.result() for done in working]
        machine.settle(client)
        assert client.status().pid == broker, "nobody took its place"
        assert machine.processes("shotlog.service.daemon") == [broker]
    assert machine.figures.sound
    assert max(reconnects) <= 1
