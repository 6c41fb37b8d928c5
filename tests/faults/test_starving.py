"""Clients that never stop asking: what waits behind them comes to its end all the same."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from shotlog.service.protocol import Priority
from tests.faults.machine import Machine

WITHIN_S = 120.0
"""The first turn of batch comes after 16 times as much of the others: 8 s of the device, 16 s while
other tests run."""


def test_batch_jobs_end_while_interactive_ones_never_do(machine: Machine) -> None:
    over = threading.Event()

    def ask_on() -> None:
        with machine.client() as client:
            while not over.is_set():
                machine.settle(client, machine.submit(client, 5, Priority.INTERACTIVE))

    with ThreadPoolExecutor(2) as pool, machine.client() as client:
        asking = [pool.submit(ask_on) for _ in range(2)]
        machine.wait_for_ends(client, len(machine.reel))
        jobs = machine.submit(client, 5, Priority.BATCH)
        until = time.monotonic() + WITHIN_S
        while left := [job for job in jobs if not client.attach(job).state.is_terminal]:
            if time.monotonic() > until:
                break
            time.sleep(0.1)
        over.set()
        for one in asking:
            one.result()
        machine.settle(client)
        attempts = {client.attach(job).attempts for job in jobs}
    assert not left, f"they were begun so often: {attempts}"
    assert machine.figures.sound
