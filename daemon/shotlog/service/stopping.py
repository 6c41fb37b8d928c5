"""Ends the daemon, also one that speaks another protocol or hangs, and waits until it has."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

from shotlog.schema.errors import (
    DaemonAbsent,
    DaemonError,
    DaemonIncompatible,
    DaemonLost,
    NotAllowed,
)
from shotlog.service.client import Client
from shotlog.service.connection import Connection, read, withdraw
from shotlog.service.holder import end, holder
from shotlog.service.places import Places

UNREACHABLE = 3.0
"""Seconds after which a daemon that holds the lock, and that no client can reach, neither begins
nor ends: a start takes 1 s, and an end waits 2 s for the worker."""

_FORCED = 5.0
_PAUSE = 0.05
_HINT = "End it with: shotlog daemon stop --force. Your jobs are kept."


def stop(
    places: Places, *, drain: bool = False, force: bool = False, timeout: float | None = 15.0
) -> int | None:
    """Ends the daemon that runs. Its jobs are kept, and go on with the next one.

    Args:
        places: Whose daemon.
        drain: Whether it first finishes what is queued, and takes nothing new meanwhile.
        force: Whether its process is ended where it does not do as it is asked, or cannot be.
        timeout: Seconds until it must have ended; None: however long that takes.

    Returns:
        Its process id; None where none ran.

    Raises:
        DaemonLost: it does not answer, has not ended in time, or no client can reach it.
        NotAllowed: it does not know us, or is not who it should be.
    """
    connection = read(places)
    try:
        if connection is not None and _asked(places, connection, drain):
            _wait(places, connection, _FORCED if force else timeout)
            return connection.pid
        _wait_for_nobody(places)
        return None
    except (DaemonLost, NotAllowed) as error:
        if not force:
            raise
        return _force(places, connection, error)


def _asked(places: Places, connection: Connection, drain: bool) -> bool:
    """Asks it to end; tells whether there was anybody to ask."""
    try:
        with Client(start=False, places=places, name="shotlog daemon stop") as client:
            client.shutdown(drain)
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


def _wait(places: Places, connection: Connection, timeout: float | None) -> None:
    until = None if timeout is None else time.monotonic() + timeout
    while (now := read(places)) is not None and now.boot == connection.boot:
        if until is not None and time.monotonic() > until:
            told = f"the daemon has not ended within {timeout:.0f} s"
            raise DaemonLost(f"daemon {connection.pid}", told, _HINT)
        time.sleep(_PAUSE)


def _wait_for_nobody(places: Places) -> None:
    """Makes sure that none runs: one may, whose connection file is gone or not yet there."""
    until = time.monotonic() + UNREACHABLE
    while (process := holder(places)) is not None:
        if time.monotonic() > until:
            told = "the daemon runs, but its connection file is gone, so nobody can reach it"
            raise DaemonLost(f"daemon {process.pid}", told, _HINT)
        time.sleep(_PAUSE)


def _force(places: Places, connection: Connection | None, error: DaemonError) -> int:
    process = holder(places, None if connection is None else connection.pid)
    if process is None:
        raise error  # whoever does not answer there is not provably ours
    if not end(process):
        raise DaemonLost(
            f"daemon {process.pid}",
            "the system does not end its process, which a device may be holding up",
            "Restart the machine; your jobs are kept.",
        )
    if connection is not None:
        withdraw(places, connection.boot)
    return process.pid
