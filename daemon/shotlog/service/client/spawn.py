"""Start the daemon's process, and hear from it how that went."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

from pydantic import ValidationError

from shotlog.schema import DaemonAbsent
from shotlog.service.client.environment import daemon_environment
from shotlog.service.runtime import DaemonPaths, StartupReport, to_file_error

LAST_LINES = 20
"""So much of the log is shown when a start fails."""

CRASHES = 3
"""So many daemons in a row that are gone before they have said a word do not die by chance."""

_ERRORS_BYTES = 1024**2


def start(
    places: DaemonPaths, *, timeout: float, command: Sequence[str] | None = None
) -> StartupReport:
    """Starts a daemon in a session of its own, and waits for its word.

    Returns:
        ``ready``, or ``already-running`` where another one holds the lock.

    Raises:
        DaemonAbsent: It said an error, said nothing in time, or died.
        DaemonFileUnusable: The folder, or the file of its errors, cannot be made.
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


def daemon_command(places: DaemonPaths) -> list[str]:
    """What starts the daemon: this interpreter, and no module of the folder it starts in."""
    daemon = ["-P", "-m", "shotlog.service.daemon"]
    return [sys.executable, *daemon, "--context", places.context, "--report"]


def last_lines(places: DaemonPaths) -> list[str]:
    """Return the end of the daemon's standard error and of its log; each has half the room."""
    found: list[str] = []
    for path in (places.errors, places.log):  # the former may be of an earlier daemon
        try:
            found += path.read_text("utf-8", "replace").splitlines()[-LAST_LINES // 2 :]
        except FileNotFoundError:
            continue
        except OSError as error:  # they explain an error, and must not take its place
            found.append(f"{path} cannot be read ({error.strerror or error})")
    return found


def _spawn(places: DaemonPaths, command: Sequence[str]) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    with _errors_file(places) as errors:
        try:
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


def _errors_file(places: DaemonPaths) -> IO[bytes]:
    path = places.errors
    try:
        too_long = path.is_file() and path.stat().st_size > _ERRORS_BYTES
        opened = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
        return os.fdopen(os.open(path, opened, 0o600), "ab")
    except OSError as error:
        raise to_file_error(path, "file cannot be written", error) from error


def _word(process: subprocess.Popen[bytes], timeout: float) -> StartupReport | None:
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
        return StartupReport.model_validate_json(word)
    except ValidationError:
        return StartupReport(state="error", words="it ended before it was ready")
