"""The daemon serves the clients of its list, over CURVE, and no others."""

from __future__ import annotations

import logging
import socket as sockets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import pytest
import zmq

from shotlog.schema import DaemonRefused
from shotlog.service.client import HandshakeResult, probe_daemon, set_curve_keys
from shotlog.service.runtime import ConnectionInfo, DaemonPaths
from shotlog.service.security import (
    KeyPair,
    ZapAuthenticator,
    allow_client,
    listen,
    load_client_keys,
    revoke_client,
)
from tests.service.stand_in import connection
from tests.waiting import PATIENCE_S

WAIT = 0.3
"""Seconds to wait for a message that must not arrive."""


class Server:
    """A secured socket and its authenticator in a thread; it answers `heard` to every message.

    Attributes:
        delivered: ``User-Id`` and body of each message that was delivered.
    """

    def __init__(self, places: DaemonPaths) -> None:
        self.delivered: list[tuple[str, bytes]] = []
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.authenticator = ZapAuthenticator(self._context, places)
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self.authenticator.secure(self._socket)
        self.connection = connection(listen(self._socket), self.authenticator.public_key)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._end.set()
        self._thread.join()
        self.authenticator.close()
        self._socket.close()
        self._context.term()

    @property
    def port(self) -> int:
        return int(self.connection.endpoint.rpartition(":")[2])

    def _serve(self) -> None:
        while not self._end.is_set():
            self.authenticator.socket.poll(5)
            self.authenticator.answer_handshakes()
            while self._socket.poll(0):
                client, body = self._socket.recv_multipart(copy=False)
                self.delivered.append((str(body.get("User-Id")), body.bytes))
                self._socket.send_multipart([client.bytes, b"heard"])


@pytest.fixture
def server(places: DaemonPaths) -> Iterator[Server]:
    with Server(places) as server:
        yield server


@contextmanager
def dealer(connection: ConnectionInfo, keys: KeyPair | None) -> Iterator[zmq.Socket[bytes]]:
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        if keys is not None:
            set_curve_keys(socket, connection, keys)
        socket.connect(connection.endpoint)
        yield socket


def answered(socket: zmq.Socket[bytes], wait: float = WAIT) -> bool:
    socket.send(b"hello")
    return bool(socket.poll(round(wait * 1000))) and socket.recv() == b"heard"


def new_keys() -> KeyPair:
    return KeyPair(*zmq.curve_keypair())


def test_a_known_key_is_served_and_named(places: DaemonPaths, server: Server) -> None:
    keys = load_client_keys(places)
    with dealer(server.connection, keys) as socket:
        assert answered(socket, PATIENCE_S)
    assert server.delivered == [(keys.public.decode(), b"hello")]
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.SUCCEEDED


def test_a_client_without_encryption_is_never_delivered(
    places: DaemonPaths, server: Server
) -> None:
    load_client_keys(places)
    with dealer(server.connection, None) as socket:
        assert not answered(socket)
    assert server.delivered == []


def test_a_client_with_a_password_is_never_delivered(places: DaemonPaths, server: Server) -> None:
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.plain_username, socket.plain_password = b"admin", b"admin"
        socket.connect(server.connection.endpoint)
        assert not answered(socket)
    assert server.delivered == []


def test_an_unknown_key_is_never_delivered_and_told_why(
    places: DaemonPaths, server: Server
) -> None:
    load_client_keys(places)
    unknown = new_keys()
    with dealer(server.connection, unknown) as socket:
        assert not answered(socket)
    assert server.delivered == []
    assert probe_daemon(server.connection, unknown, PATIENCE_S) is HandshakeResult.UNKNOWN_CLIENT


def test_a_wrong_server_key_is_never_delivered_and_told_why(
    places: DaemonPaths, server: Server
) -> None:
    keys = load_client_keys(places)
    wrong = connection(server.connection.endpoint, new_keys().public.decode())
    with dealer(wrong, keys) as socket:
        assert not answered(socket)
    assert server.delivered == []
    assert probe_daemon(wrong, keys, PATIENCE_S) is HandshakeResult.HUNG_UP


def test_plain_tcp_is_never_delivered_and_blocks_no_client(
    places: DaemonPaths, server: Server
) -> None:
    words = [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, b"\xff\0\0\0\0\0\0\0\x01\x7f", b""]
    raw = [sockets.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    try:
        for number, one in enumerate(raw):
            one.sendall(words[number % len(words)])
        with dealer(server.connection, load_client_keys(places)) as socket:
            assert answered(socket, PATIENCE_S)
        assert len(server.delivered) == 1
    finally:
        for one in raw:
            one.close()


def test_a_revoked_key_is_refused(places: DaemonPaths, server: Server) -> None:
    keys = load_client_keys(places)
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.SUCCEEDED
    revoke_client(places, keys.public)
    with dealer(server.connection, keys) as socket:
        assert not answered(socket)
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.UNKNOWN_CLIENT
    assert server.delivered == []


def test_the_key_of_an_open_connection_can_be_revoked(places: DaemonPaths, server: Server) -> None:
    keys = load_client_keys(places)
    with dealer(server.connection, keys) as socket:
        assert answered(socket, PATIENCE_S)
        assert server.authenticator.is_allowed(server.delivered[-1][0])
        revoke_client(places, keys.public)
        assert answered(socket, PATIENCE_S)
    assert not server.authenticator.is_allowed(server.delivered[-1][0])


def test_a_key_that_is_allowed_later_is_served_without_a_restart(
    places: DaemonPaths, server: Server
) -> None:
    later = new_keys()
    assert probe_daemon(server.connection, later, PATIENCE_S) is HandshakeResult.UNKNOWN_CLIENT
    allow_client(places, later.public)
    assert probe_daemon(server.connection, later, PATIENCE_S) is HandshakeResult.SUCCEEDED


def test_no_client_is_served_while_others_may_write_to_the_list(
    places: DaemonPaths, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    keys = load_client_keys(places)
    places.clients.chmod(0o666)
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.UNKNOWN_CLIENT
    assert "no client is allowed" in caplog.text
    places.clients.chmod(0o600)
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.SUCCEEDED


def test_no_client_is_served_once_the_list_is_removed(places: DaemonPaths, server: Server) -> None:
    keys = load_client_keys(places)
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.SUCCEEDED
    places.clients.unlink()
    assert probe_daemon(server.connection, keys, PATIENCE_S) is HandshakeResult.UNKNOWN_CLIENT


def test_a_secured_socket_without_authenticator_serves_no_client(places: DaemonPaths) -> None:
    keys = load_client_keys(places)
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        authenticator = ZapAuthenticator(context, places)
        authenticator.secure(socket)
        found = connection(listen(socket), authenticator.public_key)
        authenticator.close()
        assert probe_daemon(found, keys, WAIT) is not HandshakeResult.SUCCEEDED


def test_a_socket_of_another_domain_is_refused(places: DaemonPaths) -> None:
    keys = load_client_keys(places)
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        authenticator = ZapAuthenticator(context, places)
        authenticator.secure(socket)
        socket.zap_domain = b"another"
        found = connection(listen(socket), authenticator.public_key)
        came: list[HandshakeResult] = []
        thread = threading.Thread(target=lambda: came.append(probe_daemon(found, keys, PATIENCE_S)))
        thread.start()
        while thread.is_alive():
            authenticator.socket.poll(5)
            authenticator.answer_handshakes()
        authenticator.close()
    assert came == [HandshakeResult.UNKNOWN_CLIENT]


def test_a_closed_port_is_told_from_one_that_does_not_answer(
    places: DaemonPaths, server: Server
) -> None:
    keys = load_client_keys(places)
    with sockets.create_server(("127.0.0.1", 0)) as other:
        endpoint = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        mute = connection(endpoint, server.authenticator.public_key)
        assert probe_daemon(mute, keys, WAIT) is HandshakeResult.TIMED_OUT
    assert probe_daemon(mute, keys, PATIENCE_S) is HandshakeResult.NOT_LISTENING


@pytest.mark.parametrize("endpoint", ["", "tcp://", "tcp://127.0.0.1:x", "pigeon://loft"])
def test_an_invalid_endpoint_counts_as_a_closed_port(places: DaemonPaths, endpoint: str) -> None:
    keys = load_client_keys(places)
    assert (
        probe_daemon(connection(endpoint, keys.public.decode()), keys)
        is HandshakeResult.NOT_LISTENING
    )


def test_the_system_chooses_the_port_on_loopback(places: DaemonPaths) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as one,
        context.socket(zmq.ROUTER) as two,
    ):
        endpoints = {listen(one), listen(two)}
    assert len(endpoints) == 2
    assert all(endpoint.startswith("tcp://127.0.0.1:") for endpoint in endpoints)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.20", "8.8.8.8"])  # noqa: S104
def test_listening_for_other_machines_is_refused_unless_told(address: str) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        with pytest.raises(DaemonRefused, match="other machines"):
            listen(socket, address)
        assert socket.getsockopt_string(zmq.LAST_ENDPOINT) == ""


def test_listening_for_other_machines_logs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        with caplog.at_level(logging.WARNING):
            endpoint = listen(socket, "0.0.0.0", exposed=True)  # noqa: S104
        assert socket.getsockopt_string(zmq.LAST_ENDPOINT).startswith("tcp://0.0.0.0:")
    assert endpoint.startswith("tcp://127.0.0.1:")
    assert "listens on 0.0.0.0" in caplog.text


@pytest.mark.parametrize("address", ["", "localhost", "*", "::1", "127.0.0.1:80"])
def test_an_invalid_address_is_refused_with_a_reason(address: str) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as socket,
        pytest.raises(DaemonRefused, match="not an IPv4 address"),
    ):
        listen(socket, address)
