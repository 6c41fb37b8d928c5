"""Log file of the worker's standard error, and the last lines of a worker that crashed.

The output passes through a pipe instead of going straight to the file, so that the file can be
rotated at any time, and the daemon can report what a crashed worker printed last.
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
"""Lines of a crashed worker that are reported in the daemon's log."""

_MAX_KEPT_LINES = 500
"""Lines kept to select those from: ``faulthandler`` prints a stack trace for every thread."""

_FAULTHANDLER_HEADERS = ("Fatal Python error", "Windows fatal exception")
"""First words of a report of ``faulthandler``."""

_LINE_BYTES = 8192
_CLOSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class WorkerLog:
    """Log file of the workers; close it when no worker is left.

    Args:
        path: File, created readable by its user only, and rotated like the daemon's log.
        console: Stream to which every line is copied; None: none.
        max_bytes: Size at which the file is rotated.
    """

    def __init__(
        self, path: Path, console: IO[str] | None = None, max_bytes: int = LOG_FILE_BYTES
    ) -> None:
        self._handlers: list[logging.Handler] = [PrivateLogHandler(path, max_bytes)]
        if console is not None:
            self._handlers.append(logging.StreamHandler(console))
        self._recent: deque[str] = deque(maxlen=_MAX_KEPT_LINES)
        # Random, so that no line of a worker can equal it.
        self._crash_marker = f"-- {os.urandom(8).hex()} --"
        read, write = os.pipe()
        self._source, self._stream = os.fdopen(read, "rb"), os.fdopen(write, "wb", 0)
        self._thread = threading.Thread(target=self._read, name="worker log", daemon=True)
        self._thread.start()

    @property
    def stream(self) -> IO[bytes]:
        """Write end of the pipe: the standard error of a worker."""
        return self._stream

    def report_crash(self) -> None:
        """Log the last lines of a crashed worker, once all of them have been read."""
        # The marker follows the worker's output through the pipe, so nothing is missed.
        self._stream.write(f"\n{self._crash_marker}\n".encode())

    def close(self) -> None:
        """Write the remaining lines and close the file; later output is lost."""
        self._stream.close()
        # Limited: a process that outlives its worker may still hold the pipe open.
        self._thread.join(_CLOSE_SECONDS)
        for handler in self._handlers:
            handler.close()

    def _read(self) -> None:
        with self._source:
            while line := self._source.readline(_LINE_BYTES):
                text = line.decode("utf-8", "replace").rstrip()
                if text == self._crash_marker:
                    self._log_last_lines()
                elif text:
                    self._recent.append(text)
                    self._write(text)

    def _write(self, text: str) -> None:
        # The text is an argument, not the format: it may contain percent signs.
        record = logging.makeLogRecord({"msg": "%s", "args": (text,)})
        for handler in self._handlers:
            handler.handle(record)

    def _log_last_lines(self) -> None:
        lines = list(self._recent)
        self._recent.clear()
        headers = [
            n
            for n, line in enumerate(lines)
            if any(words in line for words in _FAULTHANDLER_HEADERS)
        ]
        # A report of faulthandler says most in its first lines, any other output in its last.
        last = lines[headers[-1] :][:LAST_LINES] if headers else lines[-LAST_LINES:]
        if last:
            _log.error("last lines printed by the worker that crashed", extra={"lines": last})
