"""Find the daemon, or start it: the same whether one client asks or twenty at once.

Nobody decides beforehand who starts it. Every client that finds none starts one; the daemon's own
lock lets one of them live, and the others say so and end (``single.py``). No client chooses a
port, and none judges a process id.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import IO

from pydantic import ValidationError

from shotlog.schema.errors import DaemonAbsent, DaemonLost
from shotlog.service.connection import Connection, check_protocol, read
from shotlog.service.environment import daemon_environment
from shotlog.service.keys import client_keys
from shotlog.service.knock import Knock, knock, refusal
from shotlog.service.places import Places
from shotlog.service.reporting import Said

LAST_LINES = 20
"""So much of the log is shown when a start fails."""

CRASHES = 3
"""So many daemons in a row that are gone before they have said a word do not die by chance."""

_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_HANDSHAKE = 1.0
_REFUSED = (Knock.UNKNOWN_CLIENT, Knock.STRANGER)
_ERRORS_BYTES = 1024**2


def connect_or_start(
    places: Places, *, timeout: float = 10.0, command: Sequence[str] | None = None
) -> Connection:
    """The daemon that runs, started where none does.

    Args:
        places: Whose daemon.
        timeout: Seconds until it must answer.
        command: What starts it; None takes this interpreter's own Shotlog.

    Raises:
        DaemonAbsent: None runs and none could be started, or it crashes at once; its words are
            the daemon's own, or the last lines of its log.
        DaemonLost: One runs, and does not answer.
        DaemonIncompatible: One runs that speaks another protocol.
        NotAllowed: It does not know us, or is not who it should be, or the files in its folder
            are not the user's alone.
    """
    until = time.monotonic() + timeout
    pause = _PAUSE
    refused: Connection | None = None
    started, crashes = False, 0
    while True:
        connection = read(places)
        knocked = _knock(places, connection, min(_HANDSHAKE, timeout))
        if connection is not None and knocked is Knock.ANSWERED:
            check_protocol(connection)
            return connection
        crashes += started and knocked in (Knock.NOBODY, Knock.STRANGER)
        if crashes == CRASHES:
            raise crashed(f"context {places.context}", last_lines(places))
        # A file left behind may lead to anybody who has the port by now. So being refused counts
        # at the second time, when a daemon holds the lock and has told of no other port.
        if connection is not None and connection == refused and knocked in _REFUSED:
            raise refusal(knocked, connection)
        left = until - time.monotonic()
        if left <= 0:
            raise _out_of_time(places, connection, timeout)
        refused = None
        started = start(places, timeout=left, command=command).state == "ready"
        if not started:
            refused = connection if knocked in _REFUSED else None
            time.sleep(max(0.0, min(pause, until - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE)


def find(places: Places, *, timeout: float = 1.0) -> Connection:
    """The daemon that runs; starts none.

    Raises:
        DaemonAbsent: None runs.
        DaemonLost: One runs, and does not answer in time.
        DaemonIncompatible: One runs that speaks another protocol.
        NotAllowed: It does not know us, or the files in its folder are not the user's alone.
    """
    connection = read(places)
    knocked = _knock(places, connection, timeout)
    if connection is None or knocked in (Knock.NOBODY, Knock.STRANGER):
        raise DaemonAbsent(
            f"context {places.context}",
            "no daemon runs",
            "Start it with: shotlog daemon start.",
        )
    if knocked is Knock.UNKNOWN_CLIENT:
        raise refusal(knocked, connection)
    if knocked is Knock.SILENT:
        raise _lost(connection, timeout)
    check_protocol(connection)
    return connection


def start(places: Places, *, timeout: float, command: Sequence[str] | None = None) -> Said:
    """Starts a daemon in a session of its own, and waits for its word.

    Returns:
        ``ready``, or ``already-running`` where another one holds the lock.

    Raises:
        DaemonAbsent: It said an error, said nothing in time, or died.
        NotAllowed: The folder is not the user's alone.
    """
    places.make()
    process = _spawn(places, command or daemon_command(places))
    said = _word(process, timeout)
    if said is None or said.state == "error":
        words = said.words if said else f"it did not say within {timeout:.0f} s that it is ready"
        raise DaemonAbsent(
            f"context {places.context}",
            f"the daemon could not be started: {words}",
            "\n".join([DaemonAbsent.hint, *last_lines(places)]),
        )
    return said


def crashed(subject: str, lines: Sequence[str]) -> DaemonAbsent:
    """The error for daemons that were ready, and then gone; with what the last one logged."""
    return DaemonAbsent(
        subject,
        f"the daemon was started {CRASHES} times, and each time ended as soon as it was ready",
        "\n".join([DaemonAbsent.hint, *lines]),
    )


def daemon_command(places: Places) -> list[str]:
    """What starts the daemon: this interpreter, and no module of the folder it starts in."""
    daemon = ["-P", "-m", "shotlog.service.daemon"]
    return [sys.executable, *daemon, "--context", places.context, "--report"]


def last_lines(places: Places) -> list[str]:
    """The end of what the daemon could not log, and of what it logged; each has half the room."""
    found: list[str] = []
    for path in (places.errors, places.log):  # the former may be of an earlier daemon
        if path.is_file():
            found += path.read_text("utf-8", "replace").splitlines()[-LAST_LINES // 2 :]
    return found


def _spawn(places: Places, command: Sequence[str]) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    try:
        with _errors_file(places) as errors:
            return subprocess.Popen(  # noqa: S603
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=places.folder,
                env=daemon_environment(os.environ, places),
                start_new_session=True,
                creationflags=flags,
            )
    except OSError as error:
        raise DaemonAbsent(
            f"context {places.context}",
            f"the daemon could not be started ({error})",
            "Install Shotlog again, or name another folder in SHOTLOG_HOME.",
        ) from error


def _errors_file(places: Places) -> IO[bytes]:
    too_long = places.errors.is_file() and places.errors.stat().st_size > _ERRORS_BYTES
    opened = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
    return os.fdopen(os.open(places.errors, opened, 0o600), "ab")


def _word(process: subprocess.Popen[bytes], timeout: float) -> Said | None:
    """What the daemon says; None where it says nothing in time."""
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        with process:  # waits for it, so that no zombie is left
            assert process.stdout is not None  # noqa: S101
            heard.put(process.stdout.read())

    # A thread, because Windows cannot wait for a pipe with a limit.
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        word = heard.get(timeout=timeout)
    except queue.Empty:
        return None
    if sys.platform != "win32":
        listener.join()  # the child ended when the daemon left it
    try:
        return Said.model_validate_json(word)
    except ValidationError:
        return Said(state="error", words="it ended before it was ready")


def _knock(places: Places, connection: Connection | None, timeout: float) -> Knock:
    return knock(connection, client_keys(places), timeout) if connection else Knock.NOBODY


def _out_of_time(
    places: Places, connection: Connection | None, timeout: float
) -> DaemonAbsent | DaemonLost:
    if connection is not None:
        return _lost(connection, timeout)
    return DaemonAbsent(
        f"context {places.context}",
        f"a daemon runs, but did not say within {timeout:.0f} s where it listens",
        "\n".join(["Start it anew with: shotlog daemon restart --force.", *last_lines(places)]),
    )


def _lost(connection: Connection, timeout: float) -> DaemonLost:
    return DaemonLost(
        f"daemon {connection.pid}",
        f"the daemon does not answer ({timeout:.0f} s)",
        "Start it anew with: shotlog daemon restart --force. Your jobs are kept.",
    )
