"""Pipes of a child process, read without freezing the caller."""

import os
import queue
import selectors
import subprocess
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import IO, Dict, List, Tuple

_CHUNK = 64 * 1024

_ENDING_S = 2.0
"""Seconds in which a thread reads the rest of a pipe whose child has ended; then it is left alone,
as another process may hold the other end."""


class Pipes(ABC):
    """The three pipes of a child.

    Args:
        process: Started with a pipe for each.

    Attributes:
        open: Names of the outputs that have not ended: ``out``, ``err``.
    """

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise ValueError("start the process with three pipes")
        self._stdin: IO[bytes] = stdin
        self._outputs: Dict[str, IO[bytes]] = {"out": stdout, "err": stderr}
        self.open = set(self._outputs)

    @abstractmethod
    def may_write(self, timeout: float) -> bool:
        """Return whether something can be written, waiting so many seconds for it."""

    @abstractmethod
    def write(self, data: memoryview) -> int:
        """Write what fits, and return its length in bytes."""

    @abstractmethod
    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
        """Return pieces of output with the pipe's name; an empty piece is the end of a pipe."""

    def close_input(self) -> None:
        """Close the child's stdin, which tells it to end."""
        with suppress(OSError):  # the child has ended; what was not sent is lost
            self._stdin.close()

    def close(self) -> None:
        """Close the outputs."""
        for pipe in self._outputs.values():
            pipe.close()


class SelectedPipes(Pipes):
    """Pipes that the calling thread itself waits for."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(process)
        os.set_blocking(self._stdin.fileno(), False)
        self._reading, self._writing = selectors.DefaultSelector(), selectors.DefaultSelector()
        for name, pipe in self._outputs.items():
            self._reading.register(pipe, selectors.EVENT_READ, name)
        self._writing.register(self._stdin, selectors.EVENT_WRITE)

    def may_write(self, timeout: float) -> bool:
        """See :class:`Pipes`."""
        return bool(self._writing.select(timeout))

    def write(self, data: memoryview) -> int:
        """See :class:`Pipes`."""
        try:
            return os.write(self._stdin.fileno(), data)
        except BlockingIOError:
            return 0

    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
        """See :class:`Pipes`."""
        if not self.open:
            return []
        heard = []
        for key, _ in self._reading.select(timeout):
            chunk = os.read(key.fd, _CHUNK)
            heard.append((key.data, chunk))
            if not chunk:
                self._reading.unregister(key.fileobj)
                self.open.discard(key.data)
        return heard

    def close_input(self) -> None:
        """See :class:`Pipes`."""
        self._writing.close()
        super().close_input()

    def close(self) -> None:
        """See :class:`Pipes`."""
        self._reading.close()
        super().close()


class ThreadedPipes(Pipes):
    """Pipes that are read by a thread each, for Windows. The threads never touch Resolve."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(process)
        self._queue: queue.Queue[Tuple[str, bytes]] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._fill, args=output, daemon=True)
            for output in self._outputs.items()
        ]
        for thread in self._threads:
            thread.start()

    def _fill(self, name: str, pipe: IO[bytes]) -> None:
        chunk = b"-"
        while chunk:
            try:
                chunk = os.read(pipe.fileno(), _CHUNK)
            except OSError:
                chunk = b""
            self._queue.put((name, chunk))
        pipe.close()

    def may_write(self, timeout: float) -> bool:
        """See :class:`Pipes`."""
        return True

    def write(self, data: memoryview) -> int:
        """See :class:`Pipes`."""
        written = self._stdin.write(data)
        self._stdin.flush()
        return written

    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
        """See :class:`Pipes`."""
        if not self.open and self._queue.empty():
            return []
        try:
            name, chunk = self._queue.get(timeout=timeout) if timeout else self._queue.get_nowait()
        except queue.Empty:
            return []
        if not chunk:
            self.open.discard(name)
        return [(name, chunk)]

    def close(self) -> None:
        """Wait for the threads, each of which closes its pipe at its end."""
        # Closed from here, a pipe's number could already be that of the next child's pipe when the
        # thread reads from it.
        for thread in self._threads:
            thread.join(_ENDING_S)
