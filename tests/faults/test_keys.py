"""Wrong keys: what they send is never delivered, and each is told in words of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import zmq

from shotlog import Client
from shotlog.schema import DaemonError, NotAllowed
from shotlog.service.client import set_curve_keys
from shotlog.service.protocol import Attach, Hello, JobInfo, Pause, Ping, pack
from shotlog.service.runtime import ConnectionInfo, DaemonPaths
from shotlog.service.security import KeyPair, allow_client, load_client_keys, revoke_client
from tests.faults.machine import PING, Machine
from tests.faults.raw import raw
from tests.waiting import wait_for

NEVER_MS = 300
"""A letter gets so long to arrive where it must not."""


def strangers() -> KeyPair:
    return KeyPair(*zmq.curve_keypair())


@pytest.fixture
def there(machine: Machine) -> ConnectionInfo:
    """Where the daemon is."""
    return machine.start()


def without_key(socket: zmq.Socket[bytes], there: ConnectionInfo, places: DaemonPaths) -> None:
    """Encrypts nothing."""


def with_a_password(socket: zmq.Socket[bytes], there: ConnectionInfo, places: DaemonPaths) -> None:
    socket.plain_username, socket.plain_password = b"admin", b"admin"


def with_a_wrong_server_key(
    socket: zmq.Socket[bytes], there: ConnectionInfo, places: DaemonPaths
) -> None:
    wrong = there.model_copy(update={"server_key": strangers().public.decode()})
    set_curve_keys(socket, wrong, load_client_keys(places))


def with_an_unknown_key(
    socket: zmq.Socket[bytes], there: ConnectionInfo, places: DaemonPaths
) -> None:
    set_curve_keys(socket, there, strangers())


def with_a_revoked_key(
    socket: zmq.Socket[bytes], there: ConnectionInfo, places: DaemonPaths
) -> None:
    former = strangers()
    allow_client(places, former.public)
    revoke_client(places, former.public)
    set_curve_keys(socket, there, former)


@pytest.mark.parametrize(
    "wrong",
    [
        without_key,
        with_a_password,
        with_a_wrong_server_key,
        with_an_unknown_key,
        with_a_revoked_key,
    ],
)
def test_what_comes_with_a_wrong_key_is_never_delivered(
    standing: Machine, wrong: Callable[..., None]
) -> None:
    there = standing.start()
    with (
        standing.client(start=False) as client,
        zmq.Context[zmq.Socket[bytes]]() as context,
        context.socket(zmq.DEALER) as socket,
    ):
        before = client.metrics()
        socket.linger = 0
        wrong(socket, there, standing.paths)
        socket.connect(there.endpoint)
        for request in (Hello(client="stranger", version="1"), Pause(), Ping()):
            socket.send_multipart(pack(request)[1])
        assert not socket.poll(NEVER_MS)
        assert not client.status().paused
        asked = [line for line in client.metrics().splitlines() if 'verb="pause"' in line]
        assert asked == [line for line in before.splitlines() if 'verb="pause"' in line]


def words(machine: Machine, connection: ConnectionInfo | None = None) -> str:
    """What a user is told who may not come in."""
    with pytest.raises(NotAllowed) as refused:
        Client(connection, start=False, paths=machine.paths, ping_interval=PING)
    return str(refused.value)


def test_each_wrong_key_is_told_in_words_of_its_own(
    machine: Machine, there: ConnectionInfo
) -> None:
    keys = machine.paths.client_key
    with machine.client(start=False) as client:
        assert client.ping()
    content = keys.read_bytes()

    told = [words(machine, there.model_copy(update={"server_key": strangers().public.decode()}))]
    revoke_client(machine.paths, load_client_keys(machine.paths).public)
    told.append(words(machine))
    keys.chmod(0o644)
    told.append(words(machine))
    keys.chmod(0o600)
    keys.write_bytes(content[:30])
    told.append(words(machine))
    keys.unlink()
    keys.symlink_to("/dev/null")
    told.append(words(machine))

    assert "cannot prove to be the daemon" in told[0]
    assert "does not accept this client's key" in told[1]
    assert "other users may read this" in told[2]
    assert "damaged" in told[3]
    assert "link" in told[4]
    assert len(set(told)) == len(told)


def test_a_key_that_is_removed_is_made_anew_and_served(
    machine: Machine, there: ConnectionInfo
) -> None:
    revoke_client(machine.paths, load_client_keys(machine.paths).public)
    machine.paths.client_key.unlink()
    with machine.client(start=False) as client:
        assert client.status().pid == there.pid


def test_a_client_whose_key_is_revoked_is_told_so_in_the_middle_of_its_work(
    machine: Machine, there: ConnectionInfo
) -> None:
    with machine.client(start=False) as client:
        client.pause()
        (job,) = machine.submit(client)
        watch = client.watch(job)
        next(watch)
        public = load_client_keys(machine.paths).public
        revoke_client(machine.paths, public)
        with pytest.raises(NotAllowed, match="does not accept this client's key"):
            list(watch)
        allow_client(machine.paths, public)
        client.resume()
        machine.settle(client)
    assert machine.figures.sound, "its job was kept"


def test_a_client_that_only_listens_hears_nothing_once_its_key_is_revoked(
    machine: Machine, there: ConnectionInfo
) -> None:
    keys = strangers()
    allow_client(machine.paths, keys.public, "listener")
    with machine.client(start=False) as client, raw(machine.paths, keys=keys) as listener:
        client.pause()
        job, other = machine.submit(client, 2)
        assert isinstance(listener.ask(Attach(job=job)), JobInfo)
        assert isinstance(listener.ask(Attach(job=other)), JobInfo)
        client.cancel(other)
        heard = listener.hear()
        assert isinstance(heard, JobInfo), "it listens"
        revoke_client(machine.paths, keys.public)
        client.resume()
        machine.settle(client, [job])
        assert listener.hear(NEVER_MS / 1000) is None
    assert machine.figures.sound


@pytest.mark.parametrize("name", ["client_key", "server_key", "connection", "clients"])
def test_a_file_that_others_may_write_serves_nobody_and_is_named(
    machine: Machine, there: ConnectionInfo, name: str
) -> None:
    with machine.client(start=False) as client:
        content = machine.paths.connection.read_bytes()
        client.shutdown()
    wait_for(lambda: not machine.processes())
    file: Path = getattr(machine.paths, name)
    if name == "connection":
        file.write_bytes(content)
    file.chmod(0o666)

    with pytest.raises(DaemonError) as refused:
        machine.client()

    assert f"{file}: other users may" in str(refused.value)
    file.chmod(0o600)
    with machine.client() as client:
        machine.submit(client)
        machine.settle(client)
    assert machine.figures.sound
