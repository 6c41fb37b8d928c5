"""Ends the daemon, also one that speaks another protocol, and waits until it has."""

from __future__ import annotations

import os
import signal
import time

from shotlog.schema.errors import DaemonAbsent, DaemonIncompatible, DaemonLost
from shotlog.service.client import Client
from shotlog.service.connection import Connection, read
from shotlog.service.places import Places

_PAUSE = 0.05


def stop(places: Places, *, drain: bool = False, timeout: float | None = 15.0) -> Connection | None:
    """Ends the daemon that runs. Its jobs are kept, and go on with the next one.

    Args:
        places: Whose daemon.
        drain: Whether it first finishes what is queued, and takes nothing new meanwhile.
        timeout: Seconds until it must have ended; None: however long that takes.

    Returns:
        Where it was; None where none ran.

    Raises:
        DaemonLost: it does not answer, or has not ended in time.
        NotAllowed: it does not know us, or is not who it should be.
    """
    connection = read(places)
    if connection is None:
        return None
    try:
        with Client(start=False, places=places, name="shotlog daemon stop") as client:
            client.shutdown(drain)
    except DaemonAbsent:
        return None
    except DaemonIncompatible:
        # It proved its key a moment ago, so this number is still its own.
        os.kill(connection.pid, signal.SIGTERM)
    until = None if timeout is None else time.monotonic() + timeout
    while (now := read(places)) is not None and now.boot == connection.boot:
        if until is not None and time.monotonic() > until:
            raise DaemonLost(
                f"daemon {connection.pid}",
                f"the daemon has not ended within {timeout:.0f} s",
                f"End the process {connection.pid}; your jobs are kept.",
            )
        time.sleep(_PAUSE)
    return connection
