"""The daemon's log: rotated files with one line of JSON for each event.

Names of timelines and media, and paths, are logged at DEBUG level alone, or in an error that is
about them: users attach the log to bug reports.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pythonjsonlogger.json import JsonFormatter

LOG_FILE_BYTES, OLDER_LOG_FILES = 4 * 1024**2, 3
"""Maximum size of a log file, and number of older files kept (``daemon.jsonl.1`` ...)."""

_KEYS = {
    "asctime": "at",
    "levelname": "level",
    "name": "from",
    "message": "say",
    "exc_info": "trace",
}
"""JSON name of each part of a record, in the order of the line."""


class JsonLines(JsonFormatter):
    """``{"at": "2026-03-01T12:00:00.123Z", "level": "info", "from": ..., "say": ..., "job": ...}``.

    Values given as ``extra`` follow the message under their own names; ``trace``, the traceback of
    an error, is last.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        first = [part for part in _KEYS if part != "exc_info"]
        # Any object may be an extra value. The JSON is ASCII (the default), because the encoding
        # of standard error may lack characters of a name.
        super().__init__(first, rename_fields=_KEYS, json_default=str)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Shorten the level and the logger's name, and move the traceback to the end."""
        log_data["level"] = log_data["level"].lower()
        log_data["from"] = log_data["from"].removeprefix("shotlog.service.")
        if "trace" in log_data:
            log_data["trace"] = log_data.pop("trace")
        return log_data


@contextmanager
def log_to_file(
    path: Path, *, debug: bool = False, console: bool = False, max_bytes: int = LOG_FILE_BYTES
) -> Iterator[None]:
    """Write Shotlog's log to a file during the block.

    Args:
        path: The file; created with mode 0600.
        debug: Log at DEBUG level.
        console: Log to standard error, too.
        max_bytes: Size at which the file is rotated.
    """
    handlers: list[logging.Handler] = [PrivateLogHandler(path, max_bytes)]
    if console:
        handlers.append(logging.StreamHandler(sys.stderr))
    logger = logging.getLogger("shotlog")
    level = logger.level
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    for handler in handlers:
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.setLevel(level)
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()


def tail_log(path: Path, count: int) -> list[str]:
    """Return the last ``count`` lines of a log file; none where there is no file."""
    if not path.is_file() or count < 1:
        return []
    return path.read_text("utf-8", "replace").splitlines()[-count:]


def follow_log(path: Path, count: int = 0, interval: float = 0.2) -> Iterator[str]:
    """Yield the last lines of a log file, then each new line, without end.

    Args:
        path: The log file, which need not exist yet; it is followed across rotations.
        count: Number of existing lines to yield.
        interval: Seconds between checks for new lines.
    """
    inode, offset, partial = None, 0, ""
    first = path.is_file()
    while True:
        if path.is_file():
            status = path.stat()
            # Rotated or truncated: the file is another one and is read from its start.
            if inode != status.st_ino or status.st_size < offset:
                inode, offset, partial = status.st_ino, 0, ""
            with path.open("rb") as file:
                file.seek(offset)
                new = file.read()
            offset += len(new)
            *lines, partial = (partial + new.decode("utf-8", "replace")).split("\n")
            yield from lines[max(0, len(lines) - count) :] if first else lines
        first = False
        time.sleep(interval)


def format_line(line: str) -> list[str]:
    """Return a line of the log for display: ``12:00:00 info job done (job=ab12)``, then its trace.

    A line that is not valid JSON is returned as it is.
    """
    try:
        event = json.loads(line)
        head = f"{event.pop('at')[11:19]} {event.pop('level'):<7} {event.pop('say')}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return [line]
    trace = event.pop("trace", None)
    event.pop("from", None)
    facts = ", ".join(f"{key}={value}" for key, value in event.items())
    return [head + (f" ({facts})" if facts else ""), *str(trace or "").splitlines()]


class PrivateLogHandler(logging.handlers.RotatingFileHandler):
    """Handler for a rotated log file with mode 0600.

    Args:
        path: The file; older ones lie beside it.
        max_bytes: Size at which it is rotated.
    """

    def __init__(self, path: Path, max_bytes: int = LOG_FILE_BYTES) -> None:
        super().__init__(path, maxBytes=max_bytes, backupCount=OLDER_LOG_FILES, encoding="utf-8")

    def _open(self):  # type: ignore[no-untyped-def]
        # The base class would create the file with the umask's mode.
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Ignore the error: a full disk must not end the daemon, and it cannot be logged."""
