"""Every verb survives messages that are lost, late or doubled: the same answer, the job once.

The faults are those of Ray's tests (``RAY_testing_rpc_failure``): the request is lost, the answer
is lost, and the request comes again while the first is in flight.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_args

import pytest

from shotlog import Client
from shotlog.schema import Edit
from shotlog.service.client import Connection, Session, connect
from shotlog.service.protocol import (
    Ack,
    Attach,
    Cancel,
    Hello,
    JobInfo,
    JobList,
    ListJobs,
    Load,
    Metrics,
    Pause,
    Ping,
    Refused,
    Request,
    Results,
    Resume,
    SelfTest,
    Shutdown,
    Status,
    Submit,
    Unload,
    new_id,
)
from shotlog.service.runtime import read_connection
from shotlog.service.security import load_client_keys
from shotlog.service.tasks import Analyze
from tests.faults.machine import BUILTIN, Machine, Reel
from tests.waiting import wait_for

PING = 0.15

DONE = "d" * 32
"""A job that is done."""

VERBS: dict[type[Any], Callable[[str, Edit], Request]] = {
    Hello: lambda job, edit: Hello(client="test", version="1"),
    Ping: lambda job, edit: Ping(),
    Submit: lambda job, edit: Submit(job=job, name="0", task=Analyze(edit=edit, asks=BUILTIN)),
    Attach: lambda job, edit: Attach(job=job),
    Cancel: lambda job, edit: Cancel(job=job),
    Results: lambda job, edit: Results(job=DONE),
    ListJobs: lambda job, edit: ListJobs(),
    Status: lambda job, edit: Status(),
    Metrics: lambda job, edit: Metrics(),
    Load: lambda job, edit: Load(asks=BUILTIN),
    Unload: lambda job, edit: Unload(),
    Pause: lambda job, edit: Pause(),
    Resume: lambda job, edit: Resume(),
    SelfTest: lambda job, edit: SelfTest(asks=BUILTIN),
    Shutdown: lambda job, edit: Shutdown(),
}
"""A request of every kind, about a job and its edit where it is about one."""

OF_THE_MOMENT = (Status, Metrics)
"""Answers that are other ones a moment later."""


@dataclass
class Trouble:
    """What happens to the next messages of a connection: so many of each.

    Attributes:
        lose: Requests that never leave.
        drop: Answers that never arrive.
        keep: Answers that arrive only after the next request has left.
        double: Requests that leave twice.
        chance: Loses messages of either direction by chance, one in three.
        link: The connection.
    """

    lose: int = 0
    drop: int = 0
    keep: int = 0
    double: int = 0
    chance: random.Random | None = None
    link: LossyLink | None = field(default=None, compare=False)

    def spend(self, what: str) -> bool:
        """Whether this happens now."""
        left: int = getattr(self, what)
        setattr(self, what, max(0, left - 1))
        return left > 0

    def unlucky(self) -> bool:
        return self.chance is not None and self.chance.random() < 1 / 3


class LossyLink(Connection):
    """A real connection to which something happens."""

    def __init__(self, trouble: Trouble, *real: Any) -> None:
        super().__init__(*real)
        self._trouble = trouble
        trouble.link = self
        self._kept: list[list[bytes]] = []
        self._due: list[list[bytes]] = []

    def send(self, frames: Sequence[bytes]) -> None:
        self._due += self._kept
        self._kept.clear()
        if self._trouble.spend("lose") or self._trouble.unlucky():
            return
        super().send(frames)
        if self._trouble.spend("double"):
            super().send(frames)

    def receive(self, timeout: float) -> list[bytes] | None:
        if self._due:
            return self._due.pop(0)
        frames = super().receive(timeout)
        if frames is None or self._trouble.spend("drop") or self._trouble.unlucky():
            return None
        if self._trouble.spend("keep"):
            self._kept.append(frames)
            return None
        return frames


@pytest.fixture(scope="module")
def serving(standing: Machine, reel: Reel) -> Machine:
    """A machine for all of these tests, whose daemon has done a job."""
    with standing.client(start=False) as client:
        client.submit(reel.edits[0], BUILTIN, name="0", job=DONE)
        assert list(client.watch(DONE))
    return standing


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    """What happens to the connections of this test."""
    one = Trouble()
    monkeypatch.setattr("shotlog.service.client.connection.Connection", partial(LossyLink, one))
    return one


@pytest.fixture
def session(serving: Machine, trouble: Trouble) -> Iterator[Session]:
    """Speaks to the daemon, which does no work."""
    serving.start()
    places = serving.paths
    keys = load_client_keys(places)
    talk = Session(
        lambda context, start, seconds: connect(context, places, keys),
        lambda _: None,
        client="test",
        ping_interval=PING,
    )
    try:
        talk.request(Pause())
        yield talk
    finally:
        talk.close()


def jobs(session: Session) -> dict[str, JobInfo]:
    """What the daemon has, by id; each is listed once."""
    listed = session.request(ListJobs())
    assert isinstance(listed, JobList)
    known = {info.job: info for info in listed.jobs}
    assert len(known) == len(listed.jobs)
    return known


def test_there_is_a_request_of_every_kind() -> None:
    assert set(VERBS) == set(get_args(get_args(Request)[0]))


@pytest.mark.parametrize("fault", ["lose", "drop", "keep", "double"])
@pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if verb is not Shutdown], ids=lambda verb: verb.__name__
)
def test_a_verb_whose_messages_suffer_is_answered_as_ever(
    session: Session, trouble: Trouble, reel: Reel, verb: type[Any], fault: str
) -> None:
    job, edit = new_id(), reel.edits[0]
    before = jobs(session)
    if verb is not Submit:
        session.request(VERBS[Submit](job, edit))
    # A second answer to a request before, which was asked twice on a busy machine, comes late.
    while trouble.link is not None and trouble.link.receive(2 * PING) is not None:
        pass
    setattr(trouble, fault, 1)
    request = VERBS[verb](job, edit)

    began = time.monotonic()
    answer = session.request(request)
    seconds = time.monotonic() - began

    assert trouble == Trouble(), "it happened"
    assert fault == "double" or seconds >= PING, "it was asked again"
    assert not isinstance(answer, Refused), answer
    again = session.request(request)
    assert answer == again or (verb in OF_THE_MOMENT and answer.type == again.type)
    after = jobs(session)
    assert after.keys() - before.keys() == {job}
    assert after[job].attempts <= 1
    assert session.reconnects <= 1
    session.request(Cancel(job=job))


@pytest.mark.parametrize("fault", ["lose", "drop", "keep", "double"])
def test_the_end_of_a_daemon_is_acknowledged_whatever_messages_suffer(
    serving: Machine, session: Session, trouble: Trouble, fault: str
) -> None:
    before = jobs(session)
    setattr(trouble, fault, 1)

    assert session.request(Shutdown()) == Ack()

    wait_for(lambda: read_connection(serving.paths) is None)
    serving.start()
    assert jobs(session).keys() == before.keys()


@pytest.mark.parametrize("fault", ["lose", "drop", "double"])
def test_a_welcome_that_suffers_is_asked_for_again(
    serving: Machine, trouble: Trouble, fault: str
) -> None:
    serving.start()
    setattr(trouble, fault, 1)
    with serving.client(start=False) as client:
        assert trouble == Trouble(), "it happened"
        assert client.ping().boot == client.welcome.boot
        assert client.reconnects == 0


def test_a_job_of_which_every_third_message_is_lost_has_the_same_log(
    machine: Machine, trouble: Trouble
) -> None:
    machine.start()
    with Client(start=False, paths=machine.paths, ping_interval=PING) as client:
        trouble.chance = random.Random(3)  # noqa: S311
        made = machine.submit(client, 6)
        machine.settle(client)
        trouble.chance = None
        assert [client.attach(job).attempts for job in made] == [1] * 6
    assert machine.figures.sound
