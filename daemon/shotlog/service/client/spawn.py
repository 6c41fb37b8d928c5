"""Start the daemon's process and read its start-up report."""

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

LOG_TAIL_LINES = 20
"""Number of log lines that are shown when a start fails."""

MAX_STARTUP_CRASHES = 3
"""Number of daemons that may crash right after their start before the client gives up: one or two
may have been killed from outside."""

_MAX_ERRORS_BYTES = 1024**2
"""Size above which the file of the daemon's standard error is truncated at the next start."""


def spawn_daemon(
    paths: DaemonPaths, *, timeout: float, command: Sequence[str] | None = None
) -> StartupReport:
    """Start a daemon in a session of its own, and return its start-up report.

    Args:
        paths: Files of the daemon.
        timeout: Seconds to wait for the report.
        command: Command that starts it; None runs Shotlog with this interpreter.

    Returns:
        ``ready``, or ``already-running`` where another daemon holds the lock.

    Raises:
        DaemonAbsent: It reported an error, reported nothing in time, or crashed.
        DaemonFileUnusable: The folder, or the file of its standard error, cannot be made.
        NotAllowed: The folder is accessible to other users.
    """
    paths.make()
    process = _spawn(paths, command or daemon_command(paths))
    report = _read_report(process, timeout)
    if report is None or report.state == "error":
        reason = report.words if report else f"it did not report within {timeout:.0f} s"
        raise DaemonAbsent(
            f"context {paths.context}",
            f"the daemon could not be started: {reason}",
            "\n".join([DaemonAbsent.hint, *read_log_tail(paths)]),
        )
    return report


def crash_loop_error(subject: str, log_tail: Sequence[str]) -> DaemonAbsent:
    """Return the error for daemons that crash right after their start."""
    return DaemonAbsent(
        subject,
        f"the daemon was started {MAX_STARTUP_CRASHES} times and crashed right after each start",
        "\n".join([DaemonAbsent.hint, *log_tail]),
    )


def daemon_command(paths: DaemonPaths) -> list[str]:
    """Return the command that starts the daemon with this interpreter."""
    # -P: modules in the working directory do not shadow ours.
    daemon = ["-P", "-m", "shotlog.service.daemon"]
    return [sys.executable, *daemon, "--context", paths.context, "--report"]


def read_log_tail(paths: DaemonPaths) -> list[str]:
    """Return the last lines of the daemon's standard error and of its log, half of each."""
    lines: list[str] = []
    for path in (paths.errors, paths.log):  # standard error may be an earlier daemon's
        try:
            lines += path.read_text("utf-8", "replace").splitlines()[-LOG_TAIL_LINES // 2 :]
        except FileNotFoundError:
            continue
        except OSError as error:  # the caller has an error to raise; this must not replace it
            lines.append(f"{path} cannot be read ({error.strerror or error})")
    return lines


def _spawn(paths: DaemonPaths, command: Sequence[str]) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        # No console window, and Ctrl-C in the client's console does not reach the daemon.
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    with _open_errors_file(paths) as errors:
        try:
            return subprocess.Popen(  # noqa: S603
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                # The client's own folder may be deleted or unmounted while the daemon runs.
                cwd=paths.folder,
                env=daemon_environment(os.environ, paths),
                # The POSIX counterpart of the flags: the terminal's signals end the client alone.
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as error:
            raise DaemonAbsent(
                f"context {paths.context}",
                f"the daemon could not be started ({error})",
                "Install Shotlog again, or set another folder in SHOTLOG_HOME.",
            ) from error


def _open_errors_file(paths: DaemonPaths) -> IO[bytes]:
    path = paths.errors
    try:
        too_long = path.is_file() and path.stat().st_size > _MAX_ERRORS_BYTES
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
        return os.fdopen(os.open(path, flags, 0o600), "ab")
    except OSError as error:
        raise to_file_error(path, "file cannot be written", error) from error


def _read_report(process: subprocess.Popen[bytes], timeout: float) -> StartupReport | None:
    """Return the start-up report; None where none comes within ``timeout`` seconds."""
    output: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read_output() -> None:
        with process:  # waits for the process, so that no zombie is left
            assert process.stdout is not None  # noqa: S101
            output.put(process.stdout.read())

    # A thread, because Windows cannot wait for a pipe with a time-out.
    reader = threading.Thread(target=read_output, daemon=True)
    reader.start()
    try:
        content = output.get(timeout=timeout)
    except queue.Empty:
        return None
    if sys.platform != "win32":
        reader.join()  # the child forks the daemon and ends, so this returns at once
    try:
        return StartupReport.model_validate_json(content)
    except ValidationError:
        return StartupReport(state="error", words="it ended before it was ready")
