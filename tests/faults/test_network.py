"""Bad networks between client and daemon: the same logs as over a good one, and no job twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shotlog import Client
from shotlog.service.protocol import JobState, ProgressEvent
from tests.faults.machine import PING, Machine
from tests.faults.proxy import FAIR, Proxy, Weather
from tests.waiting import PATIENCE_S

JOBS = 4

SHORT = 8_000
"""Bytes of a connection's life: a run has more than 20,000, its longest message 5,000."""

TRIES = 3
"""So often a network goes away in a run."""


@contextmanager
def network(
    machine: Machine, weather: Weather = FAIR, ping: float = PING
) -> Iterator[tuple[Proxy, Client]]:
    """A client that reaches the daemon through a proxy alone."""
    there = machine.start()
    with Proxy(there.endpoint, weather) as proxy:
        seen = there.model_copy(update={"endpoint": proxy.endpoint})
        with Client(
            seen, paths=machine.paths, ping_interval=ping, reconnect_timeout=PATIENCE_S
        ) as client:
            yield proxy, client


def work(
    machine: Machine,
    client: Client,
    trouble: Callable[[], None] = lambda: None,
    *,
    count: int = JOBS,
) -> int:
    """Has jobs done and watches each; there is trouble whenever anything is told.

    Gives how often progress was told.
    """
    client.pause()
    jobs = machine.submit(client, count)
    watches = [client.watch(job) for job in jobs]
    assert {next(watch).job for watch in watches} == set(jobs)  # all are watched from their begin
    client.resume()
    told = 0
    for watch in watches:
        for event in watch:
            told += isinstance(event, ProgressEvent)
            trouble()
    assert [client.attach(job).state for job in jobs] == [JobState.DONE] * count
    assert {info.job for info in client.jobs()} == set(jobs)
    machine.settle(client)
    assert machine.figures.sound
    return told


@pytest.mark.parametrize(
    ("weather", "reconnects"),
    [
        pytest.param(Weather(latency=0.03, jitter=0.03), 0, id="latency"),
        pytest.param(Weather(rate=40_000), 0, id="bandwidth"),
        pytest.param(Weather(piece=40), 0, id="slicer"),
        pytest.param(Weather(piece=40, pause=0.001), 0, id="slow-slicer"),
        pytest.param(Weather(lifetime=SHORT), 10, id="cut-after-bytes"),
        pytest.param(Weather(lifetime=SHORT, resets=True), 10, id="reset-after-bytes"),
    ],
)
def test_a_bad_network_changes_no_log(machine: Machine, weather: Weather, reconnects: int) -> None:
    with network(machine, weather) as (proxy, client):
        assert work(machine, client), "progress arrives"
        assert client.reconnects <= reconnects
        assert proxy.connections <= reconnects + 1
        assert (weather.lifetime is None) == (client.reconnects == 0)


def test_answers_that_take_longer_than_the_client_waits_change_no_log(machine: Machine) -> None:
    """Every request is sent again while the first is under way or answered already."""
    with network(machine, Weather(latency=0.12, jitter=0.02), ping=0.2) as (_, client):
        work(machine, client, count=2)
        assert client.reconnects <= 1


def _reset(proxy: Proxy) -> None:
    proxy.cut()


def _silent(proxy: Proxy) -> None:
    proxy.fall_silent(4 * PING)


def _down(proxy: Proxy) -> None:
    proxy.go_down(0.7)


@pytest.mark.parametrize(
    ("name", "happen"),
    [("a reset", _reset), ("a silent network", _silent), ("a network that was down", _down)],
)
def test_a_network_that_goes_away_costs_a_connection_each_time(
    machine: Machine, name: str, happen: Callable[[Proxy], None]
) -> None:
    times = 0
    with network(machine) as (proxy, client):

        def trouble() -> None:
            nonlocal times
            if times < TRIES:
                times += 1
                happen(proxy)
                with machine.recovery(name):
                    client.ping()

        work(machine, client, trouble)
        assert 1 <= client.reconnects <= times
