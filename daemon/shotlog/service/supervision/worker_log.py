"""What the worker and its libraries print: a file of its own, and the last of it where it died.

It comes through a pipe and not straight to the file, so that the file can be rotated at any time,
and the daemon can tell what a worker that is gone had printed last.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from pathlib import Path
from typing import IO

from shotlog.service.runtime import LOG_FILE_BYTES, PrivateLogHandler

LAST_LINES = 30
"""So many lines are told of a worker that died."""

_KEPT = 500
"""Lines that are kept for that: ``faulthandler`` prints where each of its threads was."""

_FATAL = ("Fatal Python error", "Windows fatal exception")
"""What ``faulthandler`` begins with."""

_LINE_BYTES = 8192
_CLOSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class WorkerLog:
    """A file of what is printed; close it when no worker is left.

    Args:
        path: The file; made for its user alone, rotated as the daemon's log is.
        console: A stream that is printed to as well; None: none.
        max_bytes: Size at which the file is rotated.
    """

    def __init__(
        self, path: Path, console: IO[str] | None = None, max_bytes: int = LOG_FILE_BYTES
    ) -> None:
        self._handlers: list[logging.Handler] = [PrivateLogHandler(path, max_bytes)]
        if console is not None:
            self._handlers.append(logging.StreamHandler(console))
        self._last: deque[str] = deque(maxlen=_KEPT)
        self._mark = f"-- {os.urandom(8).hex()} --"
        read, write = os.pipe()
        self._source, self._stream = os.fdopen(read, "rb"), os.fdopen(write, "wb", 0)
        self._thread = threading.Thread(target=self._read, name="worker's print", daemon=True)
        self._thread.start()

    @property
    def stream(self) -> IO[bytes]:
        """What a process is given as its standard error."""
        return self._stream

    def died(self) -> None:
        """Has the daemon's log say what was printed last, once all of it has been read."""
        self._stream.write(f"\n{self._mark}\n".encode())

    def close(self) -> None:
        """Reads what is left; a process that still prints does so for nobody."""
        self._stream.close()
        self._thread.join(_CLOSE_SECONDS)
        for handler in self._handlers:
            handler.close()

    def _read(self) -> None:
        with self._source:
            while line := self._source.readline(_LINE_BYTES):
                text = line.decode("utf-8", "replace").rstrip()
                if text == self._mark:
                    self._tell()
                elif text:
                    self._last.append(text)
                    self._write(text)

    def _write(self, text: str) -> None:
        record = logging.makeLogRecord({"msg": "%s", "args": (text,)})
        for handler in self._handlers:
            handler.handle(record)

    def _tell(self) -> None:
        lines = list(self._last)
        self._last.clear()
        fatal = [n for n, line in enumerate(lines) if any(words in line for words in _FATAL)]
        told = lines[fatal[-1] :][:LAST_LINES] if fatal else lines[-LAST_LINES:]
        if told:
            _log.error("the worker that died had printed", extra={"lines": told})
