"""Keys are created once, kept secret, and allowed until they are revoked."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
import zmq

from shotlog.schema import NotAllowed
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import (
    allow_client,
    load_client_keys,
    load_server_keys,
    read_allowed_keys,
    revoke_client,
)


def test_keys_are_made_once_and_kept(places: DaemonPaths) -> None:
    server, client = load_server_keys(places), load_client_keys(places)
    assert (server, client) == (load_server_keys(places), load_client_keys(places))
    assert server.public != client.public
    assert zmq.curve_public(server.secret) == server.public


def test_every_file_of_the_keys_is_the_users_alone(places: DaemonPaths) -> None:
    load_server_keys(places)
    load_client_keys(places)
    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in places.folder.iterdir()}
    assert modes == dict.fromkeys(["server.key", "client.key", "clients", "keys.lock"], 0o600)


def test_the_clients_file_does_not_hold_the_daemons_secret(places: DaemonPaths) -> None:
    server, client = load_server_keys(places), load_client_keys(places)
    assert server.secret not in places.client_key.read_bytes()
    assert client.secret not in places.server_key.read_bytes()


def test_the_secret_is_not_shown(places: DaemonPaths) -> None:
    pair = load_client_keys(places)
    assert pair.secret.decode() not in repr(pair)


def test_clients_that_race_for_their_first_key_get_the_same(places: DaemonPaths) -> None:
    with ThreadPoolExecutor(8) as pool:
        pairs = {pair.public for pair in pool.map(lambda _: load_client_keys(places), range(16))}
    assert len(pairs) == 1
    assert read_allowed_keys(places) == pairs


@pytest.mark.parametrize("bits", [0o644, 0o640, 0o660, 0o606])
def test_a_secret_key_that_others_may_read_is_not_used(places: DaemonPaths, bits: int) -> None:
    load_client_keys(places)
    places.client_key.chmod(bits)
    with pytest.raises(NotAllowed, match="chmod 600"):
        load_client_keys(places)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a b", b"a" * 40 + b"\n" + b"b" * 40])
def test_a_damaged_key_is_told_and_not_replaced_in_silence(
    places: DaemonPaths, content: bytes
) -> None:
    load_server_keys(places)
    places.server_key.write_bytes(content)
    with pytest.raises(NotAllowed, match="damaged"):
        load_server_keys(places)


def test_a_list_of_clients_that_others_may_write_to_is_refused(places: DaemonPaths) -> None:
    load_client_keys(places)
    places.clients.chmod(0o622)
    with pytest.raises(NotAllowed, match="may write to this"):
        read_allowed_keys(places)


def test_revoking_takes_one_client_from_the_list_and_keeps_the_others(places: DaemonPaths) -> None:
    mine = load_client_keys(places).public
    other, _ = zmq.curve_keypair()
    allow_client(places, other, "the  machine\nroom")
    allow_client(places, other, "again")
    assert read_allowed_keys(places) == {mine, other}
    assert places.clients.read_bytes().splitlines()[1] == other + b" the machine room"
    assert revoke_client(places, mine)
    assert not revoke_client(places, mine)
    assert read_allowed_keys(places) == {other}


def test_a_revoked_client_does_not_allow_itself_again(places: DaemonPaths) -> None:
    mine = load_client_keys(places).public
    revoke_client(places, mine)
    assert load_client_keys(places).public == mine
    assert read_allowed_keys(places) == frozenset()


def test_an_invalid_key_is_not_allowed(places: DaemonPaths) -> None:
    with pytest.raises(ValueError, match="40 characters"):
        allow_client(places, b"*")


def test_lines_that_are_not_keys_are_ignored(places: DaemonPaths) -> None:
    mine = load_client_keys(places).public
    places.clients.write_bytes(b"*\n\n# all\n\xff\xff\n" + mine[:39] + b"\n" + mine + b" me\n")
    assert read_allowed_keys(places) == {mine}
