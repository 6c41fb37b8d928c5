"""Connect to the daemon, or start it: the same whether one client asks or twenty at once.

No client decides beforehand which one starts it. Every client that finds none starts one; the
daemon's own lock lets one of them live, and the others say so and end (``single.py``). No client
chooses a port, and none judges a process id. The connection whose handshake told that the daemon is
there is the one that is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeAlias

import zmq

from shotlog.schema import DaemonAbsent, DaemonIncompatible, DaemonLost
from shotlog.service.client.connection import Connection, NoHandshake, open_link
from shotlog.service.client.handshake import NOT_THERE, REFUSED, HandshakeResult, refusal
from shotlog.service.client.spawn import CRASHES, crashed, last_lines, start
from shotlog.service.runtime import ConnectionInfo, DaemonPaths, check_protocol, read_connection
from shotlog.service.security import KeyPair, load_client_keys

_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_HANDSHAKE = 1.0

_Context: TypeAlias = zmq.Context[zmq.Socket[bytes]]


def connect_or_start(
    places: DaemonPaths, *, timeout: float = 10.0, command: Sequence[str] | None = None
) -> ConnectionInfo:
    """Return where the daemon listens, and start it where none runs.

    For callers that only want to know. Arguments and errors are those of :func:`reach_or_start`.
    """
    keys = load_client_keys(places)
    with (
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(reach_or_start(context, places, keys, timeout=timeout, command=command)) as link,
    ):
        return link.connection


def reach_or_start(
    context: _Context,
    places: DaemonPaths,
    keys: KeyPair,
    *,
    timeout: float = 10.0,
    command: Sequence[str] | None = None,
    may_start: Callable[[], bool] = lambda: True,
) -> Connection:
    """Return a connection to the daemon, which is started where none runs.

    Args:
        context: Where the connection's sockets live.
        places: Whose daemon.
        keys: Of this client.
        timeout: Seconds until it must answer.
        command: What starts it; None takes this interpreter's own Shotlog.
        may_start: Is asked before each start: a daemon may be stopped while it is waited for.

    Raises:
        DaemonAbsent: None runs and none could be started, or may be, or it crashes at once; its
            words are the daemon's own, or the last lines of its log.
        DaemonLost: One runs, and does not answer.
        DaemonIncompatible: One runs that speaks another protocol.
        NotAllowed: It does not know us, or is not who it should be, or the files in its folder
            are not the user's alone.
        DaemonFileUnusable: One of those files cannot be read or written.
    """
    until = time.monotonic() + timeout
    pause = _PAUSE
    refused: ConnectionInfo | None = None
    started, crashes = False, 0
    while True:
        connection = read_connection(places)
        met = _meet(context, connection, keys, min(_HANDSHAKE, timeout))
        if isinstance(met, Connection):
            return _of_our_protocol(met)
        crashes += started and met in NOT_THERE
        if crashes == CRASHES:
            raise crashed(f"context {places.context}", last_lines(places))
        # A file left behind may lead to anybody who has the port by now. So being refused counts
        # at the second time, when a daemon holds the lock and has told of no other port.
        if connection is not None and connection == refused and met in REFUSED:
            raise refusal(met, connection)
        left = until - time.monotonic()
        if left <= 0:
            raise _out_of_time(places, connection, timeout)
        if not may_start():
            raise _absent(places)
        refused = None
        started = start(places, timeout=left, command=command).state == "ready"
        if not started:
            refused = connection if met in REFUSED else None
            time.sleep(max(0.0, min(pause, until - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE)


def find(places: DaemonPaths, *, timeout: float = 1.0) -> ConnectionInfo:
    """Return where the daemon that runs listens; start none.

    For callers that only want to know. Errors are those of :func:`reach`.
    """
    keys = load_client_keys(places)
    with (
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(reach(context, places, keys, timeout=timeout)) as link,
    ):
        return link.connection


def reach(
    context: _Context, places: DaemonPaths, keys: KeyPair, *, timeout: float = 1.0
) -> Connection:
    """Return a connection to the daemon that runs; start none.

    Args:
        context: Where the connection's sockets live.
        places: Whose daemon.
        keys: Of this client.
        timeout: Seconds for the handshake.

    Raises:
        DaemonAbsent: None runs.
        DaemonLost: One runs, and does not answer in time.
        DaemonIncompatible: One runs that speaks another protocol.
        NotAllowed: It does not know us, or the files in its folder are not the user's alone.
        DaemonFileUnusable: One of those files cannot be read or written.
    """
    connection = read_connection(places)
    met = _meet(context, connection, keys, timeout)
    if isinstance(met, Connection):
        return _of_our_protocol(met)
    if connection is None or met in NOT_THERE:
        raise _absent(places)
    if met is HandshakeResult.UNKNOWN_CLIENT:
        raise refusal(met, connection)
    raise _lost(connection, timeout)


def _meet(
    context: _Context, connection: ConnectionInfo | None, keys: KeyPair, timeout: float
) -> Connection | HandshakeResult:
    """Shake hands; return the connection, or why there is none."""
    if connection is None:
        return HandshakeResult.NOBODY
    try:
        return open_link(context, connection, keys, timeout)
    except NoHandshake as why:
        return why.result


def _of_our_protocol(link: Connection) -> Connection:
    try:
        check_protocol(link.connection)
    except DaemonIncompatible:
        link.close()
        raise
    return link


def _absent(places: DaemonPaths) -> DaemonAbsent:
    return DaemonAbsent(
        f"context {places.context}", "no daemon runs", "Start it with: shotlog daemon start."
    )


def _out_of_time(
    places: DaemonPaths, connection: ConnectionInfo | None, timeout: float
) -> DaemonAbsent | DaemonLost:
    if connection is not None:
        return _lost(connection, timeout)
    return DaemonAbsent(
        f"context {places.context}",
        f"a daemon runs, but did not say within {timeout:.0f} s where it listens",
        "\n".join(["Start it anew with: shotlog daemon restart --force.", *last_lines(places)]),
    )


def _lost(connection: ConnectionInfo, timeout: float) -> DaemonLost:
    return DaemonLost(
        f"daemon {connection.pid}",
        f"the daemon does not answer ({timeout:.0f} s)",
        "Start it anew with: shotlog daemon restart --force. Your jobs are kept.",
    )
