"""Locks of the operating system: one daemon for each context.

A lock is released when its process dies. A file with a process id is not used instead: after a
crash it would have to be recognised as stale, and the system reuses process ids.
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
    """Another daemon of this context is running."""

    message = "a daemon is already running"
    hint = "See: shotlog daemon status."


@contextmanager
def single_instance(paths: DaemonPaths) -> Iterator[None]:
    """Hold the daemon's lock during the block; acquire it before opening the journal.

    Do not use it to find out whether a daemon is running: a daemon that starts at that moment
    would fail.

    Raises:
        AlreadyRunning: another process, or another block of this one, has the lock.
        NotAllowed: the folder is accessible to other users.
        DaemonFileUnusable: the lock file cannot be used.
    """
    paths.make()
    try:
        lock = acquire_lock(paths.lock, 0)
    except Timeout as error:
        raise AlreadyRunning(f"context {paths.context}") from error
    try:
        yield
    finally:
        lock.release()


def acquire_lock(path: Path, timeout: float) -> FileLock:
    """Acquire a lock whose file only the user can read.

    Args:
        path: The lock file, which remains after the release.
        timeout: Seconds to wait for the lock.

    Raises:
        Timeout: another process has the lock for longer.
        DaemonFileUnusable: the lock file cannot be used.
    """
    # With thread-local state (the default), a release in another thread would do nothing.
    lock = FileLock(path, timeout=timeout, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        # filelock raises NotImplementedError on file systems without flock, such as some of NFS.
        why, hint = str(error), f"Name a folder on a local disk in {HOME_VARIABLE}."
        if isinstance(error, OSError):
            why, hint = explain_os_error(error, path, HOME_VARIABLE, hint)
        raise DaemonFileUnusable(
            str(path), f"the daemon's lock cannot be acquired ({why})", hint
        ) from error
    return lock
