"""Connect to the daemon, or start it: the same for one client and for twenty at once.

Clients that find no daemon at the same time start one after the other: after the first start the
others find its daemon. A client that waits too long for its turn starts one all the same; the
instance lock lets one daemon run, and the others report ``already-running`` and end
(:mod:`shotlog.service.runtime.instance_lock`). The daemon binds its own port, and no decision rests
on a process id. The connection whose handshake succeeded is returned, so each connect shakes hands
once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeAlias

import zmq
from filelock import Timeout

from shotlog.schema import DaemonAbsent, DaemonIncompatible, DaemonLost
from shotlog.service.client.connection import Connection, HandshakeFailed, open_connection
from shotlog.service.client.handshake import (
    NO_DAEMON,
    POSSIBLY_REFUSED,
    HandshakeResult,
    handshake_error,
)
from shotlog.service.client.spawn import (
    MAX_STARTUP_CRASHES,
    crash_loop_error,
    read_log_tail,
    spawn_daemon,
)
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    acquire_lock,
    check_protocol,
    read_connection,
)
from shotlog.service.security import KeyPair, load_client_keys

# Back-off between start attempts while another process holds the lock: doubled up to the maximum.
_RETRY_SECONDS, _MAX_RETRY_SECONDS = 0.25, 2.0
_HANDSHAKE_SECONDS = 1.0

_Context: TypeAlias = zmq.Context[zmq.Socket[bytes]]


def find_or_start_daemon(
    paths: DaemonPaths, *, timeout: float = 10.0, command: Sequence[str] | None = None
) -> ConnectionInfo:
    """Return the endpoint of the daemon; start the daemon if none is running.

    The connection is closed again. Arguments and errors are those of :func:`connect_or_start`.
    """
    keys = load_client_keys(paths)
    with (
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(connect_or_start(context, paths, keys, timeout=timeout, command=command)) as opened,
    ):
        return opened.connection


def connect_or_start(
    context: _Context,
    paths: DaemonPaths,
    keys: KeyPair,
    *,
    timeout: float = 10.0,
    command: Sequence[str] | None = None,
    may_start: Callable[[], bool] = lambda: True,
) -> Connection:
    """Return a connection to the daemon; start the daemon if none is running.

    Args:
        context: Context of the connection's sockets.
        paths: Files of the daemon.
        keys: The client's own key pair.
        timeout: Seconds until the daemon must answer.
        command: Command that starts it; None runs Shotlog with this interpreter.
        may_start: Called before each start; False forbids it. A user may stop the daemon while a
            client is waiting for it.

    Raises:
        DaemonAbsent: No daemon is running and none could or may be started, or it crashes at
            start-up; the message is the daemon's own, or the end of its log.
        DaemonLost: A daemon is running but does not answer.
        DaemonIncompatible: The running daemon speaks another protocol.
        NotAllowed: The daemon does not accept this client's key, is another program, or the files
            in its folder are accessible to other users.
        DaemonFileUnusable: One of those files cannot be read or written.
    """
    deadline = time.monotonic() + timeout
    retry_seconds = _RETRY_SECONDS
    refused: ConnectionInfo | None = None
    started, crashes = False, 0
    while True:
        connection = read_connection(paths)
        result = _try_connect(context, connection, keys, min(_HANDSHAKE_SECONDS, timeout))
        if isinstance(result, Connection):
            return _check_protocol(result)
        crashes += started and result in NO_DAEMON
        if crashes == MAX_STARTUP_CRASHES:
            raise crash_loop_error(f"context {paths.context}", read_log_tail(paths))
        # A stale connection file may name a port that another program has bound since. So a refusal
        # counts the second time only, when a daemon holds the lock and published no other port.
        if connection is not None and connection == refused and result in POSSIBLY_REFUSED:
            raise handshake_error(result, connection)
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise _timeout_error(paths, connection, timeout)
        if not may_start():
            raise _absent_error(paths)
        refused = None
        with _turn_to_start(paths, remaining / 2):
            if read_connection(paths) != connection:
                continue  # another client has started one
            remaining = deadline - time.monotonic()
            started = spawn_daemon(paths, timeout=remaining, command=command).state == "ready"
        if not started:  # another process holds the lock and may still be starting
            refused = connection if result in POSSIBLY_REFUSED else None
            time.sleep(max(0.0, min(retry_seconds, deadline - time.monotonic())))
            retry_seconds = min(2 * retry_seconds, _MAX_RETRY_SECONDS)


@contextmanager
def _turn_to_start(paths: DaemonPaths, patience: float) -> Iterator[None]:
    """Hold the lock of starts during the block, or no lock if it is not free within ``patience``.

    Raises:
        DaemonFileUnusable: The lock file cannot be used.
        NotAllowed: The folder is accessible to other users.
    """
    paths.make()
    try:
        lock = acquire_lock(paths.start_lock, patience)
    except Timeout:  # its holder may be suspended, which must not keep all others from starting
        yield
        return
    try:
        yield
    finally:
        lock.release()


def find_daemon(paths: DaemonPaths, *, timeout: float = 1.0) -> ConnectionInfo:
    """Return the endpoint of the running daemon; never start one.

    The connection is closed again. Errors are those of :func:`connect`.
    """
    keys = load_client_keys(paths)
    with (
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(connect(context, paths, keys, timeout=timeout)) as opened,
    ):
        return opened.connection


def connect(
    context: _Context, paths: DaemonPaths, keys: KeyPair, *, timeout: float = 1.0
) -> Connection:
    """Return a connection to the running daemon; never start one.

    Args:
        context: Context of the connection's sockets.
        paths: Files of the daemon.
        keys: The client's own key pair.
        timeout: Seconds for the handshake.

    Raises:
        DaemonAbsent: No daemon is running.
        DaemonLost: A daemon is running but does not answer in time.
        DaemonIncompatible: The running daemon speaks another protocol.
        NotAllowed: The daemon does not accept this client's key, or the files in its folder are
            accessible to other users.
        DaemonFileUnusable: One of those files cannot be read or written.
    """
    connection = read_connection(paths)
    result = _try_connect(context, connection, keys, timeout)
    if isinstance(result, Connection):
        return _check_protocol(result)
    if connection is None or result in NO_DAEMON:
        raise _absent_error(paths)
    if result is HandshakeResult.UNKNOWN_CLIENT:
        raise handshake_error(result, connection)
    raise _lost_error(connection, timeout)


def _try_connect(
    context: _Context, connection: ConnectionInfo | None, keys: KeyPair, timeout: float
) -> Connection | HandshakeResult:
    """Return an open connection, or the result of the handshake that failed."""
    if connection is None:
        return HandshakeResult.NOT_LISTENING
    try:
        return open_connection(context, connection, keys, timeout)
    except HandshakeFailed as error:
        return error.result


def _check_protocol(opened: Connection) -> Connection:
    """Return the connection; close it and raise where the daemon speaks another protocol."""
    try:
        check_protocol(opened.connection)
    except DaemonIncompatible:
        opened.close()
        raise
    return opened


def _absent_error(paths: DaemonPaths) -> DaemonAbsent:
    return DaemonAbsent(
        f"context {paths.context}",
        "no daemon is running",
        "Start it with: shotlog daemon start.",
    )


def _timeout_error(
    paths: DaemonPaths, connection: ConnectionInfo | None, timeout: float
) -> DaemonAbsent | DaemonLost:
    if connection is not None:
        return _lost_error(connection, timeout)
    return DaemonAbsent(
        f"context {paths.context}",
        f"a daemon is running, but did not publish its port within {timeout:.0f} s",
        "\n".join(["Restart it with: shotlog daemon restart --force.", *read_log_tail(paths)]),
    )


def _lost_error(connection: ConnectionInfo, timeout: float) -> DaemonLost:
    return DaemonLost(
        f"daemon {connection.pid}",
        f"the daemon does not answer ({timeout:.0f} s)",
        "Restart it with: shotlog daemon restart --force. Your jobs are kept.",
    )
