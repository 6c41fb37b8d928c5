"""A CURVE-encrypted connection to the daemon that is opened once and never reconnects.

ZeroMQ reconnects by itself and does not report refused connections. Both are unwanted here: the
daemon drops a client's state when its connection breaks, so a new connection must begin with
``hello``, and the user must see why a connection fails. Hence the socket never reconnects, and its
monitor is read for as long as the socket is open.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import zmq
from zmq.utils.monitor import recv_monitor_message

from shotlog.service.client.handshake import EVENTS, HandshakeResult, result_of, set_curve_keys
from shotlog.service.protocol import MAX_MESSAGE_BYTES
from shotlog.service.runtime import ConnectionInfo
from shotlog.service.security import KeyPair

_CONNECT_MS = 5_000

# Effectively never. Not -1 (ZeroMQ's own "never"): with that, libzmq drops messages that arrived
# before the connection broke and are not yet read (socket_base_t::term_endpoint), such as the
# goodbye of a daemon.
_NEVER_MS = 24 * 3600 * 1000

# Detect a peer that vanished without closing the connection (suspended machine, broken tunnel)
# well before RECONNECT_SECONDS; a stopped process is found by the session's own pings.
_HEARTBEAT_MS = 5_000
_HEARTBEAT_TIMEOUT_MS = 15_000


class ConnectionLost(Exception):
    """The connection is closed, or was never opened."""


class HandshakeFailed(ConnectionLost):
    """The connection could not be opened.

    Attributes:
        result: The result of the handshake.
        connection: The content of the connection file that was used.
    """

    def __init__(self, result: HandshakeResult, connection: ConnectionInfo) -> None:
        super().__init__(result.value)
        self.result, self.connection = result, connection


class Connection:
    """A connection for one thread; discard it once it is lost.

    Args:
        context: Context of its sockets.
        connection: Endpoint and public key of the daemon.
        keys: The client's own key pair.

    Attributes:
        connection: As given.

    Raises:
        HandshakeFailed: The endpoint or the public key is malformed.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], connection: ConnectionInfo, keys: KeyPair
    ) -> None:
        self.connection = connection
        self._open = False
        self._socket = _make_socket(context)
        self._monitor = self._socket.get_monitor_socket(EVENTS)
        self._poller = zmq.Poller()
        self._poller.register(self._monitor, zmq.POLLIN)
        self._poller.register(self._socket, zmq.POLLIN)
        try:
            set_curve_keys(self._socket, connection, keys)
            self._socket.connect(connection.endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise HandshakeFailed(HandshakeResult.NOT_LISTENING, connection) from error

    def open(self, timeout: float) -> None:
        """Wait until the handshake has succeeded.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            HandshakeFailed: It has not.
        """
        deadline = time.monotonic() + timeout
        while not self._open:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self._monitor.poll(_to_ms(remaining)):
                raise HandshakeFailed(HandshakeResult.TIMED_OUT, self.connection)
            self._read_monitor()

    def send(self, frames: Sequence[bytes]) -> None:
        """Queue a message for sending.

        Raises:
            ConnectionLost: The send queue is full.
        """
        try:
            self._socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            raise ConnectionLost("the connection takes no more messages") from None

    def receive(self, timeout: float) -> list[bytes] | None:
        """Return the next message, or None after ``timeout`` seconds without one.

        Raises:
            ConnectionLost: The daemon is gone, and all that it had sent was received.
        """
        ready = dict(self._poller.poll(_to_ms(timeout)))
        # The socket before the monitor: messages that came before the disconnect are not lost.
        if self._socket in ready:
            return self._socket.recv_multipart(zmq.NOBLOCK)
        if self._monitor in ready:
            self._read_monitor()
        return None

    def close(self) -> None:
        """Close the connection at once; unsent messages are dropped."""
        self._socket.disable_monitor()
        self._monitor.close(0)
        self._socket.close(0)

    def _read_monitor(self) -> None:
        """Read one event of the monitor; raise where it reports a failure or a disconnect."""
        event = recv_monitor_message(self._monitor)
        if self._open:  # after the handshake, EVENTS contains nothing but disconnects
            raise ConnectionLost("disconnected")
        result = result_of(event["event"], event["value"])
        if result is not HandshakeResult.SUCCEEDED:
            raise HandshakeFailed(result, self.connection)
        self._open = True


def open_connection(
    context: zmq.Context[zmq.Socket[bytes]],
    connection: ConnectionInfo,
    keys: KeyPair,
    timeout: float,
) -> Connection:
    """Return a connection whose handshake has succeeded.

    Args:
        context: Context of its sockets.
        connection: Endpoint and public key of the daemon.
        keys: The client's own key pair.
        timeout: Seconds for the handshake.

    Raises:
        HandshakeFailed: It has not succeeded in time.
    """
    opened = Connection(context, connection, keys)
    try:
        opened.open(timeout)
    except BaseException:
        opened.close()
        raise
    return opened


def probe_daemon(
    connection: ConnectionInfo, keys: KeyPair, timeout: float = 1.0
) -> HandshakeResult:
    """Shake hands with the daemon, close the connection, and return the result.

    Args:
        connection: Endpoint and public key of the daemon.
        keys: The client's own key pair.
        timeout: Seconds to wait for the handshake.
    """
    with zmq.Context[zmq.Socket[bytes]]() as context:
        try:
            open_connection(context, connection, keys, timeout).close()
        except HandshakeFailed as error:
            return error.result
    return HandshakeResult.SUCCEEDED


def _make_socket(context: zmq.Context[zmq.Socket[bytes]]) -> zmq.Socket[bytes]:
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.reconnect_ivl = _NEVER_MS
    socket.connect_timeout = _CONNECT_MS
    # No limit of libzmq's own: a daemon whose process is stopped may answer once it is resumed.
    socket.handshake_ivl = 0
    socket.heartbeat_ivl = _HEARTBEAT_MS
    socket.heartbeat_timeout = _HEARTBEAT_TIMEOUT_MS
    socket.maxmsgsize = MAX_MESSAGE_BYTES
    return socket


def _to_ms(seconds: float) -> int:
    """Return whole milliseconds, rounded up and not negative."""
    # Rounded down, the last fraction of a millisecond would be polled in a busy loop.
    return max(0, math.ceil(seconds * 1000))
