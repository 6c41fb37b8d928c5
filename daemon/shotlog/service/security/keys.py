"""Keys: who the daemon is, who its clients are, and whom it serves.

CURVE keys in Z85, 40 ASCII letters each (ZeroMQ RFC 26 and 32). Server and client have a pair each,
in files of their own: a client that is given away does not give away the daemon. The list of
clients is a text file, a public key and perhaps a name on each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import zmq
from filelock import Timeout

from shotlog.schema import DaemonFileUnusable, NotAllowed
from shotlog.service.runtime import (
    ACCESSIBLE_BY_OTHERS,
    WRITABLE_BY_OTHERS,
    DaemonPaths,
    acquire_lock,
    read_private,
    replace_private,
)

_KEY = re.compile(rb"[0-9A-Za-z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")
_LOCK_SECONDS = 10.0


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair, Z85.

    Attributes:
        public: Who one is.
        secret: The proof; never shown.
    """

    public: bytes
    secret: bytes = field(repr=False)


def load_server_keys(places: DaemonPaths) -> KeyPair:
    """The daemon's keys, made at the first call and kept.

    Raises:
        NotAllowed: Others may read them, or they are damaged.
        DaemonFileUnusable: They cannot be read or written.
    """
    places.make()
    with _one_at_a_time(places):
        return _read(places.server_key) or _made(places.server_key)


def load_client_keys(places: DaemonPaths) -> KeyPair:
    """The keys of this user's clients, made at the first call, kept, and then let in.

    Keys that were revoked are not let in again: remove ``places.client_key`` to get new ones.

    Raises:
        NotAllowed: Others may read them or write to the list of clients, or they are damaged.
        DaemonFileUnusable: They cannot be read or written.
    """
    places.make()
    if kept := _read(places.client_key):
        read_allowed_keys(
            places
        )  # a list that others may write serves nobody, and only we can say so
        return kept
    with _one_at_a_time(places):
        if kept := _read(places.client_key):
            return kept
        pair = _new()
        _let_in(places, pair.public, "this user")
        _write(places.client_key, pair)
        return pair


def read_allowed_keys(places: DaemonPaths) -> frozenset[bytes]:
    """The public keys that are allowed_clients, as the list has them at this moment.

    Raises:
        NotAllowed: Others may write to the list.
        DaemonFileUnusable: It cannot be read.
    """
    return frozenset(key.encode() for key in read_allowed_clients(places))


def read_allowed_clients(places: DaemonPaths) -> dict[str, str]:
    """The same keys in the list's order, each with what it is called.

    Raises:
        NotAllowed: Others may write to the list.
        DaemonFileUnusable: It cannot be read.
    """
    lines = (line.decode(errors="replace").split() for line in _lines(places))
    return {
        key: " ".join(name) for key, *name in filter(None, lines) if _KEY.fullmatch(key.encode())
    }


def allow_client(places: DaemonPaths, public: bytes, name: str = "") -> None:
    """Serves a client from now on.

    Args:
        places: Of the daemon.
        public: The client's public key, Z85.
        name: For people.

    Raises:
        ValueError: It is not a key.
        NotAllowed: Others may write to the list.
        DaemonFileUnusable: It cannot be written.
    """
    if not _KEY.fullmatch(public):
        raise ValueError("a public key has 40 letters of Z85")
    places.make()
    with _one_at_a_time(places):
        _let_in(places, public, name)


def revoke_client(places: DaemonPaths, public: bytes) -> bool:
    """Serves a client no longer.

    Returns:
        Whether it was allowed_clients until now.

    Raises:
        NotAllowed: Others may write to the list.
        DaemonFileUnusable: It cannot be written.
    """
    places.make()
    with _one_at_a_time(places):
        lines = _lines(places)
        left = [line for line in lines if line.split()[:1] != [public]]
        if left != lines:
            _write_lines(places, left)
        return left != lines


def _let_in(places: DaemonPaths, public: bytes, name: str) -> None:
    if public not in read_allowed_keys(places):
        named = b" ".join([public, *name.encode().split()])
        _write_lines(places, [*_lines(places), named])


def _lines(places: DaemonPaths) -> list[bytes]:
    return (read_private(places.clients, WRITABLE_BY_OTHERS) or b"").splitlines()


def _write_lines(places: DaemonPaths, lines: list[bytes]) -> None:
    replace_private(places.clients, b"".join(line + b"\n" for line in lines))


def _new() -> KeyPair:
    return KeyPair(*zmq.curve_keypair())


def _made(path: Path) -> KeyPair:
    pair = _new()
    _write(path, pair)
    return pair


def _write(path: Path, pair: KeyPair) -> None:
    replace_private(path, b"%s\n%s\n" % (pair.public, pair.secret))


def _read(path: Path) -> KeyPair | None:
    content = read_private(path, ACCESSIBLE_BY_OTHERS)
    if content is None:
        return None
    words = content.split()
    if (
        len(words) != 2
        or not all(map(_KEY.fullmatch, words))
        or zmq.curve_public(words[1]) != words[0]
    ):
        raise NotAllowed(
            str(path), "this key is damaged", f"Remove it, and a new one is made: {path}"
        )
    return KeyPair(*words)


@contextmanager
def _one_at_a_time(places: DaemonPaths) -> Iterator[None]:
    try:
        lock = acquire_lock(places.keys_lock, _LOCK_SECONDS)
    except Timeout as error:
        raise DaemonFileUnusable(
            str(places.keys_lock),
            "another process has been making keys for too long",
            "End it, and run the command again.",
        ) from error
    try:
        yield
    finally:
        lock.release()
