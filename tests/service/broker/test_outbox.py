"""Messages that wait for a client are bounded, and states outlive progress."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from shotlog.service.broker import ClientGone, Outbox, OutgoingMessage
from shotlog.service.protocol import (
    MAX_MESSAGE_BYTES,
    ErrorCode,
    JobInfo,
    JobState,
    Lagged,
    Pong,
    Priority,
    ProgressEvent,
    Refused,
    Reply,
    ResultPart,
    new_id,
    unpack_reply,
)
from tests.service.jobs import job_id

A, B = b"A", b"B"


class FakeSocket:
    """Socket that accepts so many messages per client, then none until it is read."""

    def __init__(self, room: int) -> None:
        self.room, self.gone = room, set[bytes]()
        self.sent: dict[bytes, list[Reply]] = {}
        self._taken: dict[bytes, int] = {}

    def send(self, client: bytes, frames: list[bytes]) -> bool:
        if client in self.gone:
            raise ClientGone
        if self._taken.get(client, 0) >= self.room:
            return False
        self._taken[client] = self._taken.get(client, 0) + 1
        self.sent.setdefault(client, []).append(unpack_reply(frames)[1])
        return True

    def read(self) -> None:
        self._taken.clear()


def state(number: int, what: JobState = JobState.RUNNING) -> JobInfo:
    return JobInfo(
        job=job_id(number), name="cut", state=what, priority=Priority.NORMAL, durable=True,
        clips=1, created=0,
    )  # fmt: skip


def progress(done: float, number: int = 1) -> ProgressEvent:
    return ProgressEvent(job=job_id(number), stage="looking", done=done, total=10, unit="s")


def test_only_the_latest_progress_of_each_job_waits() -> None:
    socket = FakeSocket(room=0)
    outbox = Outbox(socket.send)
    for done in range(100):
        assert outbox.put(OutgoingMessage(A, progress(done)))
        assert outbox.put(OutgoingMessage(A, progress(done, number=2)))
    socket.room = 10
    outbox.flush()
    assert socket.sent[A] == [progress(99), progress(99, number=2)]
    assert outbox.dropped == 198
    assert not outbox


def test_progress_never_follows_the_end_of_its_job() -> None:
    socket = FakeSocket(room=10)
    outbox = Outbox(socket.send)
    outbox.put(OutgoingMessage(A, progress(9)))
    outbox.put(OutgoingMessage(A, state(1, JobState.DONE)))
    outbox.flush()
    assert socket.sent[A] == [state(1, JobState.DONE)]


def test_a_client_that_does_not_read_is_told_that_it_lags_and_others_are_not_affected() -> None:
    socket = FakeSocket(room=1)
    outbox = Outbox(socket.send, max_messages=5)
    taken = []
    for number in range(7):
        taken.append(outbox.put(OutgoingMessage(A, state(number))))
        outbox.put(OutgoingMessage(B, Pong(boot=str(number))))
        outbox.flush()
        socket._taken.pop(B, None)
    assert taken == [True] * 6 + [False]
    socket.room = 10
    outbox.flush()
    assert socket.sent[A] == [state(0), Lagged()]
    assert len(socket.sent[B]) == 7


def test_the_bytes_of_waiting_messages_are_bounded_too() -> None:
    outbox = Outbox(FakeSocket(room=0).send, max_bytes=10_000)
    part = ResultPart(job=job_id(1), part=0, last=True, text="x" * 6_000)
    assert outbox.put(OutgoingMessage(A, part))
    assert not outbox.put(OutgoingMessage(A, part))


def test_messages_of_a_disconnected_client_are_dropped() -> None:
    socket = FakeSocket(room=10)
    outbox = Outbox(socket.send)
    socket.gone.add(A)
    outbox.put(OutgoingMessage(A, state(1)))
    outbox.put(OutgoingMessage(B, state(1)))
    assert outbox.flush() == {A}
    assert not outbox
    assert socket.sent == {B: [state(1)]}


def test_an_answer_that_is_too_large_becomes_a_refusal_of_the_same_request() -> None:
    frames: list[list[bytes]] = []

    def send(_: bytes, sent: list[bytes]) -> bool:
        frames.append(sent)
        return True

    outbox = Outbox(send)
    asked = new_id()
    part = ResultPart(job=job_id(1), part=0, last=True, text="x" * MAX_MESSAGE_BYTES)
    outbox.put(OutgoingMessage(A, part, asked))
    outbox.flush()
    header, reply = unpack_reply(frames[0])
    assert header.reply_to == asked
    assert isinstance(reply, Refused)
    assert reply.failure.code is ErrorCode.TOO_LARGE


_MESSAGES: st.SearchStrategy[Callable[[], Reply] | None] = st.one_of(
    st.none(),
    st.integers(0, 3).map(lambda n: lambda: state(n)),
    st.integers(0, 9).map(lambda n: lambda: progress(n)),
)


@given(st.lists(_MESSAGES, max_size=60), st.integers(1, 4))
def test_reliable_messages_arrive_in_order_or_the_client_is_told(
    steps: list[Callable[[], Reply] | None], room: int
) -> None:
    socket = FakeSocket(room)
    outbox = Outbox(socket.send, max_messages=8)
    expected: list[Reply] = []
    for step in steps:
        if step is None:
            socket.read()
            outbox.flush()
            continue
        reply = step()
        if not outbox.put(OutgoingMessage(A, reply)):
            expected = []
        elif not isinstance(reply, ProgressEvent):
            expected.append(reply)
    while outbox:
        socket.read()
        outbox.flush()
    received = [reply for reply in socket.sent.get(A, []) if not isinstance(reply, ProgressEvent)]
    after = max((n + 1 for n, reply in enumerate(received) if reply == Lagged()), default=0)
    assert received[after:] == expected
