"""A child process that speaks in lines, heard without freezing the script."""

import os
import queue
import selectors
import subprocess
import threading
import time
from contextlib import suppress
from typing import IO, Any, Callable, Dict, List, Optional, Tuple

_CHUNK = 64 * 1024
_NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW, which Python 3.6 does not name

_FOREIGN = (
    "__PYVENV_LAUNCHER__",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "QT_PLUGIN_PATH",
)
"""Variables by which an editor has its own libraries found; another program must not use them."""

_LAST_WORDS = 20
"""Number of lines of stderr that are kept, for the message about a child that ended."""


def clean_environment(given: Dict[str, str]) -> Dict[str, str]:
    """Return an environment without what an editor has set for its own Python and libraries."""
    return {
        name: value
        for name, value in given.items()
        if name not in _FOREIGN and not name.upper().startswith("PYTHON")
    }


_STUCK = 60.0
"""Seconds in which a child must take something of a line, lest it count as ended."""


class Ended(Exception):
    """The child has ended, or no longer listens."""


class Child:
    """A child process: lines go to its stdin and come from its stdout; stderr goes to a log.

    On POSIX everything happens in the thread that calls. Windows cannot wait for several pipes, so
    there each has a thread that only fills a queue.

    Args:
        command: The program and its arguments.
        log: Called with each line of stderr.

    Attributes:
        last_words: The last lines of stderr.

    Raises:
        OSError: The program cannot be started.
    """

    def __init__(self, command: List[str], log: Callable[[str], Any]) -> None:
        windows = os.name == "nt"
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(dict(os.environ)),
            creationflags=_NO_WINDOW if windows else 0,
            start_new_session=not windows,
        )
        self._log = log
        self._lines: List[bytes] = []
        self._parts = {"out": b"", "err": b""}
        self.last_words: List[str] = []
        self._pipes: _Pipes = (_Threads if windows else _Selector)(self._process)

    @property
    def returncode(self) -> Optional[int]:
        """Exit status; None while it runs."""
        return self._process.poll()

    def send(self, line: bytes) -> None:
        """Send a line.

        Raises:
            Ended: The child does not listen any more.
        """
        rest = memoryview(line + b"\n")
        until = time.monotonic() + _STUCK
        while rest:
            # Both ways: a child that is not heard may stop listening.
            self._hear(0.0 if self._pipes.may_write(0.05) else 0.05)
            try:
                sent = self._pipes.write(rest)
            except OSError:
                raise Ended from None
            rest = rest[sent:]
            if sent:
                until = time.monotonic() + _STUCK
            elif time.monotonic() > until:
                raise Ended

    def receive(self, timeout: float) -> Optional[bytes]:
        """Return the next line; None if there is none within so many seconds.

        Raises:
            Ended: The child has ended, and all that it said was received.
        """
        until = time.monotonic() + timeout
        while not self._lines:
            left = until - time.monotonic()
            if not self._hear(max(0.0, left)) and left <= 0:
                return None
            if not self._lines and "out" not in self._pipes.open:
                raise Ended
        return self._lines.pop(0)

    def close(self, patience: float = 5.0) -> None:
        """End the child by closing its stdin; by force if it does not end in so many seconds."""
        self._pipes.close_input()
        until = time.monotonic() + patience
        while self.returncode is None and time.monotonic() < until:
            if not self._hear(0.05) and not self._pipes.open:
                time.sleep(0.01)
        if self.returncode is None:
            self._process.kill()
        self._process.wait()
        while self._hear(0.0):
            pass
        self._pipes.close()

    def _hear(self, timeout: float) -> bool:
        """Take in what the child has said; return whether there was anything."""
        heard = self._pipes.read(timeout)
        for name, chunk in heard:
            *lines, self._parts[name] = (self._parts[name] + chunk).split(b"\n")
            if not chunk and self._parts[name]:  # the end, without a line feed
                lines, self._parts[name] = [self._parts[name]], b""
            if name == "out":
                self._lines += lines
            else:
                self._note(lines)
        return bool(heard)

    def _note(self, lines: List[bytes]) -> None:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self.last_words = [*self.last_words, text][-_LAST_WORDS:]
                self._log(text)


class _Pipes:
    """The three pipes of a child."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise ValueError("start the process with three pipes")
        self._stdin: IO[bytes] = stdin
        self._outputs: Dict[str, IO[bytes]] = {"out": stdout, "err": stderr}
        self.open = set(self._outputs)

    def may_write(self, timeout: float) -> bool:
        raise NotImplementedError

    def write(self, data: memoryview) -> int:
        raise NotImplementedError

    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
        """Return pieces of output with the pipe's name; an empty piece is the end of a pipe."""
        raise NotImplementedError

    def close_input(self) -> None:
        with suppress(OSError):  # the child has ended; what was not sent is lost
            self._stdin.close()

    def close(self) -> None:
        for pipe in self._outputs.values():
            pipe.close()


class _Selector(_Pipes):
    """Pipes that the calling thread itself waits for."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(process)
        os.set_blocking(self._stdin.fileno(), False)
        self._reading, self._writing = selectors.DefaultSelector(), selectors.DefaultSelector()
        for name, pipe in self._outputs.items():
            self._reading.register(pipe, selectors.EVENT_READ, name)
        self._writing.register(self._stdin, selectors.EVENT_WRITE)

    def may_write(self, timeout: float) -> bool:
        return bool(self._writing.select(timeout))

    def write(self, data: memoryview) -> int:
        try:
            return os.write(self._stdin.fileno(), data)
        except BlockingIOError:
            return 0

    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
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
        self._writing.close()
        super().close_input()

    def close(self) -> None:
        self._reading.close()
        super().close()


class _Threads(_Pipes):
    """Pipes that are read by a thread each, for Windows. The threads never touch Resolve."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(process)
        self._queue: queue.Queue[Tuple[str, bytes]] = queue.Queue()
        for name, pipe in self._outputs.items():
            threading.Thread(target=self._fill, args=(name, pipe.fileno()), daemon=True).start()

    def _fill(self, name: str, descriptor: int) -> None:
        chunk = b"-"
        while chunk:
            try:
                chunk = os.read(descriptor, _CHUNK)
            except OSError:
                chunk = b""
            self._queue.put((name, chunk))

    def may_write(self, timeout: float) -> bool:
        return True

    def write(self, data: memoryview) -> int:
        written = self._stdin.write(data)
        self._stdin.flush()
        return written

    def read(self, timeout: float) -> List[Tuple[str, bytes]]:
        if not self.open and self._queue.empty():
            return []
        try:
            name, chunk = self._queue.get(timeout=timeout) if timeout else self._queue.get_nowait()
        except queue.Empty:
            return []
        if not chunk:
            self.open.discard(name)
        return [(name, chunk)]
