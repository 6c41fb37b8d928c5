"""Locks of the operating system, which their holder's death releases: one daemon at a time.

Not a file with a process id: that would have to be judged stale, and process ids come again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from shotlog.paths import HOME_VARIABLE, explain_os_error
from shotlog.schema import DaemonFileUnusable, DaemonRefused
from shotlog.service.runtime.paths import DaemonPaths


class AlreadyRunning(DaemonRefused):
    """Another daemon holds the lock."""

    message = "a daemon runs already"
    hint = "See: shotlog daemon status."


@contextmanager
def single_instance(places: DaemonPaths) -> Iterator[None]:
    """Holds the lock while the block runs. Take it before the journal is opened.

    Never take it to find out whether a daemon runs: one that starts at that moment would be
    turned away.

    Raises:
        AlreadyRunning: Another process, or another block of this one, holds it.
        NotAllowed: The folder is not the user's alone.
        DaemonFileUnusable: There can be no lock here.
    """
    places.make()
    try:
        lock = acquire_lock(places.lock, 0)
    except Timeout as error:
        raise AlreadyRunning(f"context {places.context}") from error
    try:
        yield
    finally:
        lock.release()


def acquire_lock(path: Path, timeout: float) -> FileLock:
    """Takes a lock, readable by the user alone.

    Args:
        path: Its file, which stays when the lock is released.
        timeout: Seconds to wait for it.

    Raises:
        Timeout: Somebody else holds it for longer.
        DaemonFileUnusable: There can be no lock here.
    """
    lock = FileLock(path, timeout=timeout, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        why, hint = str(error), f"Name a folder on a local disk in {HOME_VARIABLE}."
        if isinstance(error, OSError):
            why, hint = explain_os_error(error, path, HOME_VARIABLE, hint)
        raise DaemonFileUnusable(
            str(path), f"the daemon's lock cannot be taken ({why})", hint
        ) from error
    return lock
