"""CURVE on every connection, and a ZAP handler that checks the list of allowed clients.

CURVE alone authenticates only the server: a client needs no more than the server's *public* key to
be served (pyzmq, "CURVE security": "anyone with access to server_publickey will be able to open a
connection"). Therefore libzmq passes each handshake to a ZAP handler (ZeroMQ RFC 27), which accepts
the keys of the list alone. The handler is a socket in the daemon's own loop. It needs no thread,
and reads the list again when the file has changed, so a revocation needs no message to the daemon.
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

# Without ZMQ_HANDSHAKE_IVL, 218 of 400 raw TCP connections stayed open.
HANDSHAKE_MS = 5000
"""Time that a peer has for the handshake, in ms, before it is disconnected."""

_ZAP_ENDPOINT = "inproc://zeromq.zap.01"
_ZAP_VERSION = b"1.0"
_ZAP_FRAMES = 7
_KEY_BYTES = 32
_LOG = logging.getLogger(__name__)


class ZapAuthenticator:
    """ZAP handler for the sockets of one context.

    Create it before the socket is bound; poll ``socket`` for input and call
    :meth:`answer_handshakes` then. The public key of a client is the ``User-Id`` of its messages
    (``frame.get("User-Id")``).

    Args:
        context: A ZeroMQ context; it can have one authenticator at most.
        paths: Paths of the keys and of the list of clients.

    Attributes:
        socket: The socket to poll.

    Raises:
        NotAllowed: the key files are accessible to other users.
        DaemonFileUnusable: they cannot be read or created.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], paths: DaemonPaths) -> None:
        self._paths = paths
        self._keys = load_server_keys(paths)
        self._file_version: tuple[int, ...] | None = None
        self._reported: str | None = None
        self._allowed: frozenset[bytes] = frozenset()
        self.socket: zmq.Socket[bytes] = context.socket(zmq.REP)
        self.socket.linger = 0
        self.socket.bind(_ZAP_ENDPOINT)

    @property
    def public_key(self) -> str:
        """The daemon's public key, Z85."""
        return self._keys.public.decode("ascii")

    def secure(self, socket: zmq.Socket[bytes]) -> None:
        """Accept only allowed clients on a socket; call it before the socket is bound."""
        socket.curve_server = True
        socket.curve_secretkey = self._keys.secret
        socket.zap_domain = ZAP_DOMAIN
        # Otherwise libzmq accepts every client while no handler is bound (tested with 4.3.5).
        socket.zap_enforce_domain = True
        socket.handshake_ivl = HANDSHAKE_MS

    def answer_handshakes(self) -> None:
        """Answer all waiting handshakes; never block."""
        while self.socket.poll(0):
            request = self.socket.recv_multipart()
            key = self._key_of(request)
            accepted = key is not None and self.is_allowed(key)
            if not accepted:
                _LOG.warning("refused a client with key %s", key or "(none)")
            code, text = (b"200", b"OK") if accepted else (b"400", b"unknown key")
            user_id = key.encode() if key is not None and accepted else b""
            request_id = request[1] if len(request) > 1 else b""
            self.socket.send_multipart([_ZAP_VERSION, request_id, code, text, user_id, b""])

    def is_allowed(self, key: str) -> bool:
        """Return true where a client is allowed at this moment.

        A connection has one handshake only. Check each message, too, so that a client whose key
        was revoked is not served over a connection that it opened before.

        Args:
            key: Public key of the client, Z85: the ``User-Id`` of its messages.
        """
        return key.encode() in self.allowed_keys()

    def allowed_keys(self) -> frozenset[bytes]:
        """Return the public keys that are allowed at this moment; fast for an unchanged list."""
        try:
            status = self._paths.clients.stat()
            version = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            if version != self._file_version:
                self._allowed = read_allowed_keys(self._paths)
                self._file_version = version
            self._reported = None
        except (OSError, DaemonError) as error:
            # Logged once for each error: this is called for every message.
            if str(error) != self._reported and not isinstance(error, FileNotFoundError):
                _LOG.error("no client is allowed: the list of clients cannot be read: %s", error)
            self._allowed, self._file_version, self._reported = frozenset(), None, str(error)
        return self._allowed

    def close(self) -> None:
        """Close the socket; all further handshakes fail."""
        self.socket.close()

    def _key_of(self, request: list[bytes]) -> str | None:
        """Return the client's key from a ZAP request (RFC 27), None from an invalid one."""
        if len(request) != _ZAP_FRAMES:
            return None
        version, _, domain, _, _, mechanism, key = request
        expected = (version, domain, mechanism) == (_ZAP_VERSION, ZAP_DOMAIN, b"CURVE")
        return z85.encode(key).decode("ascii") if expected and len(key) == _KEY_BYTES else None


def listen(socket: zmq.Socket[Any], address: str = "127.0.0.1", *, exposed: bool = False) -> str:
    """Bind a socket to a port that the system chooses.

    Args:
        socket: The socket, already secured.
        address: IPv4 address of this machine.
        exposed: Allow an address that other machines can reach; otherwise only loopback.

    Returns:
        The endpoint for clients on this machine.

    Raises:
        DaemonRefused: the address is not IPv4, not of this machine, or not loopback.
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
            "the daemon listens on %s: every machine on the network that has a client key can have "
            "media of this machine read",
            host,
        )
    try:
        # Port 0: a port chosen here beforehand could be taken by another program meanwhile.
        socket.bind(f"tcp://{host}:0")
    except zmq.ZMQError as error:
        raise DaemonRefused(
            address, f"the daemon cannot listen here ({error.strerror})", "Leave it out."
        ) from error
    port = socket.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2]
    return f"tcp://{'127.0.0.1' if host.is_unspecified else host}:{port}"
