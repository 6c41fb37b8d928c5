"""One encrypted connection to the daemon, from its handshake to its end.

ZeroMQ repairs connections by itself and says nothing of those that are refused. Here neither is
wanted: the daemon forgets a client whose connection breaks, so a new one must begin with ``hello``,
and a user must be told why no connection comes about. So the socket never reconnects, and its
monitor is read for as long as it lives.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import zmq
from zmq.utils.monitor import recv_monitor_message

from shotlog.service.client.handshake import EVENTS, HandshakeResult, result_of, secure
from shotlog.service.protocol import MAX_MESSAGE_BYTES
from shotlog.service.runtime import ConnectionInfo
from shotlog.service.security import KeyPair

_CONNECT_MS = 5_000
_NEVER_MS = 24 * 3600 * 1000
"""When ZeroMQ reconnects. Not -1: then it drops what came before the connection broke and was not
yet read (``socket_base_t::term_endpoint``), such as the last words of a daemon."""
_HEARTBEAT_MS = 5_000
_HEARTBEAT_TIMEOUT_MS = 15_000


class ConnectionLost(Exception):
    """The connection does not exist, or no longer."""


class NoHandshake(ConnectionLost):
    """No connection came about.

    Attributes:
        result: Of the handshake.
        connection: The connection file's content that was followed.
    """

    def __init__(self, result: HandshakeResult, connection: ConnectionInfo) -> None:
        super().__init__(result.value)
        self.result, self.connection = result, connection


class Connection:
    """A connection that is opened once and, when it is cut, thrown away.

    Belongs to one thread.

    Args:
        context: Where its sockets live.
        connection: Where the daemon listens, and its public key.
        keys: The client's own.

    Attributes:
        connection: As given.

    Raises:
        NoHandshake: That is no endpoint, or no key.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], connection: ConnectionInfo, keys: KeyPair
    ) -> None:
        self.connection = connection
        self._open = False
        self._socket = _socket(context)
        self._monitor = self._socket.get_monitor_socket(EVENTS)
        self._poller = zmq.Poller()
        self._poller.register(self._monitor, zmq.POLLIN)
        self._poller.register(self._socket, zmq.POLLIN)
        try:
            secure(self._socket, connection, keys)
            self._socket.connect(connection.endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise NoHandshake(HandshakeResult.NOBODY, connection) from error

    def open(self, timeout: float) -> None:
        """Wait until both sides have proven who they are.

        Args:
            timeout: Seconds for that.

        Raises:
            NoHandshake: They have not.
        """
        until = time.monotonic() + timeout
        while not self._open:
            left = until - time.monotonic()
            if left <= 0 or not self._monitor.poll(_ms(left)):
                raise NoHandshake(HandshakeResult.SILENT, self.connection)
            self._hear()

    def send(self, frames: Sequence[bytes]) -> None:
        """Hands a message to the connection; raises :class:`ConnectionLost` where it takes no more."""
        try:
            self._socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            raise ConnectionLost("the connection takes no more messages") from None

    def receive(self, timeout: float) -> list[bytes] | None:
        """The next message, or None where none comes within timeout seconds.

        Raises:
            ConnectionLost: the daemon is gone, and all that it had said was received.
        """
        ready = dict(self._poller.poll(_ms(timeout)))
        if self._socket in ready:
            return self._socket.recv_multipart(zmq.NOBLOCK)
        if self._monitor in ready:
            self._hear()
        return None

    def close(self) -> None:
        """Ends it at once; what was not yet sent is dropped."""
        self._socket.disable_monitor()
        self._monitor.close(0)
        self._socket.close(0)

    def _hear(self) -> None:
        """Read one event of the monitor, and raise what it means."""
        told = recv_monitor_message(self._monitor)
        if self._open:  # nothing but the end comes after the handshake
            raise ConnectionLost("disconnected")
        result = result_of(told["event"], told["value"])
        if result is not HandshakeResult.ANSWERED:
            raise NoHandshake(result, self.connection)
        self._open = True


def open_link(
    context: zmq.Context[zmq.Socket[bytes]],
    connection: ConnectionInfo,
    keys: KeyPair,
    timeout: float,
) -> Connection:
    """Return a connection whose handshake went well.

    Args:
        context: Where its sockets live.
        connection: Where the daemon listens, and its public key.
        keys: The client's own.
        timeout: Seconds for the handshake.

    Raises:
        NoHandshake: It did not go well.
    """
    link = Connection(context, connection, keys)
    try:
        link.open(timeout)
    except BaseException:
        link.close()
        raise
    return link


def knock(connection: ConnectionInfo, keys: KeyPair, timeout: float = 1.0) -> HandshakeResult:
    """Return the result of a handshake with the daemon; the connection is not used.

    Args:
        connection: Where it should be.
        keys: Of this client.
        timeout: Seconds to wait for an answer.
    """
    with zmq.Context[zmq.Socket[bytes]]() as context:
        try:
            open_link(context, connection, keys, timeout).close()
        except NoHandshake as why:
            return why.result
    return HandshakeResult.ANSWERED


def _socket(context: zmq.Context[zmq.Socket[bytes]]) -> zmq.Socket[bytes]:
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.reconnect_ivl = _NEVER_MS
    socket.connect_timeout = _CONNECT_MS
    socket.handshake_ivl = 0  # a daemon that is stopped may answer when it goes on
    socket.heartbeat_ivl = _HEARTBEAT_MS
    socket.heartbeat_timeout = _HEARTBEAT_TIMEOUT_MS
    socket.maxmsgsize = MAX_MESSAGE_BYTES
    return socket


def _ms(seconds: float) -> int:
    """Whole milliseconds, rounded up: rounded down, the last one would be waited for in a spin."""
    return max(0, math.ceil(seconds * 1000))
