"""One encrypted connection to the daemon, and what becomes of it.

ZeroMQ mends connections by itself and says nothing of those that are refused. Here neither is
wanted: the daemon forgets a client whose connection breaks, so a new one must begin with ``hello``,
and a user must be told why the door stays shut. So the socket never reconnects, and its monitor is
read for as long as it lives. What the monitor tells was tried on libzmq 4.3.5: a refused key gives
``HANDSHAKE_FAILED_AUTH`` with the ZAP status, a wrong server key ``HANDSHAKE_FAILED_NO_DETAIL``
(a daemon that dies during the handshake does so too), a socket without CURVE
``HANDSHAKE_FAILED_PROTOCOL`` or, where that hangs up first (169 of 200 times), the same as a wrong
key, a program that speaks no ZeroMQ a bare ``DISCONNECTED``, and a port at which nobody listens
``CLOSED``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import zmq
from zmq.utils.monitor import recv_monitor_message

from shotlog.service.connection import Connection
from shotlog.service.keys import KeyPair
from shotlog.service.knock import Knock, refusal, secure
from shotlog.service.wire import MESSAGE_BYTES

_FAILED = (
    zmq.Event.HANDSHAKE_FAILED_AUTH
    | zmq.Event.HANDSHAKE_FAILED_NO_DETAIL
    | zmq.Event.HANDSHAKE_FAILED_PROTOCOL
)
_WATCHED = zmq.Event.HANDSHAKE_SUCCEEDED | zmq.Event.DISCONNECTED | zmq.Event.CLOSED | _FAILED
_ZAP_REFUSED = 400
_CONNECT_MS = 5_000
_NEVER_MS = 24 * 3600 * 1000
"""When ZeroMQ reconnects. Not -1: then it drops what came before the connection broke and was not
yet read (``socket_base_t::term_endpoint``), such as the last words of a daemon."""
_HEARTBEAT_MS = 5_000
_HEARTBEAT_TIMEOUT_MS = 15_000


class Cut(Exception):
    """The connection does not exist, or no longer."""


class Nobody(Cut):
    """Nobody listens at this port."""


class Unproven(Cut):
    """The other end hung up in the middle of the handshake: it has other keys, or it died."""


class Link:
    """A connection that is opened once and, when it is cut, thrown away.

    Belongs to one thread.

    Args:
        context: Where its sockets live.
        connection: Where the daemon listens, and its public key.
        keys: The client's own.

    Raises:
        Nobody: that is no place where anybody could listen.
    """

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], connection: Connection, keys: KeyPair
    ) -> None:
        self._connection = connection
        self._open = False
        self._socket = _socket(context, connection, keys)
        self._monitor = self._socket.get_monitor_socket(_WATCHED)
        self._poller = zmq.Poller()
        self._poller.register(self._monitor, zmq.POLLIN)
        self._poller.register(self._socket, zmq.POLLIN)
        try:
            self._socket.connect(connection.endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise Nobody(str(error)) from error

    def open(self, timeout: float) -> None:
        """Waits until both sides have proven who they are.

        Raises:
            NotAllowed: they do not know each other's keys, or something else listens there.
            Unproven: the other end hung up before it had proven anything.
            Nobody: nobody listens there.
            Cut: nothing happened in time.
        """
        until = time.monotonic() + timeout
        while not self._open:
            left = until - time.monotonic()
            if left <= 0 or not self._monitor.poll(_ms(left)):
                raise Cut("no handshake in time")
            self._hear()

    def send(self, frames: Sequence[bytes]) -> None:
        """Hands a message to the connection; raises :class:`Cut` where it takes no more."""
        try:
            self._socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            raise Cut("the connection takes no more messages") from None

    def receive(self, timeout: float) -> list[bytes] | None:
        """The next message, or None where none comes within timeout seconds.

        Raises:
            Cut: the daemon is gone, and all that it had said was received.
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
        """Reads one word of the monitor, and raises what it means."""
        told = recv_monitor_message(self._monitor)
        event, value = told["event"], told["value"]
        if event == zmq.Event.HANDSHAKE_SUCCEEDED:
            self._open = True
        elif event == zmq.Event.HANDSHAKE_FAILED_AUTH and value == _ZAP_REFUSED:
            raise refusal(Knock.UNKNOWN_CLIENT, self._connection)
        elif event == zmq.Event.HANDSHAKE_FAILED_PROTOCOL:
            raise refusal(Knock.STRANGER, self._connection)
        elif self._open:
            raise Cut("disconnected")
        elif event == zmq.Event.CLOSED:
            raise Nobody("nobody listens")
        else:
            raise Unproven("hung up before it had proven who it is")


def _socket(
    context: zmq.Context[zmq.Socket[bytes]], connection: Connection, keys: KeyPair
) -> zmq.Socket[bytes]:
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.reconnect_ivl = _NEVER_MS
    socket.connect_timeout = _CONNECT_MS
    socket.handshake_ivl = 0  # a daemon that is stopped may answer when it goes on
    socket.heartbeat_ivl = _HEARTBEAT_MS
    socket.heartbeat_timeout = _HEARTBEAT_TIMEOUT_MS
    socket.maxmsgsize = MESSAGE_BYTES
    secure(socket, connection, keys)
    return socket


def _ms(seconds: float) -> int:
    """Whole milliseconds, rounded up: rounded down, the last one would be waited for in a spin."""
    return max(0, math.ceil(seconds * 1000))
