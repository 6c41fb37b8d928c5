"""Who may come in: CURVE on every connection, and a ZAP handler that asks the list of clients.

CURVE alone proves the server to the client; a client needs no more than the server's *public* key
to be served (pyzmq, "CURVE security": "anyone with access to server_publickey will be able to open
a connection"). So each handshake is put to this gate (ZeroMQ RFC 27), which serves the keys of the
list alone. It is a socket of the daemon's own loop: no thread, and whoever revokes a key need tell
nobody.
"""

from __future__ import annotations

import ipaddress
import logging
from typing import Any

import zmq
from zmq.utils import z85

from shotlog.schema import DaemonError, DaemonRefused
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security.keys import load_server_keys, read_allowed_keys

ZAP_DOMAIN = b"shotlog"
HANDSHAKE_MS = 5000
"""A peer that has not proved itself by then is cut: 218 of 400 raw connections stayed open
without (``ZMQ_HANDSHAKE_IVL``)."""

_ZAP_ENDPOINT = "inproc://zeromq.zap.01"
_ZAP_VERSION = b"1.0"
_LOG = logging.getLogger(__name__)


class ZapAuthenticator:
    """Answers the handshakes of one context's sockets.

    Make it before the socket is bound; poll ``socket`` for input and call ``answer`` then. A
    connection is named by its public key: a message's ``User-Id`` (``frame.get("User-Id")``).

    Args:
        context: Has one gate at the most.
        places: Where keys and the list of clients are.

    Attributes:
        socket: To be polled.

    Raises:
        NotAllowed: The keys are not the user's alone.
        DaemonFileUnusable: They cannot be read or made.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], places: DaemonPaths) -> None:
        self._places = places
        self._keys = load_server_keys(places)
        self._seen: tuple[int, ...] | None = None
        self._trouble: str | None = None
        self._allowed: frozenset[bytes] = frozenset()
        self.socket: zmq.Socket[bytes] = context.socket(zmq.REP)
        self.socket.linger = 0
        self.socket.bind(_ZAP_ENDPOINT)

    @property
    def public_key(self) -> str:
        """The daemon's, Z85."""
        return self._keys.public.decode("ascii")

    def guard(self, socket: zmq.Socket[bytes]) -> None:
        """Serves known clients alone on this socket; call it before the socket is bound."""
        socket.curve_server = True
        socket.curve_secretkey = self._keys.secret
        socket.zap_domain = ZAP_DOMAIN
        # Otherwise libzmq lets everybody in while no gate is there (tried on 4.3.5).
        socket.zap_enforce_domain = True
        socket.handshake_ivl = HANDSHAKE_MS

    def answer(self) -> None:
        """Answers every handshake that waits; never blocks."""
        while self.socket.poll(0):
            asked = self.socket.recv_multipart()
            key = self._key_of(asked)
            welcome = key is not None and self.admits(key)
            if not welcome:
                _LOG.warning("refused a client with key %s", key or "(none)")
            code, text = (b"200", b"OK") if welcome else (b"400", b"unknown key")
            name = key.encode() if key is not None and welcome else b""
            number = asked[1] if len(asked) > 1 else b""
            self.socket.send_multipart([_ZAP_VERSION, number, code, text, name, b""])

    def admits(self, key: str) -> bool:
        """Whether this client is served at this moment.

        A handshake happens once, so ask it again for each message: then a key that was revoked
        is not served over a connection that it opened before.

        Args:
            key: Its public key, Z85: the ``User-Id`` of its messages.
        """
        return key.encode() in self.served()

    def served(self) -> frozenset[bytes]:
        """The public keys that are served at this moment; cheap where the list is as it was."""
        try:
            found = self._places.clients.stat()
            seen = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            if seen != self._seen:
                self._allowed = read_allowed_keys(self._places)
                self._seen = seen
            self._trouble = None
        except (OSError, DaemonError) as error:
            if str(error) != self._trouble and not isinstance(error, FileNotFoundError):
                _LOG.error("nobody is served, for the list of clients cannot be read: %s", error)
            self._allowed, self._seen, self._trouble = frozenset(), None, str(error)
        return self._allowed

    def close(self) -> None:
        """Lets nobody in any more."""
        self.socket.close()

    def _key_of(self, asked: list[bytes]) -> str | None:
        """The client's key, where the question is a proper one of ours (RFC 27)."""
        if len(asked) != 7:
            return None
        version, _, domain, _, _, mechanism, key = asked
        ours = (version, domain, mechanism) == (_ZAP_VERSION, ZAP_DOMAIN, b"CURVE")
        return z85.encode(key).decode("ascii") if ours and len(key) == 32 else None


def listen(socket: zmq.Socket[Any], address: str = "127.0.0.1", *, exposed: bool = False) -> str:
    """Binds to a port that the system chooses.

    Args:
        socket: Guarded already.
        address: IPv4 address of this machine.
        exposed: Whether other machines may connect too; without it only loopback is taken.

    Returns:
        The endpoint that clients of this machine use.

    Raises:
        DaemonRefused: Not an IPv4 address, not one of this machine, or not loopback.
    """
    try:
        host = ipaddress.IPv4Address(address)
    except ValueError as error:
        raise DaemonRefused(address, "this is not an IPv4 address", "Leave it out.") from error
    if not host.is_loopback and not exposed:
        raise DaemonRefused(
            address,
            "other machines could connect to the daemon at this address",
            "Leave it out: the daemon then listens on 127.0.0.1, for this machine alone.",
        )
    if not host.is_loopback:
        _LOG.warning(
            "the daemon listens on %s: whoever has a client key and reaches this machine over the "
            "network can have it read media",
            host,
        )
    try:
        socket.bind(f"tcp://{host}:0")
    except zmq.ZMQError as error:
        raise DaemonRefused(
            address, f"the daemon cannot listen here ({error.strerror})", "Leave it out."
        ) from error
    port = socket.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2]
    return f"tcp://{'127.0.0.1' if host.is_unspecified else host}:{port}"
