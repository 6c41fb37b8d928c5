"""Search of a folder for complete files, by polling.

The system's notifications are not used: they do not tell of files that another machine writes to a
network folder, and a synced folder replaces files under other names. A poll reads the folder once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shotlog.watch.names import is_ours_to_read, request_id


@dataclass(frozen=True)
class Signature:
    """Facts that change when a file is written.

    Attributes:
        size: Bytes; of a folder, of all its files.
        modified: Time of the last change, in ns; of a folder, the latest of its files.
    """

    size: int
    modified: int


@dataclass(frozen=True)
class Found:
    """The files of one search.

    Attributes:
        timelines: Timelines that are complete, with their signatures.
        growing: True if others are being written.
        present: Signatures of all timelines, complete or not.
        requests: Ids of the requests of scripts.
        ignored: Names of files that are not taken, each with the reason.
        names: Names of all files.
    """

    timelines: dict[Path, Signature]
    growing: bool
    present: dict[Path, Signature]
    requests: tuple[str, ...]
    ignored: dict[str, str]
    names: frozenset[str]


class Scanner:
    """Searches a folder again and again, and remembers since when files have not changed.

    Args:
        folder: The folder; folders in it are not searched.
        settle: Seconds without a change after which a file is complete.
        clock: Returns the time in seconds.
        others: True to take timelines of other users, too.
    """

    def __init__(
        self, folder: Path, settle: float, clock: Callable[[], float], *, others: bool = False
    ) -> None:
        self._folder, self._settle, self._clock, self._others = folder, settle, clock, others
        self._seen: dict[Path, tuple[Signature, float]] = {}

    def search(self) -> Found:
        """Search the folder.

        Raises:
            OSError: It cannot be read.
        """
        now = self._clock()
        present: dict[Path, Signature] = {}
        requests, ignored, names = [], {}, set()
        with os.scandir(self._folder) as entries:
            for entry in entries:
                names.add(entry.name)
                request, path = request_id(entry.name), self._folder / entry.name
                if request is None and not is_ours_to_read(path):
                    continue
                with suppress(FileNotFoundError):  # removed since the folder was read
                    status = entry.stat(follow_symlinks=False)
                    if (reason := self._refuse(status, request)) is not None:
                        ignored[entry.name] = reason
                    elif request is not None:
                        requests.append(request)
                    else:
                        present[path] = _signature(path, status)
        self._seen = {
            path: seen if (seen := self._seen.get(path)) and seen[0] == signature
            else (signature, now)
            for path, signature in present.items()
        }  # fmt: skip
        complete = {
            path: signature
            for path, (signature, since) in sorted(self._seen.items())
            if now - since >= self._settle
        }
        growing = len(complete) < len(present)
        return Found(complete, growing, present, tuple(sorted(requests)), ignored, frozenset(names))

    def _refuse(self, status: os.stat_result, request: str | None) -> str | None:
        """Return the reason why a file is not taken; None if it is."""
        if stat.S_ISLNK(status.st_mode):
            return "it is a link, and only files in this folder are read"
        folder = request is None and stat.S_ISDIR(status.st_mode)
        if not (folder or stat.S_ISREG(status.st_mode)):
            return "it is not an ordinary file"
        if is_others(status) and (request is not None or not self._others):
            return "it belongs to another user" + ("" if request else "; --others takes it")
        return None


def is_others(status: os.stat_result) -> bool:
    """Return True for a file of another user, where the system tells."""
    return os.name == "posix" and status.st_uid != os.geteuid()


def _signature(path: Path, status: os.stat_result) -> Signature:
    if not stat.S_ISDIR(status.st_mode):
        return Signature(status.st_size, status.st_mtime_ns)
    size, modified = 0, status.st_mtime_ns
    for folder, _, files in os.walk(path):
        for name in files:
            with suppress(FileNotFoundError):
                one = os.lstat(os.path.join(folder, name))  # noqa: PTH118 # as os.walk gives them
                size, modified = size + one.st_size, max(modified, one.st_mtime_ns)
    return Signature(size, modified)
