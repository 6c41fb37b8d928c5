"""Worker process and its pipes. Never blocks the caller, never leaves a zombie process."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from signal import Signals
from typing import IO, BinaryIO, NamedTuple, cast

from shotlog.service.ipc import (
    EVENT_ADAPTER,
    Command,
    Event,
    JobDone,
    PipeBroken,
    ResultChunk,
    receive,
    send,
)

_EXIT_SECONDS = 1.0
"""Time for a worker to exit after it has closed its pipe; then it is killed."""


class Exited(NamedTuple):
    """The process has ended and was reaped.

    Attributes:
        reason: Description of its exit code or signal.
    """

    reason: str


class WorkerProcess:
    """Worker process with one thread that reads its events and one that writes commands.

    Commands are written by a thread, because a process that hangs does not read them. Both threads
    end with the process.

    Args:
        command: Program and arguments.
        on_event: Called in a thread with every event, parts joined, and at last with ``Exited``.
        stderr: Stream for its standard error; None: that of this process.

    Raises:
        OSError: the process could not be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_event: Callable[[WorkerProcess, Event | Exited], None],
        stderr: IO[bytes] | None = None,
    ) -> None:
        self._on_event = on_event
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._process = _spawn(command, stderr)
        self._threads = [
            threading.Thread(target=run, name=f"worker {run.__name__}", daemon=True)
            for run in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, command: Command) -> None:
        """Queue a command; it is written when the process reads."""
        self._commands.put(command)

    def close_pipe(self) -> None:
        """Close the command pipe, on which the worker exits at once unless it hangs."""
        self._commands.put(None)

    def kill(self) -> None:
        """Kill the process (SIGKILL)."""
        self._process.kill()

    def join(self) -> None:
        """Wait for the threads, which end shortly after ``Exited``."""
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        reason = ""
        stream = cast(BinaryIO, self._process.stdout)
        parts: list[str] = []
        try:
            while (event := receive(stream, EVENT_ADAPTER)) is not None:
                if isinstance(event, ResultChunk):
                    parts.append(event.text)
                    continue
                if isinstance(event, JobDone):
                    event, parts = JobDone(job=event.job, text="".join(parts)), []
                self._on_event(self, event)
        except PipeBroken as error:
            reason = f"its pipe broke ({error})"
        stream.close()
        self._commands.put(None)  # ends the writing thread
        code = self._reap()
        self._on_event(self, Exited(reason or _describe_exit(code)))

    def _reap(self) -> int:
        try:
            return self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _write(self) -> None:
        stream = cast(BinaryIO, self._process.stdin)
        try:
            while (command := self._commands.get()) is not None:
                send(stream, command)
        except OSError:
            pass  # the process has ended, which the reading thread reports
        finally:
            with suppress(OSError):  # closing flushes what the process no longer reads
                stream.close()


def _spawn(command: Sequence[str], stderr: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Start a process in a process group of its own."""
    # Its own group, so that Ctrl-C in a terminal reaches the daemon only, which ends the worker.
    if sys.platform == "win32":
        flags = (
            subprocess.CREATE_NEW_PROCESS_GROUP
            | subprocess.CREATE_NO_WINDOW
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS  # on other systems the worker lowers its own
        )
        return subprocess.Popen(  # noqa: S603 - the command is our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
            creationflags=flags,
        )  # fmt: skip
    return subprocess.Popen(  # noqa: S603 - the command is our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, process_group=0
    )


def _describe_exit(code: int) -> str:
    if code >= 0:
        return f"it ended with code {code}"
    try:
        return f"it was ended by {Signals(-code).name}"
    except ValueError:  # a number without a name on this system, for example a real-time signal
        return f"it was ended by signal {-code}"
