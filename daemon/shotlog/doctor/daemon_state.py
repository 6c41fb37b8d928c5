"""How the daemon looks from outside: who holds its lock, what its door and it itself say.

Nothing is made, started or locked for it: to take the lock, if only for a moment, would turn a
daemon away that starts just then.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

import psutil

from shotlog.doctor.context import Context
from shotlog.schema import Problem, ShotlogError
from shotlog.service.client import Client, HandshakeResult, holder, knock
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import ACCESSIBLE_BY_OTHERS, ConnectionInfo, read_connection
from shotlog.service.security import load_client_keys

NAME = "shotlog doctor"
_KNOCK_SECONDS = 2.0
_PATIENCE = 5.0


@dataclass(frozen=True)
class Seen:
    """What can be told of the daemon.

    Attributes:
        connection: What its file says; None where there is no file.
        holder: The process that holds its lock; None where nobody does.
        knocked: What its door said; None where nobody could knock.
        status: What it says of itself; None where it says nothing.
        trouble: Why its files cannot be used, or why it says nothing.
    """

    connection: ConnectionInfo | None = None
    holder: int | None = None
    knocked: HandshakeResult | None = None
    status: StatusReport | None = None
    trouble: Problem | None = None


def seen(case: Context) -> Seen:
    """The daemon as it is; looked at once, however many checks ask."""
    return case.once("daemon", lambda: _look(case))


def is_private(case: Context) -> bool:
    """Whether the daemon's folder is there, and nobody else can look into it."""
    try:
        found = case.places.folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and not (
        os.name == "posix" and found.st_mode & ACCESSIBLE_BY_OTHERS
    )


def _look(case: Context) -> Seen:
    pid = _pid(case)
    try:
        connection = read_connection(case.places)
    except ShotlogError as error:
        return Seen(None, pid, trouble=error.problem)
    try:
        # The keys would be made where there are none.
        if connection is None or not is_private(case) or not case.places.client_key.exists():
            return Seen(connection, pid)
        knocked = knock(connection, load_client_keys(case.places), _KNOCK_SECONDS)
    except ShotlogError as error:
        return Seen(connection, pid, trouble=error.problem)
    if knocked is not HandshakeResult.ANSWERED:
        return Seen(connection, pid, knocked)
    try:
        with Client(
            connection, start=False, places=case.places, name=NAME, patience=_PATIENCE
        ) as client:
            return Seen(connection, pid, knocked, client.status())
    except ShotlogError as error:
        return Seen(connection, pid, knocked, trouble=error.problem)


def _pid(case: Context) -> int | None:
    process = holder(case.places)
    return process.pid if process else None


def is_suspended(pid: int) -> bool:
    """Whether a process was stopped by a signal or a debugger, and could go on."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False
