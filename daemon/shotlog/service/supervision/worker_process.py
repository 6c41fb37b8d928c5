"""A worker process with its pipe: never blocks, and never leaves a zombie."""

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

_FAREWELL_SECONDS = 1.0
"""A worker that has closed its pipe has so long to end by itself."""


class Exited(NamedTuple):
    """The process is gone, and reaped.

    Attributes:
        reason: Why, in words, as far as its end tells.
    """

    reason: str


class WorkerProcess:
    """A worker process.

    A thread waits for its words and, in the end, for its death; another writes orders, as a
    process that stands still does not read them. Both end with the process.

    Args:
        command: The program and its arguments.
        hear: Called in a thread with every word, parts joined, and last with ``Exited``.
        stderr: Where what it and its libraries print goes; None: where ours goes.

    Raises:
        OSError: it could not be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        hear: Callable[[WorkerProcess, Event | Exited], None],
        stderr: IO[bytes] | None = None,
    ) -> None:
        self._hear = hear
        self._orders: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._process = _spawn(command, stderr)
        self._threads = [
            threading.Thread(target=run, name=f"worker {run.__name__}", daemon=True)
            for run in (self._read, self._write)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def order(self, order: Command) -> None:
        """Hands over an order; it is written once the process reads."""
        self._orders.put(order)

    def end(self) -> None:
        """Closes its pipe: it ends at once, whatever it does, unless it stands still."""
        self._orders.put(None)

    def kill(self) -> None:
        """Ends it by force."""
        self._process.kill()

    def join(self) -> None:
        """Waits for the threads, which are about to end once ``Exited`` was heard."""
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        reason = ""
        stream = cast(BinaryIO, self._process.stdout)
        parts: list[str] = []
        try:
            while (word := receive(stream, EVENT_ADAPTER)) is not None:
                if isinstance(word, ResultChunk):
                    parts.append(word.text)
                    continue
                if isinstance(word, JobDone):
                    word, parts = JobDone(job=word.job, text="".join(parts)), []
                self._hear(self, word)
        except PipeBroken as error:
            reason = f"its pipe broke ({error})"
        stream.close()
        self._orders.put(None)
        code = self._reap()
        self._hear(self, Exited(reason or _in_words(code)))

    def _reap(self) -> int:
        try:
            return self._process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _write(self) -> None:
        stream = cast(BinaryIO, self._process.stdin)
        try:
            while (order := self._orders.get()) is not None:
                send(stream, order)
        except OSError:
            pass  # it is gone, as the other thread will hear
        finally:
            with suppress(OSError):  # what could not be written any more
                stream.close()


def _spawn(command: Sequence[str], stderr: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """Starts a process in a group of its own: Ctrl-C in a terminal is for the broker alone."""
    if sys.platform == "win32":  # elsewhere the worker lowers its own priority
        flags = (
            subprocess.CREATE_NEW_PROCESS_GROUP
            | subprocess.CREATE_NO_WINDOW
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        )
        return subprocess.Popen(  # noqa: S603 - the command is our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
            creationflags=flags,
        )  # fmt: skip
    return subprocess.Popen(  # noqa: S603 - likewise
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, process_group=0
    )


def _in_words(code: int) -> str:
    if code >= 0:
        return f"it ended with code {code}"
    try:
        return f"it was ended by {Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"
