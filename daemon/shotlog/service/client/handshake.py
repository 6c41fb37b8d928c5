"""Results of a CURVE handshake with the daemon, read from the monitor of a client's socket.

libzmq reports a refused key, or a wrong server key, on the socket's monitor alone
(``zmq_socket_monitor``): the socket itself stays silent.
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
    """The result of a handshake; the value is its description."""

    SUCCEEDED = "the daemon of the connection file answered and accepted this client's key"
    UNKNOWN_CLIENT = "the daemon does not accept this client's key"
    WRONG_PEER = "another program listens there: it does not speak CURVE"
    HUNG_UP = "it hung up during the handshake: it has another key, is another program, or crashed"
    NOT_LISTENING = "nothing listens there"
    TIMED_OUT = "it listens, but does not answer in time"


NO_DAEMON = frozenset({
    HandshakeResult.NOT_LISTENING,
    HandshakeResult.WRONG_PEER,
    HandshakeResult.HUNG_UP,
})  # fmt: skip
"""Results after which the daemon of this connection file does not listen there, at least now."""

POSSIBLY_REFUSED = frozenset({
    HandshakeResult.UNKNOWN_CLIENT,
    HandshakeResult.WRONG_PEER,
    HandshakeResult.HUNG_UP,
})  # fmt: skip
"""Results that may mean that daemon and client do not accept each other's keys."""

_ZAP_REFUSED = 400
"""The status by which a ZAP handler refuses a client for good (ZeroMQ RFC 27)."""

_RESULTS: Mapping[zmq.Event, HandshakeResult] = MappingProxyType({
    zmq.Event.HANDSHAKE_SUCCEEDED: HandshakeResult.SUCCEEDED,
    # A refused key has the ZAP status as its value.
    zmq.Event.HANDSHAKE_FAILED_AUTH: HandshakeResult.UNKNOWN_CLIENT,
    # The peer's socket has no CURVE.
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL: HandshakeResult.WRONG_PEER,
    # A wrong server key; a daemon that dies during the handshake; or a socket without CURVE that
    # hung up first (169 of 200 times).
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL: HandshakeResult.HUNG_UP,
    # A program that does not speak ZeroMQ hung up.
    zmq.Event.DISCONNECTED: HandshakeResult.HUNG_UP,
    # The port is closed.
    zmq.Event.CLOSED: HandshakeResult.NOT_LISTENING,
})  # fmt: skip
"""Results by the monitor's first event, as libzmq 4.3.5 sends it for a socket that never
reconnects. tests/service/security/test_authenticator.py checks each of them."""

EVENTS = sum(_RESULTS)
"""Bit mask of the events to subscribe a monitor to."""


def result_of(event: int, value: int) -> HandshakeResult:
    """Return the handshake's result for the first event of a monitor.

    Args:
        event: One of :data:`EVENTS`.
        value: The number that came with it.
    """
    result = _RESULTS[zmq.Event(event)]
    if result is HandshakeResult.UNKNOWN_CLIENT and value != _ZAP_REFUSED:
        # 300 (temporary) and 500 (internal): the daemon could not decide. A retry may succeed.
        return HandshakeResult.HUNG_UP
    return result


def set_curve_keys(socket: zmq.Socket[bytes], connection: ConnectionInfo, keys: KeyPair) -> None:
    """Set the CURVE keys of a client's socket; call it before connecting.

    Raises:
        zmq.ZMQError: The connection file contains no valid key.
    """
    socket.curve_serverkey = connection.server_key.encode()
    socket.curve_publickey = keys.public
    socket.curve_secretkey = keys.secret


def handshake_error(result: HandshakeResult, connection: ConnectionInfo) -> NotAllowed:
    """Return the error for a handshake that failed because of the keys.

    Args:
        result: One of :data:`POSSIBLY_REFUSED`.
        connection: The endpoint that was tried.
    """
    subject = f"daemon {connection.pid} at {connection.endpoint}"
    if result is HandshakeResult.UNKNOWN_CLIENT:
        return NotAllowed(
            subject,
            "the daemon does not accept this client's key",
            "See why with: shotlog doctor. If the key was revoked, or belongs to another daemon, "
            "remove client.key in the daemon's folder; a new one is then made.",
        )
    return NotAllowed(
        subject,
        "the program that listens there cannot prove to be the daemon of the connection file",
        "Restart the daemon with: shotlog daemon restart.",
    )
