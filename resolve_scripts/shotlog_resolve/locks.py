"""One script at a time: a lock that ends with its process, and a file that asks it to stop."""

import contextlib
import errno
import json
import os
import time
from typing import IO, Any, Dict, Iterator, Optional

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

_FAR = 1 << 30
"""A byte beyond the content: Windows lets no process read one that is locked."""

_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


class Busy(Exception):
    """Another script holds the lock.

    Attributes:
        action: The action that it runs; empty if unknown.
        minutes: Minutes since it began; 0 if unknown.
    """

    def __init__(self, told: Dict[str, Any]) -> None:
        super().__init__(told)
        self.action = str(told.get("action") or "")
        since = told.get("since")
        self.minutes = int((time.time() - since) / 60) if isinstance(since, (int, float)) else 0


@contextlib.contextmanager
def only_script(folder: str, action: str) -> Iterator[Optional[str]]:
    """Hold the lock for as long as the block runs.

    The system gives it up with the process that holds it, so one that crashed holds nothing. On a
    file system without locks, two scripts are not kept apart.

    Args:
        folder: The folder for the scripts' files.
        action: What is run, for the message to another script.

    Yields:
        The action of a script that ended without giving the lock up; None if there was none.

    Raises:
        Busy: Another script holds it.
    """
    path = os.path.join(folder, "resolve.lock")
    with open(path, "a+b") as file:
        if not _lock(file):
            raise Busy(_content(file))
        left = _content(file).get("action")
        _write(file, {"action": action, "pid": os.getpid(), "since": int(time.time())})
        clear_stop(folder)
        try:
            yield left
        finally:
            _write(file, {})
            clear_stop(folder)
            _unlock(file)


def ask_to_stop(folder: str) -> None:
    """Ask the script that holds the lock to stop its work."""
    with open(_stop_file(folder), "wb"):
        pass


def is_asked_to_stop(folder: str) -> bool:
    """Return True once the running script was asked to stop."""
    return os.path.exists(_stop_file(folder))


def clear_stop(folder: str) -> None:
    """Take back the request to stop."""
    with contextlib.suppress(OSError):
        os.remove(_stop_file(folder))


def _stop_file(folder: str) -> str:
    return os.path.join(folder, "stop")


def _lock(file: IO[bytes]) -> bool:
    try:
        if fcntl is None:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD
    return True


def _unlock(file: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        if fcntl is None:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)


def _content(file: IO[bytes]) -> Dict[str, Any]:
    try:
        file.seek(0)
        told = json.loads(file.read(1000).decode("utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _write(file: IO[bytes], told: Dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # a full disk: the lock holds without its text
        file.seek(0)
        file.truncate()
        file.write(json.dumps(told).encode("ascii") if told else b"")
        file.flush()
