"""The reactor: one thread, one poller, every socket. It reads, asks the desk, and sends."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Protocol

import zmq

from shotlog.service.broker.connection_monitor import ConnectionMonitor
from shotlog.service.broker.outbox import Gone, Outbox, OutgoingMessage
from shotlog.service.broker.request_handler import RequestHandler
from shotlog.service.ipc import WorkerEvent
from shotlog.service.protocol import MAX_MESSAGE_BYTES, BadMessage, Refused, unpack_request
from shotlog.service.security import ZapAuthenticator, listen

BUSY_MS, QUIET_MS = 100, 1000
"""Time between ticks while there are jobs (progress is told that often), and while not."""

RETRY_MS = 20
"""Where a client had no room, it is tried again after so long: ROUTER cannot be polled for room."""

TURN = 200
"""Messages that are read before others are looked after: a flood must not hide the worker."""

GOODBYE_SECONDS = 1.0
"""For the last words to get out."""

_HEARTBEAT_MS, _HEARTBEAT_TIMEOUT_MS = 5_000, 15_000

_ROOM = 32
"""Messages that ZeroMQ may hold for one client, in each direction. They are up to 8 MiB each and
are not counted by the outbox: with 1,000 a client that did not read cost 377 MB of the 400 MB that
it had asked for (tests/faults/test_slow_consumer.py)."""

_log = logging.getLogger(__name__)


class Pollable(Protocol):
    """What the broker polls of a :class:`~shotlog.service.supervision.supervisor.Supervisor`."""

    def fileno(self) -> int:
        """Can be read when there is something to poll."""
        ...

    def poll(self) -> list[WorkerEvent]:
        """What has happened."""
        ...


def open_door(
    context: zmq.Context[zmq.Socket[bytes]], gate: ZapAuthenticator, address: str, *, exposed: bool
) -> tuple[zmq.Socket[bytes], str]:
    """The daemon's one socket, guarded and bound, and the endpoint that clients use.

    ``ROUTER_MANDATORY``: without it, what cannot be delivered is dropped without a word.

    Raises:
        DaemonRefused: it may not or cannot listen there.
    """
    door: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
    door.linger = 0
    door.router_mandatory = True
    door.sndhwm = door.rcvhwm = _ROOM
    door.maxmsgsize = MAX_MESSAGE_BYTES
    door.heartbeat_ivl, door.heartbeat_timeout = _HEARTBEAT_MS, _HEARTBEAT_TIMEOUT_MS
    gate.secure(door)
    try:
        return door, listen(door, address, exposed=exposed)
    except BaseException:
        door.close()
        raise


class Broker:
    """Serves until the desk says that it is over.

    Args:
        door: The ROUTER socket, bound.
        gate: Knows whom to serve.
        callers: Count who is connected.
        desk: Answers.
        worker: Is polled beside the sockets.
        bell: Can be read when the process was sent a signal.
    """

    def __init__(
        self,
        door: zmq.Socket[bytes],
        gate: ZapAuthenticator,
        callers: ConnectionMonitor,
        desk: RequestHandler,
        worker: Pollable,
        bell: int,
    ) -> None:
        self._door, self._gate, self._desk, self._worker = door, gate, desk, worker
        self._callers = callers
        self._served = gate.allowed_keys()
        self._outbox = Outbox(self._send)
        self._bell = bell
        self._poller = zmq.Poller()
        for source in (door, gate.socket, callers.socket, worker.fileno(), bell):
            self._poller.register(source, zmq.POLLIN)

    def serve(self) -> None:
        """Runs until the end, which is a request, a signal, or nothing to do for long."""
        while not self._desk.over:
            ready = dict(self._poller.poll(self._pause()))
            if self._bell in ready:
                break
            if self._gate.socket in ready:
                self._gate.answer_handshakes()
            if self._callers.socket in ready:
                self._callers.hear()
                self._desk.counts.connected = len(self._callers)
            self._turn_away()
            for event in self._worker.poll():
                self._put(self._desk.hear(event))
            if self._door in ready:
                self._read()
            self._put(self._desk.tick())
            self._flush()
        self._say_goodbye()

    def _pause(self) -> int:
        if self._outbox:
            return RETRY_MS
        return BUSY_MS if self._desk.dispatcher.queue else QUIET_MS

    def _turn_away(self) -> None:
        """A client whose key was revoked is told nothing more, though it may say nothing itself."""
        served = self._gate.allowed_keys()
        if served != self._served:
            self._served = served
            for client in self._desk.keep_only(served):
                self._outbox.drop(client)

    def _read(self) -> None:
        for _ in range(TURN):
            try:
                frames = self._door.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            client, *rest = frames
            key = _key_of(client)
            if self._gate.is_allowed(key):
                self._put(self._answer(client.bytes, [frame.bytes for frame in rest], key))
            else:
                self._desk.gone(client.bytes)

    def _answer(self, client: bytes, frames: list[bytes], key: str) -> list[OutgoingMessage]:
        try:
            header, request = unpack_request(frames)
        except BadMessage as bad:
            return [OutgoingMessage(client, Refused(failure=bad.failure), bad.message_id)]
        return self._desk.handle(client, header, request, key.encode())

    def _put(self, letters: Iterable[OutgoingMessage]) -> None:
        for letter in letters:
            if not self._outbox.put(letter):
                self._desk.lagged(letter.client)

    def _flush(self) -> None:
        for client in self._outbox.flush():
            self._desk.gone(client)
        self._desk.counts.dropped = self._outbox.dropped

    def _send(self, client: bytes, frames: list[bytes]) -> bool:
        try:
            self._door.send_multipart([client, *frames], zmq.NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            raise Gone from None
        return True

    def _say_goodbye(self) -> None:
        self._put(self._desk.close())
        until = time.monotonic() + GOODBYE_SECONDS
        self._flush()
        while self._outbox and time.monotonic() < until:
            time.sleep(RETRY_MS / 1000)
            self._flush()
        self._door.close(linger=int(GOODBYE_SECONDS * 1000))


def _key_of(frame: zmq.Frame) -> str:
    """Whose message this is, by the key of its connection."""
    return str(frame.get("User-Id"))
