"""Broker: the event loop, with one thread and one poller for all sockets."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Protocol

import zmq

from shotlog.service.broker.connection_monitor import ConnectionMonitor
from shotlog.service.broker.outbox import ClientGone, Outbox, OutgoingMessage
from shotlog.service.broker.request_handler import RequestHandler
from shotlog.service.ipc import WorkerEvent
from shotlog.service.protocol import MAX_MESSAGE_BYTES, BadMessage, Refused, unpack_request
from shotlog.service.security import ZapAuthenticator, listen

BUSY_MS, QUIET_MS = 100, 1000
"""Milliseconds between ticks with open jobs (the interval of progress events), and without."""

# A ROUTER socket cannot be polled for space in the queue of one client.
RETRY_MS = 20
"""Milliseconds until a message for a client whose queue is full is tried again."""

MAX_READS = 200
"""Messages that are read before other sockets are served: a flood must not delay the worker."""

GOODBYE_SECONDS = 1.0
"""Time to deliver the last messages when the daemon ends."""

_HEARTBEAT_MS, _HEARTBEAT_TIMEOUT_MS = 5_000, 15_000

# Messages are up to 8 MiB each, and the outbox does not count those in ZeroMQ's queues. With the
# default of 1,000, a client that did not read cost 377 MB of the 400 MB that it had requested
# (tests/faults/test_slow_consumer.py).
_HIGH_WATER_MARK = 32
"""Messages that ZeroMQ queues per client, in each direction."""

_log = logging.getLogger(__name__)


class Pollable(Protocol):
    """Methods of :class:`~shotlog.service.supervision.Supervisor` that the broker calls."""

    def fileno(self) -> int:
        """Return a file descriptor that is readable when there is something to poll."""
        ...

    def poll(self) -> list[WorkerEvent]:
        """Return the events since the last call."""
        ...


def open_socket(
    context: zmq.Context[zmq.Socket[bytes]],
    authenticator: ZapAuthenticator,
    address: str,
    *,
    exposed: bool,
) -> tuple[zmq.Socket[bytes], str]:
    """Open and bind the daemon's ROUTER socket, and return it with its endpoint.

    Args:
        context: ZeroMQ context.
        authenticator: Authenticator of its clients.
        address: Address to listen at.
        exposed: True if the address may be reachable from other machines.

    Raises:
        DaemonRefused: it may not or cannot listen there.
    """
    router: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
    router.linger = 0
    # Otherwise messages that cannot be delivered are dropped silently.
    router.router_mandatory = True
    router.sndhwm = router.rcvhwm = _HIGH_WATER_MARK
    router.maxmsgsize = MAX_MESSAGE_BYTES
    router.heartbeat_ivl, router.heartbeat_timeout = _HEARTBEAT_MS, _HEARTBEAT_TIMEOUT_MS
    # Before it is bound: connections accepted earlier would not be authenticated.
    authenticator.secure(router)
    try:
        return router, listen(router, address, exposed=exposed)
    except BaseException:
        router.close()
        raise


class Broker:
    """Event loop that runs until the request handler should stop, or a signal arrives.

    Args:
        router: Bound ROUTER socket.
        authenticator: Authenticator of its clients.
        connections: Monitor of its connections.
        handler: Handler of requests.
        worker: Supervisor, polled beside the sockets.
        signal_fd: File descriptor that becomes readable on a signal to the process.
    """

    def __init__(
        self,
        router: zmq.Socket[bytes],
        authenticator: ZapAuthenticator,
        connections: ConnectionMonitor,
        handler: RequestHandler,
        worker: Pollable,
        signal_fd: int,
    ) -> None:
        self._router, self._authenticator, self._connections = router, authenticator, connections
        self._handler, self._worker, self._signal_fd = handler, worker, signal_fd
        self._allowed = authenticator.allowed_keys()
        self._outbox = Outbox(self._send)
        self._poller = zmq.Poller()
        sources = (router, authenticator.socket, connections.socket, worker.fileno(), signal_fd)
        for source in sources:
            self._poller.register(source, zmq.POLLIN)

    def serve(self) -> None:
        """Run until a client, a signal or the idle time-out ends the daemon."""
        while not self._handler.should_stop:
            ready = dict(self._poller.poll(self._timeout_ms()))
            if self._signal_fd in ready:
                break
            # First: ZeroMQ's handshakes wait for its answers.
            if self._authenticator.socket in ready:
                self._authenticator.answer_handshakes()
            if self._connections.socket in ready:
                self._connections.update()
                self._handler.counts.connected = len(self._connections)
            self._drop_revoked()
            # Not only if its descriptor is readable: ``poll`` also kills an overdue worker.
            for event in self._worker.poll():
                self._enqueue(self._handler.on_worker_event(event))
            if self._router in ready:
                self._read()
            self._enqueue(self._handler.tick())
            self._flush()
        self._say_goodbye()

    def _timeout_ms(self) -> int:
        if self._outbox:
            return RETRY_MS
        return BUSY_MS if self._handler.dispatcher.open_jobs.queue else QUIET_MS

    def _drop_revoked(self) -> None:
        """Send nothing more to clients whose keys were revoked."""
        # Their connections stay open: ZAP authenticates a connection only once.
        allowed = self._authenticator.allowed_keys()
        if allowed != self._allowed:
            self._allowed = allowed
            for client in self._handler.remove_revoked(allowed):
                self._outbox.drop(client)

    def _read(self) -> None:
        for _ in range(MAX_READS):
            try:
                frames = self._router.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            client, *rest = frames
            key = _key_of(client)
            if self._authenticator.is_allowed(key):
                self._enqueue(self._answer(client.bytes, [frame.bytes for frame in rest], key))
            else:
                self._handler.on_disconnect(client.bytes)

    def _answer(self, client: bytes, frames: list[bytes], key: str) -> list[OutgoingMessage]:
        try:
            header, request = unpack_request(frames)
        except BadMessage as bad:
            return [OutgoingMessage(client, Refused(failure=bad.failure), bad.message_id)]
        return self._handler.handle(client, header, request, key.encode())

    def _enqueue(self, messages: Iterable[OutgoingMessage]) -> None:
        for message in messages:
            if not self._outbox.put(message):
                self._handler.on_lag(message.client)

    def _flush(self) -> None:
        for client in self._outbox.flush():
            self._handler.on_disconnect(client)
        self._handler.counts.dropped = self._outbox.dropped

    def _send(self, client: bytes, frames: list[bytes]) -> bool:
        try:
            self._router.send_multipart([client, *frames], zmq.NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            raise ClientGone from None
        return True

    def _say_goodbye(self) -> None:
        self._enqueue(self._handler.close())
        until = time.monotonic() + GOODBYE_SECONDS
        self._flush()
        while self._outbox and time.monotonic() < until:
            time.sleep(RETRY_MS / 1000)
            self._flush()
        self._router.close(linger=int(GOODBYE_SECONDS * 1000))


def _key_of(frame: zmq.Frame) -> str:
    """Return the public key of the connection that a frame came from."""
    return str(frame.get("User-Id"))
