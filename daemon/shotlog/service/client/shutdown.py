"""Ends the daemon, also one that speaks another protocol or hangs, and waits until it has."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from shotlog.schema import (
    DaemonAbsent,
    DaemonError,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    NotAllowed,
)
from shotlog.service.client.client import Client
from shotlog.service.client.lock_owner import end, holder
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    read_connection,
    record_stop,
    remove_connection,
)

UNREACHABLE = 3.0
"""Seconds after which a daemon that holds the lock, and that no client can reach, neither begins
nor ends: a start takes 1 s, and an end waits 2 s for the worker."""

_LOOK = 1.0
"""Seconds between two looks at a daemon that has not ended yet."""

_FORCED = 5.0
_PAUSE = 0.05
_HINT = "End it with: shotlog daemon stop --force. Your jobs are kept."


def stop(
    places: DaemonPaths,
    *,
    drain: bool = False,
    force: bool = False,
    restart: bool = False,
    timeout: float | None = 15.0,
    tell: Callable[[StatusReport], None] = lambda report: None,
) -> int | None:
    """Ends the daemon that runs. Its jobs are kept, and go on with the next one.

    Args:
        places: Whose daemon.
        drain: Whether it first finishes what is queued, and takes nothing new meanwhile. What is
            paused is not finished but kept.
        force: Whether its process is ended where it does not do as it is asked, or cannot be.
        restart: Whether the caller starts another one, for which its clients then wait.
        timeout: Seconds until it must have ended; None: however long that takes.
        tell: Is called with how the daemon is, about once a second until it has ended.

    Returns:
        Its process id; None where none ran.

    Raises:
        DaemonLost: it does not answer, has not ended in time, or no client can reach it.
        NotAllowed: it does not know us, or is not who it should be.
        DaemonFileUnusable: the connection file or a key cannot be read.
    """
    connection: ConnectionInfo | None = None
    try:
        connection = read_connection(places)
        if connection is not None and _asked(places, connection, drain=drain, restart=restart):
            _wait(places, connection, _FORCED if force else timeout, tell)
            return connection.pid
        _wait_for_nobody(places)
        return None
    except (DaemonFileUnusable, DaemonLost, NotAllowed) as error:
        if not force:
            raise
        return _force(places, connection, error, restart=restart)


def _asked(places: DaemonPaths, connection: ConnectionInfo, *, drain: bool, restart: bool) -> bool:
    """AnalysisOptions it to end; tells whether there was anybody to ask."""
    try:
        with Client(start=False, places=places, name="shotlog daemon stop") as client:
            client.shutdown(drain, restart=restart)
    except DaemonAbsent:
        return False
    except DaemonIncompatible:
        # Another may run by now than the one whose file was read, so its number alone is no proof.
        if (process := holder(places, connection.pid)) is None:
            return False
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    except DaemonLost as error:
        raise DaemonLost(error.problem.subject, error.problem.message, _HINT) from error
    return True


def _wait(
    places: DaemonPaths,
    connection: ConnectionInfo,
    timeout: float | None,
    tell: Callable[[StatusReport], None],
) -> None:
    now = time.monotonic()
    until, look_at = None if timeout is None else now + timeout, now + _LOOK
    while (there := read_connection(places)) is not None and there.boot == connection.boot:
        if until is not None and time.monotonic() > until:
            told = f"the daemon has not ended within {timeout:.0f} s"
            raise DaemonLost(f"daemon {connection.pid}", told, _HINT)
        if time.monotonic() > look_at:
            if not _seen(places, connection, tell):
                remove_connection(places, connection.boot)
            look_at = time.monotonic() + _LOOK
        time.sleep(_PAUSE)


def _seen(
    places: DaemonPaths, connection: ConnectionInfo, tell: Callable[[StatusReport], None]
) -> bool:
    """Whether the daemon is still there: one that was killed leaves its file behind."""
    try:
        with Client(start=False, places=places, name="shotlog daemon stop") as client:
            tell(client.status())
    except DaemonAbsent:  # it no longer listens, and may be about to end
        return holder(places, connection.pid) is not None
    except DaemonError:  # it does not answer now, which is no reason not to wait for its end
        return True
    return True


def _wait_for_nobody(places: DaemonPaths) -> None:
    """Makes sure that none runs: one may, whose connection file is gone or not yet there."""
    until = time.monotonic() + UNREACHABLE
    while (process := holder(places)) is not None:
        if time.monotonic() > until:
            told = "the daemon runs, but its connection file is gone, so nobody can reach it"
            raise DaemonLost(f"daemon {process.pid}", told, _HINT)
        time.sleep(_PAUSE)


def _force(
    places: DaemonPaths, connection: ConnectionInfo | None, error: DaemonError, *, restart: bool
) -> int:
    process = holder(places, None if connection is None else connection.pid)
    if process is None:
        raise error  # whoever does not answer there is not provably ours
    if connection is not None and not restart:  # before its death, after which clients look
        with suppress(DaemonError):  # it is ended all the same
            record_stop(places, connection.boot)
    if not end(process):
        raise DaemonLost(
            f"daemon {process.pid}",
            "the system does not end its process, which a device may be holding up",
            "Restart the machine; your jobs are kept.",
        )
    if connection is not None:
        remove_connection(places, connection.boot)
    return process.pid
