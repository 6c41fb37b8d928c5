"""Results of a CURVE handshake with the daemon, read from the monitor of a client's socket.

A client whose key is unknown, or that has the wrong key of the server, is told nothing on the
socket itself; the socket's monitor tells (libzmq, ``zmq_socket_monitor``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import zmq

from shotlog.schema import NotAllowed
from shotlog.service.runtime import ConnectionInfo
from shotlog.service.security import KeyPair


class HandshakeResult(Enum):
    """The result of a handshake."""

    ANSWERED = "it is the daemon of the connection file, and it knows this client"
    UNKNOWN_CLIENT = "it does not know this client's key"
    STRANGER = "another program listens there: it does not speak CURVE"
    UNPROVEN = "it hung up during the handshake: it has another key, is another program, or died"
    NOBODY = "nothing listens there"
    SILENT = "it listens, but does not answer in time"


NO_DAEMON = frozenset({HandshakeResult.NOBODY, HandshakeResult.STRANGER, HandshakeResult.UNPROVEN})
"""Results that say: the daemon of this connection file does not listen there, at least not now."""

POSSIBLY_REFUSED = frozenset(
    {HandshakeResult.UNKNOWN_CLIENT, HandshakeResult.STRANGER, HandshakeResult.UNPROVEN}
)
"""Results that may mean that daemon and client do not know each other's keys."""

_ZAP_REFUSED = 400
"""The status by which a ZAP handler refuses a client for good (ZeroMQ RFC 27)."""

_RESULTS: Mapping[zmq.Event, HandshakeResult] = MappingProxyType({
    zmq.Event.HANDSHAKE_SUCCEEDED: HandshakeResult.ANSWERED,
    # A refused key has the ZAP status as its value.
    zmq.Event.HANDSHAKE_FAILED_AUTH: HandshakeResult.UNKNOWN_CLIENT,
    # The socket there has no CURVE.
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL: HandshakeResult.STRANGER,
    # A wrong server key; a daemon that dies during the handshake; or a socket without CURVE that
    # hung up first (169 of 200 times).
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL: HandshakeResult.UNPROVEN,
    # A program that does not speak ZeroMQ hung up.
    zmq.Event.DISCONNECTED: HandshakeResult.UNPROVEN,
    # The port is closed.
    zmq.Event.CLOSED: HandshakeResult.NOBODY,
})  # fmt: skip
"""Tried on libzmq 4.3.5, for a socket that never reconnects; see tests/service/test_gate.py."""

EVENTS = sum(_RESULTS)
"""The events that a monitor must be asked for."""


def result_of(event: int, value: int) -> HandshakeResult:
    """Return the result that the first event of a monitor tells.

    Args:
        event: One of :data:`EVENTS`.
        value: The number that came with it.
    """
    result = _RESULTS[zmq.Event(event)]
    if result is HandshakeResult.UNKNOWN_CLIENT and value != _ZAP_REFUSED:
        return (
            HandshakeResult.UNPROVEN
        )  # 300 and 500: the daemon could not decide, and may the next time
    return result


def set_curve_keys(socket: zmq.Socket[bytes], connection: ConnectionInfo, keys: KeyPair) -> None:
    """Have a client's socket speak to this daemon alone, as this client; call it before connecting.

    Raises:
        zmq.ZMQError: The connection file names no key.
    """
    socket.curve_serverkey = connection.server_key.encode()
    socket.curve_publickey = keys.public
    socket.curve_secretkey = keys.secret


def handshake_error(knocked: HandshakeResult, connection: ConnectionInfo) -> NotAllowed:
    """Return the error for a daemon that does not know this client, or is another."""
    who = f"daemon {connection.pid} at {connection.endpoint}"
    if knocked is HandshakeResult.UNKNOWN_CLIENT:
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
