"""End the daemon and wait for its end, also where it hangs or speaks another protocol."""

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
from shotlog.service.client.lock_owner import find_lock_owner, kill_daemon
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    read_connection,
    record_stop,
    remove_connection,
)

# Time after which a process that holds the lock without a connection file is neither starting nor
# ending: a start takes 1 s, and an end waits 2 s for the worker.
_UNREACHABLE_SECONDS = 3.0

_STATUS_SECONDS = 1.0
"""Interval between two status requests to a daemon that is ending."""

_FORCE_AFTER_SECONDS = 5.0
"""Time for a daemon to end by itself before ``force`` kills it."""

_POLL_SECONDS = 0.05
_HINT = "End it with: shotlog daemon stop --force. Your jobs are kept."

_Report = Callable[[StatusReport], None]


def stop_daemon(
    paths: DaemonPaths,
    *,
    drain: bool = False,
    force: bool = False,
    restart: bool = False,
    timeout: float | None = 15.0,
    on_status: _Report = lambda status: None,
) -> int | None:
    """End the running daemon and wait for its end. The next daemon resumes its jobs.

    Args:
        paths: Files of the daemon.
        drain: True to finish the queued jobs first and accept no new ones; paused jobs are kept.
        force: True to kill its process if it does not end, or cannot be asked to.
        restart: True if the caller starts another daemon; clients then wait for it.
        timeout: Seconds to wait for the end; None waits without limit.
        on_status: Called about once a second with the daemon's status until it has ended.

    Returns:
        Its process id; None where no daemon is running.

    Raises:
        DaemonLost: It does not answer, has not ended in time, or no client can reach it.
        NotAllowed: It does not accept this client's key, or is another program.
        DaemonFileUnusable: The connection file or a key cannot be read.
    """
    connection: ConnectionInfo | None = None
    try:
        connection = read_connection(paths)
        if connection is not None and _request_end(paths, connection, drain=drain, restart=restart):
            seconds = _FORCE_AFTER_SECONDS if force else timeout
            _wait_for_end(paths, connection, seconds, on_status)
            return connection.pid
        _wait_for_free_lock(paths)
        return None
    except (DaemonFileUnusable, DaemonLost, NotAllowed) as error:
        if not force:
            raise
        return _force(paths, connection, error, restart=restart)


def _request_end(
    paths: DaemonPaths, connection: ConnectionInfo, *, drain: bool, restart: bool
) -> bool:
    """Ask the daemon to end; return False where none is running."""
    try:
        with Client(start=False, paths=paths, name="shotlog daemon stop") as client:
            client.shutdown(drain, restart=restart)
    except DaemonAbsent:
        return False
    except DaemonIncompatible:
        # A newer daemon may have replaced the one whose file was read, so its process id alone is
        # no proof of its identity.
        if (process := find_lock_owner(paths, connection.pid)) is None:
            return False
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    except DaemonLost as error:
        raise DaemonLost(error.problem.subject, error.problem.message, _HINT) from error
    return True


def _wait_for_end(
    paths: DaemonPaths, connection: ConnectionInfo, timeout: float | None, on_status: _Report
) -> None:
    now = time.monotonic()
    deadline, status_at = None if timeout is None else now + timeout, now + _STATUS_SECONDS
    while (current := read_connection(paths)) is not None and current.boot == connection.boot:
        if deadline is not None and time.monotonic() > deadline:
            message = f"the daemon has not ended within {timeout:.0f} s"
            raise DaemonLost(f"daemon {connection.pid}", message, _HINT)
        if time.monotonic() > status_at:
            if not _is_running(paths, connection, on_status):
                # It was killed, and its connection file is stale.
                remove_connection(paths, connection.boot)
            status_at = time.monotonic() + _STATUS_SECONDS
        time.sleep(_POLL_SECONDS)


def _is_running(paths: DaemonPaths, connection: ConnectionInfo, on_status: _Report) -> bool:
    try:
        with Client(start=False, paths=paths, name="shotlog daemon stop") as client:
            on_status(client.status())
    except DaemonAbsent:  # it no longer listens, but may still be closing its files
        return find_lock_owner(paths, connection.pid) is not None
    except DaemonError:  # it does not answer now, but may still end
        return True
    return True


def _wait_for_free_lock(paths: DaemonPaths) -> None:
    """Wait until no process holds the lock: a daemon may run without a connection file."""
    deadline = time.monotonic() + _UNREACHABLE_SECONDS
    while (process := find_lock_owner(paths)) is not None:
        if time.monotonic() > deadline:
            message = "the daemon is running, but its connection file is missing"
            raise DaemonLost(f"daemon {process.pid}", message, _HINT)
        time.sleep(_POLL_SECONDS)


def _force(
    paths: DaemonPaths, connection: ConnectionInfo | None, error: DaemonError, *, restart: bool
) -> int:
    process = find_lock_owner(paths, None if connection is None else connection.pid)
    if process is None:
        raise error  # the peer is not provably our daemon, so it is not killed
    if connection is not None and not restart:
        # Before the kill: clients read the note as soon as their connection breaks.
        with suppress(DaemonError):  # without the note they report a lost daemon; no more than that
            record_stop(paths, connection.boot)
    if not kill_daemon(process):
        raise DaemonLost(
            f"daemon {process.pid}",
            "the system does not end its process; a device driver may be blocking it",
            "Restart the machine; your jobs are kept.",
        )
    if connection is not None:
        remove_connection(paths, connection.boot)
    return process.pid
