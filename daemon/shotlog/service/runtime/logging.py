"""The daemon's log: a line of JSON for each event, in a file that is rotated.

Users' own words (names of timelines and media, paths) are not in it at INFO and above but for
errors, whose sense is to say what failed: the log is what people attach to reports.
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

FILE_BYTES, FILES = 4 * 1024**2, 3
"""Size of a log file, and how many older ones are kept beside it (``daemon.jsonl.1`` ...)."""

_KEYS = {
    "asctime": "at",
    "levelname": "level",
    "name": "from",
    "message": "say",
    "exc_info": "trace",
}
"""What the parts of a record are called in a line, in the order of the line."""


class JsonLines(JsonFormatter):
    """``{"at": "2026-03-01T12:00:00.123Z", "level": "info", "from": ..., "say": ..., "job": ...}``.

    What is given as ``extra`` stands behind the message, under its own name; ``trace``, the
    traceback of an error, stands last.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        first = [part for part in _KEYS if part != "exc_info"]
        # Any object may be an extra. The JSON is ASCII (the default), as standard error may have
        # an encoding that does not hold every name.
        super().__init__(first, rename_fields=_KEYS, json_default=str)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Shorten the level and the logger's name, and move the traceback to the end."""
        log_data["level"] = log_data["level"].lower()
        log_data["from"] = log_data["from"].removeprefix("shotlog.service.")
        if "trace" in log_data:
            log_data["trace"] = log_data.pop("trace")
        return log_data


@contextmanager
def log_to_file(path: Path, *, debug: bool = False, console: bool = False) -> Iterator[None]:
    """Has Shotlog log to a file while the block runs.

    Args:
        path: The file; made for its user alone.
        debug: Whether everything is logged.
        console: Whether it is shown on standard error as well.
    """
    handlers: list[logging.Handler] = [PrivateLogHandler(path)]
    if console:
        handlers.append(logging.StreamHandler(sys.stderr))
    root = logging.getLogger("shotlog")
    before = root.level
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for handler in handlers:
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    try:
        yield
    finally:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def tail_log(path: Path, count: int) -> list[str]:
    """The last lines of a log file; none where there is no file."""
    if not path.is_file() or count < 1:
        return []
    return path.read_text("utf-8", "replace").splitlines()[-count:]


def follow_log(path: Path, count: int = 0, pause: float = 0.2) -> Iterator[str]:
    """The last lines, and then for ever every line that is added, also once the file is rotated.

    Args:
        path: The log file, which need not exist yet.
        count: So many of the lines that are there.
        pause: Seconds between looks.
    """
    number, place, rest = None, 0, ""
    first = path.is_file()
    while True:
        if path.is_file():
            found = path.stat()
            if number != found.st_ino or found.st_size < place:
                number, place, rest = found.st_ino, 0, ""
            with path.open("rb") as file:
                file.seek(place)
                fresh = file.read()
            place += len(fresh)
            *lines, rest = (rest + fresh.decode("utf-8", "replace")).split("\n")
            yield from lines[max(0, len(lines) - count) :] if first else lines
        first = False
        time.sleep(pause)


def format_line(line: str) -> list[str]:
    """A line of the log for people: ``12:00:00 info job done (job=ab12)``, then its traceback."""
    try:
        said = json.loads(line)
        head = f"{said.pop('at')[11:19]} {said.pop('level'):<7} {said.pop('say')}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return [line]
    trace = said.pop("trace", None)
    said.pop("from", None)
    facts = ", ".join(f"{key}={value}" for key, value in said.items())
    return [head + (f" ({facts})" if facts else ""), *str(trace or "").splitlines()]


class PrivateLogHandler(logging.handlers.RotatingFileHandler):
    """A log file that others cannot read; a disk that is full silences it and ends nothing.

    Args:
        path: The file; older ones lie beside it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")

    def _open(self):  # type: ignore[no-untyped-def]
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Keeps silent: there is no place left to complain to."""
