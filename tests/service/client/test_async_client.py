"""The asynchronous client: many things at once over one connection."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from shotlog import AsyncClient
from shotlog.schema import DaemonAbsent, DaemonRefused
from shotlog.service.client import Client
from shotlog.service.protocol import JobInfo, JobState
from shotlog.service.runtime import DaemonPaths
from shotlog.testing import FakeDaemon
from tests.service.messages_of_all_kinds import JOB, edit


async def last_state(client: AsyncClient, job: str) -> JobState | None:
    last = None
    async for event in client.watch(job):
        last = event.state if isinstance(event, JobInfo) else last
    return last


def test_jobs_are_watched_side_by_side() -> None:
    async def both(connect: partial[Client]) -> list[JobState | None]:
        async with AsyncClient(connect) as client:
            jobs = [await client.submit(edit(), name=name) for name in "AB"]
            return await asyncio.gather(*(last_state(client, info.job) for info in jobs))

    with FakeDaemon(pace=0.01) as daemon:
        assert asyncio.run(both(partial(daemon.client))) == [JobState.DONE] * 2


def test_a_job_is_cancelled_while_another_task_watches_it() -> None:
    async def cancelled(connect: partial[Client]) -> JobState | None:
        async with AsyncClient(connect) as client:
            job = (await client.submit(edit(), name="Reel 1")).job
            watching = asyncio.create_task(last_state(client, job))
            await asyncio.sleep(0.1)
            await client.cancel(job)
            return await watching

    with FakeDaemon(steps=10_000, pace=0.02) as daemon:
        assert asyncio.run(cancelled(partial(daemon.client))) is JobState.CANCELLED


def test_a_watch_that_is_given_up_leaves_the_client_usable() -> None:
    async def use(connect: partial[Client]) -> str:
        async with AsyncClient(connect) as client:
            job = (await client.submit(edit(), name="Reel 1")).job
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(last_state(client, job), 0.2)
            return (await client.status()).running or ""

    with FakeDaemon(steps=10_000, pace=0.02) as daemon:
        assert asyncio.run(use(partial(daemon.client)))


def test_errors_are_raised_where_they_are_awaited() -> None:
    async def attach(connect: partial[Client]) -> None:
        async with AsyncClient(connect) as client:
            await client.attach(JOB)

    with FakeDaemon() as daemon, pytest.raises(DaemonRefused):
        asyncio.run(attach(partial(daemon.client)))


def test_a_client_that_cannot_connect_leaves_no_thread(places: DaemonPaths) -> None:
    async def enter() -> None:
        async with AsyncClient(partial(Client, start=False)):
            raise AssertionError("there is no daemon")

    with pytest.raises(DaemonAbsent):
        asyncio.run(enter())

    assert not [t for t in threading.enumerate() if t.name.startswith("shotlog-client")]


def test_a_connection_that_comes_too_late_is_closed() -> None:
    async def give_up(connect: partial[Client]) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(AsyncClient(connect).__aenter__(), 0.05)

    with FakeDaemon() as daemon:
        daemon.hang(0.3)
        asyncio.run(give_up(partial(daemon.client)))
        for thread in threading.enumerate():
            if thread.name.startswith("shotlog-client"):
                thread.join()
