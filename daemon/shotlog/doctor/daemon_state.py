"""The state of the daemon: its lock, its handshake, its status report.

Nothing is created, started or locked: taking the lock, even for a moment, would stop a daemon that
starts at that moment.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

import psutil

from shotlog.doctor.context import Context
from shotlog.schema import Problem, ShotlogError
from shotlog.service.client import Client, HandshakeResult, find_lock_owner, probe_daemon
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import OTHERS_TOUCH, ConnectionInfo, read
from shotlog.service.security import client_keys

NAME = "shotlog doctor"
_KNOCK_SECONDS = 2.0  # a healthy daemon answers within milliseconds, also under load
_PATIENCE = 5.0


@dataclass(frozen=True)
class DaemonState:
    """The observed state of the daemon.

    Attributes:
        connection: Content of its connection file; None without the file.
        holder: Id of the process that holds its lock; None if it is free.
        handshake: Result of the handshake; None if none was possible.
        status: Its status report; None if it gave none.
        trouble: Reason why its files cannot be used, or why it gave no report.
    """

    connection: ConnectionInfo | None = None
    holder: int | None = None
    handshake: HandshakeResult | None = None
    status: StatusReport | None = None
    trouble: Problem | None = None


def inspect_daemon(context: Context) -> DaemonState:
    """Return the state of the daemon, observed once for all checks."""
    return context.once("daemon", lambda: _observe(context))


def is_private(context: Context) -> bool:
    """Return True if the daemon's folder exists, and other users cannot read it."""
    try:
        found = context.places.folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and not (os.name == "posix" and found.st_mode & OTHERS_TOUCH)


def _observe(context: Context) -> DaemonState:
    pid = _pid(context)
    try:
        connection = read(context.places)
    except ShotlogError as error:
        return DaemonState(None, pid, trouble=error.problem)
    try:
        # client_keys() would create missing keys, and the doctor creates nothing.
        if connection is None or not is_private(context) or not context.places.client_key.exists():
            return DaemonState(connection, pid)
        handshake = probe_daemon(connection, client_keys(context.places), _KNOCK_SECONDS)
    except ShotlogError as error:
        return DaemonState(connection, pid, trouble=error.problem)
    if handshake is not HandshakeResult.SUCCEEDED:
        return DaemonState(connection, pid, handshake)
    try:
        with Client(
            connection, start=False, paths=context.places, name=NAME, reconnect_timeout=_PATIENCE
        ) as client:
            return DaemonState(connection, pid, handshake, client.status())
    except ShotlogError as error:
        return DaemonState(connection, pid, handshake, trouble=error.problem)


def _pid(context: Context) -> int | None:
    process = find_lock_owner(context.places)
    return process.pid if process else None


def is_suspended(pid: int) -> bool:
    """Return True if a process was stopped by a signal or a debugger."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False
