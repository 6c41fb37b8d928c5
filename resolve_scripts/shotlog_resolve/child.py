"""A child process that speaks in lines, heard without freezing the script."""

import os
import subprocess
import time
from typing import Any, Callable, Dict, List, Optional, Type

from shotlog_resolve.pipes import Pipes, SelectedPipes, ThreadedPipes

_WINDOWS = os.name == "nt"
_PIPES: Type[Pipes] = ThreadedPipes if _WINDOWS else SelectedPipes
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
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(dict(os.environ)),
            creationflags=_NO_WINDOW if _WINDOWS else 0,
            start_new_session=not _WINDOWS,
        )
        self._log = log
        self._lines: List[bytes] = []
        self._parts: Dict[str, List[bytes]] = {"out": [], "err": []}
        self.last_words: List[str] = []
        self._pipes: Pipes = _PIPES(self._process)

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
            lines = self._whole_lines(name, chunk)
            if name == "out":
                self._lines += lines
            else:
                self._note(lines)
        return bool(heard)

    def _whole_lines(self, name: str, chunk: bytes) -> List[bytes]:
        """Return the lines that a piece of output ends; an empty piece ends the output."""
        parts = self._parts[name]
        parts.append(chunk)
        if chunk and b"\n" not in chunk:  # joined once, as a line may have many megabytes
            return []
        *lines, rest = b"".join(parts).split(b"\n")
        if not chunk and rest:
            lines, rest = [*lines, rest], b""
        self._parts[name] = [rest] if rest else []
        return lines

    def _note(self, lines: List[bytes]) -> None:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self.last_words = [*self.last_words, text][-_LAST_WORDS:]
                self._log(text)
