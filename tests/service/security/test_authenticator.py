"""Who is served: clients of the list, over CURVE, and nobody else."""

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
from shotlog.service.client import HandshakeResult, knock, secure
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

WAIT = 0.3
"""Seconds that a message gets to arrive where it must not."""


class Door:
    """A guarded socket and its gate in a thread of their own; says `heard` to every message.

    Attributes:
        delivered: Who sent what, as the daemon would be told; the name is the ``User-Id``.
    """

    def __init__(self, places: DaemonPaths) -> None:
        self.delivered: list[tuple[str, bytes]] = []
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.gate = ZapAuthenticator(self._context, places)
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self.gate.secure(self._socket)
        self.connection = connection(listen(self._socket), self.gate.public_key)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._end.set()
        self._thread.join()
        self.gate.close()
        self._socket.close()
        self._context.term()

    @property
    def port(self) -> int:
        return int(self.connection.endpoint.rpartition(":")[2])

    def _serve(self) -> None:
        while not self._end.is_set():
            self.gate.socket.poll(5)
            self.gate.answer_handshakes()
            while self._socket.poll(0):
                client, body = self._socket.recv_multipart(copy=False)
                self.delivered.append((str(body.get("User-Id")), body.bytes))
                self._socket.send_multipart([client.bytes, b"heard"])


@pytest.fixture
def door(places: DaemonPaths) -> Iterator[Door]:
    with Door(places) as door:
        yield door


@contextmanager
def dealer(connection: ConnectionInfo, keys: KeyPair | None) -> Iterator[zmq.Socket[bytes]]:
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        if keys is not None:
            secure(socket, connection, keys)
        socket.connect(connection.endpoint)
        yield socket


def answered(socket: zmq.Socket[bytes], wait: float = WAIT) -> bool:
    socket.send(b"hello")
    return bool(socket.poll(round(wait * 1000))) and socket.recv() == b"heard"


def strangers_keys() -> KeyPair:
    return KeyPair(*zmq.curve_keypair())


def test_a_known_key_is_served_and_named(places: DaemonPaths, door: Door) -> None:
    keys = load_client_keys(places)
    with dealer(door.connection, keys) as socket:
        assert answered(socket, 5)
    assert door.delivered == [(keys.public.decode(), b"hello")]
    assert knock(door.connection, keys) is HandshakeResult.ANSWERED


def test_a_client_without_encryption_is_never_delivered(places: DaemonPaths, door: Door) -> None:
    load_client_keys(places)
    with dealer(door.connection, None) as socket:
        assert not answered(socket)
    assert door.delivered == []


def test_a_client_with_a_password_is_never_delivered(places: DaemonPaths, door: Door) -> None:
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.plain_username, socket.plain_password = b"admin", b"admin"
        socket.connect(door.connection.endpoint)
        assert not answered(socket)
    assert door.delivered == []


def test_an_unknown_key_is_never_delivered_and_told_why(places: DaemonPaths, door: Door) -> None:
    load_client_keys(places)
    unknown = strangers_keys()
    with dealer(door.connection, unknown) as socket:
        assert not answered(socket)
    assert door.delivered == []
    assert knock(door.connection, unknown) is HandshakeResult.UNKNOWN_CLIENT


def test_a_wrong_server_key_is_never_delivered_and_told_why(
    places: DaemonPaths, door: Door
) -> None:
    keys = load_client_keys(places)
    wrong = connection(door.connection.endpoint, strangers_keys().public.decode())
    with dealer(wrong, keys) as socket:
        assert not answered(socket)
    assert door.delivered == []
    assert knock(wrong, keys) is HandshakeResult.UNPROVEN


def test_plain_tcp_is_never_delivered_and_keeps_nobody_out(places: DaemonPaths, door: Door) -> None:
    words = [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, b"\xff\0\0\0\0\0\0\0\x01\x7f", b""]
    raw = [sockets.create_connection(("127.0.0.1", door.port)) for _ in range(20)]
    try:
        for number, one in enumerate(raw):
            one.sendall(words[number % len(words)])
        with dealer(door.connection, load_client_keys(places)) as socket:
            assert answered(socket, 5)
        assert len(door.delivered) == 1
    finally:
        for one in raw:
            one.close()


def test_a_revoked_key_is_refused(places: DaemonPaths, door: Door) -> None:
    keys = load_client_keys(places)
    assert knock(door.connection, keys) is HandshakeResult.ANSWERED
    revoke_client(places, keys.public)
    with dealer(door.connection, keys) as socket:
        assert not answered(socket)
    assert knock(door.connection, keys) is HandshakeResult.UNKNOWN_CLIENT
    assert door.delivered == []


def test_a_connection_older_than_its_revocation_is_known_for_one(
    places: DaemonPaths, door: Door
) -> None:
    keys = load_client_keys(places)
    with dealer(door.connection, keys) as socket:
        assert answered(socket, 5)
        assert door.gate.is_allowed(door.delivered[-1][0])
        revoke_client(places, keys.public)
        assert answered(socket, 5)
    assert not door.gate.is_allowed(door.delivered[-1][0])


def test_a_key_that_is_let_in_later_is_served_without_a_restart(
    places: DaemonPaths, door: Door
) -> None:
    later = strangers_keys()
    assert knock(door.connection, later) is HandshakeResult.UNKNOWN_CLIENT
    allow_client(places, later.public)
    assert knock(door.connection, later) is HandshakeResult.ANSWERED


def test_nobody_is_served_while_others_may_write_the_list(
    places: DaemonPaths, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    keys = load_client_keys(places)
    places.clients.chmod(0o666)
    assert knock(door.connection, keys) is HandshakeResult.UNKNOWN_CLIENT
    assert "no client is allowed" in caplog.text
    places.clients.chmod(0o600)
    assert knock(door.connection, keys) is HandshakeResult.ANSWERED


def test_nobody_is_served_once_the_list_is_gone(places: DaemonPaths, door: Door) -> None:
    keys = load_client_keys(places)
    assert knock(door.connection, keys) is HandshakeResult.ANSWERED
    places.clients.unlink()
    assert knock(door.connection, keys) is HandshakeResult.UNKNOWN_CLIENT


def test_a_guarded_socket_without_its_gate_serves_nobody(places: DaemonPaths) -> None:
    keys = load_client_keys(places)
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        gate = ZapAuthenticator(context, places)
        gate.secure(socket)
        found = connection(listen(socket), gate.public_key)
        gate.close()
        assert knock(found, keys, WAIT) is not HandshakeResult.ANSWERED


def test_a_socket_of_another_domain_is_not_this_gates(places: DaemonPaths) -> None:
    keys = load_client_keys(places)
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        gate = ZapAuthenticator(context, places)
        gate.secure(socket)
        socket.zap_domain = b"another"
        found = connection(listen(socket), gate.public_key)
        came: list[HandshakeResult] = []
        thread = threading.Thread(target=lambda: came.append(knock(found, keys, 5)))
        thread.start()
        while thread.is_alive():
            gate.socket.poll(5)
            gate.answer_handshakes()
        gate.close()
    assert came == [HandshakeResult.UNKNOWN_CLIENT]


def test_a_port_where_nobody_listens_is_told_from_one_that_does_not_answer(
    places: DaemonPaths, door: Door
) -> None:
    keys = load_client_keys(places)
    with sockets.create_server(("127.0.0.1", 0)) as other:
        endpoint = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        mute = connection(endpoint, door.gate.public_key)
        assert knock(mute, keys, WAIT) is HandshakeResult.SILENT
    assert knock(mute, keys) is HandshakeResult.NOBODY


@pytest.mark.parametrize("endpoint", ["", "tcp://", "tcp://127.0.0.1:x", "pigeon://loft"])
def test_a_connection_that_names_no_endpoint_is_nobodys(places: DaemonPaths, endpoint: str) -> None:
    keys = load_client_keys(places)
    assert knock(connection(endpoint, keys.public.decode()), keys) is HandshakeResult.NOBODY


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


def test_listening_for_other_machines_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket:
        with caplog.at_level(logging.WARNING):
            endpoint = listen(socket, "0.0.0.0", exposed=True)  # noqa: S104
        assert socket.getsockopt_string(zmq.LAST_ENDPOINT).startswith("tcp://0.0.0.0:")
    assert endpoint.startswith("tcp://127.0.0.1:")
    assert "listens on 0.0.0.0" in caplog.text


@pytest.mark.parametrize("address", ["", "localhost", "*", "::1", "127.0.0.1:80"])
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as socket,
        pytest.raises(DaemonRefused, match="not an IPv4 address"),
    ):
        listen(socket, address)
