"""Is the daemon there, and does it know us? Asked of the handshake, which alone tells why not.

A client whose key is unknown, or that has the wrong key of the server, is told nothing on the
socket itself: it would wait for ever. The socket's monitor tells (libzmq, ``zmq_socket_monitor``).
"""

from __future__ import annotations

import time
from enum import Enum

import zmq
from zmq.utils.monitor import recv_monitor_message

from shotlog.schema.errors import NotAllowed
from shotlog.service.connection import Connection
from shotlog.service.keys import KeyPair


class Knock(Enum):
    """What came of it."""

    ANSWERED = "it is who the connection file says, and it knows us"
    UNKNOWN_CLIENT = "it does not know this client's key"
    STRANGER = "somebody else listens there: not this daemon's key, or not a daemon"
    NOBODY = "nothing listens there"
    SILENT = "it listens, but does not answer"


_MEANING = {
    zmq.Event.HANDSHAKE_SUCCEEDED: Knock.ANSWERED,
    zmq.Event.HANDSHAKE_FAILED_AUTH: Knock.UNKNOWN_CLIENT,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL: Knock.STRANGER,
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL: Knock.STRANGER,
    zmq.Event.DISCONNECTED: Knock.STRANGER,
    zmq.Event.CLOSED: Knock.NOBODY,
}
"""Tried on libzmq 4.3.5, for a socket that never reconnects; tests/service/test_gate.py."""


def knock(connection: Connection, keys: KeyPair, timeout: float = 1.0) -> Knock:
    """Shakes hands with the daemon, and says how that went.

    Args:
        connection: Where it should be.
        keys: Of this client.
        timeout: Seconds to wait for an answer.
    """
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.reconnect_ivl = -1
        socket.handshake_ivl = 0  # it is our own time that counts
        events = 0
        for event in _MEANING:
            events |= event
        monitor = socket.get_monitor_socket(events)
        try:
            secure(socket, connection, keys)
            socket.connect(connection.endpoint)
            return _first_word(monitor, timeout)
        except zmq.ZMQError:  # the file names no key, or no endpoint
            return Knock.NOBODY
        finally:
            socket.disable_monitor()
            monitor.close(0)  # a context waits for it for ever


def secure(socket: zmq.Socket[bytes], connection: Connection, keys: KeyPair) -> None:
    """Has a client's socket speak to this daemon alone, as this client; before it connects."""
    socket.curve_serverkey = connection.server_key.encode()
    socket.curve_publickey = keys.public
    socket.curve_secretkey = keys.secret


def refusal(knocked: Knock, connection: Connection) -> NotAllowed:
    """The error for a daemon that does not know us, or is not who it should be."""
    who = f"daemon {connection.pid} at {connection.endpoint}"
    if knocked is Knock.UNKNOWN_CLIENT:
        return NotAllowed(
            who,
            "the daemon does not know this client's key",
            "See why with: shotlog doctor. Where the key was revoked, or is another daemon's, "
            "remove client.key in the daemon's folder, and a new one is made.",
        )
    return NotAllowed(
        who,
        "what listens there does not prove to be the daemon that the connection file names",
        "Start it anew with: shotlog daemon restart.",
    )


def _first_word(monitor: zmq.Socket[bytes], timeout: float) -> Knock:
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        if monitor.poll(round(left * 1000)):
            return _MEANING[zmq.Event(recv_monitor_message(monitor)["event"])]
    return Knock.SILENT
