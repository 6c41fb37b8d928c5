"""The process that holds the daemon's instance lock, and its forced end."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from shotlog.schema import NotAllowed
from shotlog.service.runtime import DaemonPaths

_WORKER_SECONDS = 1.0
"""Time in which a worker ends by itself once its daemon is gone (its pipe closes)."""

_KILL_SECONDS = 5.0
_POLL_SECONDS = 0.02


def find_lock_owner(paths: DaemonPaths, likely_pid: int | None = None) -> psutil.Process | None:
    """Return the process that holds the daemon's lock; None where no process provably does.

    Args:
        paths: Files of the daemon.
        likely_pid: Process id to check first.
    """
    if likely_pid is not None:
        with suppress(psutil.Error):
            if _owns_lock(process := psutil.Process(likely_pid), paths.lock):
                return process
    with suppress(psutil.Error):
        for process in psutil.process_iter():
            if _owns_lock(process, paths.lock):
                return process
    return None


def kill_daemon(process: psutil.Process) -> bool:
    """Kill the daemon and the processes that it started; return True once they are gone.

    Args:
        process: The daemon, as :func:`find_lock_owner` returns it.

    Raises:
        NotAllowed: The system does not let this user kill it.
    """
    try:
        return _kill(process)
    except psutil.AccessDenied as error:
        raise NotAllowed(
            f"daemon {process.pid}",
            "the system does not let you end its process",
            "End it as the user who started it.",
        ) from error


def _kill(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        children = process.children(recursive=True)  # before the kill: orphans have no parent
        process.kill()  # psutil refuses where the id was reused by another process
        if not _wait_for_end([process], _KILL_SECONDS):
            return False
        if not _wait_for_end(children, _WORKER_SECONDS):
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
    return True


def _owns_lock(process: psutil.Process, lock: Path) -> bool:
    # Process ids are reused, so an id alone proves nothing: the process must run our daemon and
    # have this very lock file open.
    try:
        if process.pid == os.getpid() or not _runs_daemon(process.cmdline()):
            return False
        opened = [Path(file.path) for file in process.open_files()]
        return any(path.name == lock.name and path.samefile(lock) for path in opened)
    except (psutil.Error, OSError):  # it has ended meanwhile, or belongs to another user
        return False


def _runs_daemon(command: Sequence[str]) -> bool:
    """Return True for ``-m shotlog.service.daemon`` and for ``shotlog daemon run``."""
    shotlog = any(Path(word).stem in ("shotlog", "__main__") for word in command[:4])
    return "shotlog.service.daemon" in command or (shotlog and {"daemon", "run"} <= {*command})


def _wait_for_end(processes: Sequence[psutil.Process], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(_is_alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        # A zombie has ended; its parent has not read its exit code yet.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
