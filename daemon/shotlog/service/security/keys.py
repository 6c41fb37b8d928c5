"""CURVE keys of the daemon and of its clients, and the list of allowed clients.

Keys are in Z85, 40 ASCII characters each (ZeroMQ RFC 26 and 32). Server and client have separate
pairs in separate files, so that a client's file does not reveal the daemon's secret key. The list
is a text file with a public key, and optionally a name, on each line.
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
_LOCK_SECONDS = 10.0  # the lock is held for milliseconds; longer means that its process hangs


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair, Z85.

    Attributes:
        public: Public key, the identity of its owner.
        secret: Secret key; left out of ``repr``.
    """

    public: bytes
    secret: bytes = field(repr=False)


def load_server_keys(paths: DaemonPaths) -> KeyPair:
    """Return the daemon's keys, which the first call creates.

    Raises:
        NotAllowed: other users may read the key file, or it is damaged.
        DaemonFileUnusable: it cannot be read or written.
    """
    paths.make()
    with _keys_lock(paths):
        return _read(paths.server_key) or _create(paths.server_key)


def load_client_keys(paths: DaemonPaths) -> KeyPair:
    """Return the keys of this user's clients, which the first call creates and allows.

    Keys that were revoked are not allowed again; remove ``paths.client_key`` to get new ones.

    Raises:
        NotAllowed: other users may read the key file or write to the list of clients, or the key
            file is damaged.
        DaemonFileUnusable: a file cannot be read or written.
    """
    paths.make()
    if existing := _read(paths.client_key):
        # The daemon allows no client while others may write to the list; only here can the user
        # be told why.
        read_allowed_keys(paths)
        return existing
    with _keys_lock(paths):
        # Read again: another process may have created them while this one waited for the lock.
        if existing := _read(paths.client_key):
            return existing
        pair = _generate()
        # Allowed before it is saved: a crash between the two then leaves no key without access.
        _add_client(paths, pair.public, "this user")
        _write(paths.client_key, pair)
        return pair


def read_allowed_keys(paths: DaemonPaths) -> frozenset[bytes]:
    """Return the public keys on the list of allowed clients.

    Raises:
        NotAllowed: other users may write to the list.
        DaemonFileUnusable: it cannot be read.
    """
    return frozenset(key.encode() for key in read_allowed_clients(paths))


def read_allowed_clients(paths: DaemonPaths) -> dict[str, str]:
    """Return the names of the allowed clients by public key, in the list's order.

    Raises:
        NotAllowed: other users may write to the list.
        DaemonFileUnusable: it cannot be read.
    """
    lines = (line.decode(errors="replace").split() for line in _lines(paths))
    return {
        key: " ".join(name) for key, *name in filter(None, lines) if _KEY.fullmatch(key.encode())
    }


def allow_client(paths: DaemonPaths, public: bytes, name: str = "") -> None:
    """Add a client to the list; a running daemon accepts it at once.

    Args:
        paths: Paths of the daemon.
        public: Public key of the client, Z85.
        name: Name of the client, for display.

    Raises:
        ValueError: ``public`` is not a key.
        NotAllowed: other users may write to the list.
        DaemonFileUnusable: the list cannot be written.
    """
    if not _KEY.fullmatch(public):
        raise ValueError("a public key has 40 characters of Z85")
    paths.make()
    with _keys_lock(paths):
        _add_client(paths, public, name)


def revoke_client(paths: DaemonPaths, public: bytes) -> bool:
    """Remove a client from the list; a running daemon refuses it at once.

    Returns:
        True where the client was on the list.

    Raises:
        NotAllowed: other users may write to the list.
        DaemonFileUnusable: the list cannot be written.
    """
    paths.make()
    with _keys_lock(paths):
        lines = _lines(paths)
        remaining = [line for line in lines if line.split()[:1] != [public]]
        if remaining != lines:
            _write_lines(paths, remaining)
        return remaining != lines


def _add_client(paths: DaemonPaths, public: bytes, name: str) -> None:
    if public not in read_allowed_keys(paths):
        # split() takes line feeds out of the name, which would otherwise make lines of their own.
        line = b" ".join([public, *name.encode().split()])
        _write_lines(paths, [*_lines(paths), line])


def _lines(paths: DaemonPaths) -> list[bytes]:
    return (read_private(paths.clients, WRITABLE_BY_OTHERS) or b"").splitlines()


def _write_lines(paths: DaemonPaths, lines: list[bytes]) -> None:
    replace_private(paths.clients, b"".join(line + b"\n" for line in lines))


def _generate() -> KeyPair:
    return KeyPair(*zmq.curve_keypair())


def _create(path: Path) -> KeyPair:
    pair = _generate()
    _write(path, pair)
    return pair


def _write(path: Path, pair: KeyPair) -> None:
    replace_private(path, b"%s\n%s\n" % (pair.public, pair.secret))


def _read(path: Path) -> KeyPair | None:
    content = read_private(path, ACCESSIBLE_BY_OTHERS)
    if content is None:
        return None
    keys = content.split()
    if len(keys) != 2 or not all(map(_KEY.fullmatch, keys)) or zmq.curve_public(keys[1]) != keys[0]:
        # Not replaced silently: all clients that know the old public key would be locked out.
        raise NotAllowed(
            str(path), "this key is damaged", f"Remove it, and a new one is made: {path}"
        )
    return KeyPair(*keys)


@contextmanager
def _keys_lock(paths: DaemonPaths) -> Iterator[None]:
    try:
        lock = acquire_lock(paths.keys_lock, _LOCK_SECONDS)
    except Timeout as error:
        raise DaemonFileUnusable(
            str(paths.keys_lock),
            f"another process has been changing keys for more than {_LOCK_SECONDS:.0f} s",
            "End it, and run the command again.",
        ) from error
    try:
        yield
    finally:
        lock.release()
