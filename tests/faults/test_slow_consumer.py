"""Clients that read slowly or never cost nobody else anything, and can still ask how it ended."""

from __future__ import annotations

import threading
import time
from statistics import median

from shotlog.service.protocol import Attach, JobInfo, JobState, Lagged, ListJobs, new_id, pack
from shotlog.service.runtime import DaemonPaths
from tests.faults.machine import BUILTIN, Machine, answered_after
from tests.faults.raw import Raw, raw
from tests.faults.size import Size
from tests.waiting import PATIENCE_S

READS_EVERY_S = 0.02
PROMPT_S = 0.5
"""Seconds in which half of the answers come; single ones come late on a machine that others use."""

NAME = "x" * 100_000
QUESTIONS = 400
HELD_MB = 80.0
"""Most that the broker may hold for a client that was sent 400 MB and reads none of it."""


class SlowReader(threading.Thread):
    """Watches jobs, and takes 20 ms over everything that it is told, until all are over."""

    def __init__(self, places: DaemonPaths, jobs: list[str]) -> None:
        super().__init__(name="slow reader")
        self.states: dict[str, JobState] = {}
        self.watches = threading.Event()
        self._places, self._left = places, set(jobs)

    def run(self) -> None:
        with raw(self._places, room=1) as client:
            self._attach(client)
            self.watches.set()
            while self._left:
                reply = client.hear(1.0)
                if reply is None or isinstance(reply, Lagged):
                    self._attach(client)
                elif isinstance(reply, JobInfo) and reply.state.is_terminal:
                    self.states[reply.job] = reply.state
                    self._left.discard(reply.job)
                time.sleep(READS_EVERY_S)

    def _attach(self, client: Raw) -> None:
        for job in self._left:
            client.send(pack(Attach(job=job))[1])


def test_who_takes_20_ms_for_every_event_hears_of_every_end_and_delays_nobody(
    machine: Machine,
) -> None:
    machine.start()
    with machine.client(start=False) as client:
        client.pause()
        jobs = machine.submit(client, 20)
        slow = SlowReader(machine.paths, jobs)
        slow.start()
        assert slow.watches.wait(PATIENCE_S)
        client.resume()
        waits = []
        while client.status().finished < len(jobs):
            waits.append(answered_after(client))
            time.sleep(0.01)
        machine.settle(client)
        slow.join(timeout=PATIENCE_S)
        assert client.reconnects == 0
    assert slow.states == dict.fromkeys(jobs, JobState.DONE)
    assert median(waits) < PROMPT_S
    assert machine.figures.sound
    machine.figures.measured["a slow reader"] = (
        f"another client answered within {1000 * max(waits):.0f} ms"
    )


def test_who_never_reads_costs_bounded_memory_and_is_told_that_it_lags(machine: Machine) -> None:
    machine.start()
    with (
        machine.client(start=False) as client,
        raw(machine.paths, room=1) as deaf,
    ):
        client.pause()
        for number in range(10):
            job = new_id()
            client.submit(machine.reel.edits[number], BUILTIN, name=NAME, job=job)
            machine.jobs[job] = number
            machine.figures.count("submitted")
        before = Size(machine.broker)
        waits = []
        for _ in range(QUESTIONS):
            deaf.send(pack(ListJobs())[1])
            waits.append(answered_after(client))
        held = Size(machine.broker)
        client.resume()
        machine.settle(client)
        heard = []
        while (reply := deaf.hear(0.5)) is not None:
            heard.append(reply)
        assert client.reconnects == 0
        again = deaf.ask(Attach(job=job))
    machine.figures.measured["a client that never reads"] = (
        f"{held - before} of {QUESTIONS} MB; "
        f"another client answered within {1000 * max(waits):.0f} ms"
    )
    assert Lagged() in heard
    assert len(heard) < QUESTIONS
    assert isinstance(again, JobInfo)
    assert again.state is JobState.DONE, "what it missed it can ask for"
    assert median(waits) < PROMPT_S
    assert held.megabytes - before.megabytes < HELD_MB
    assert machine.figures.sound
