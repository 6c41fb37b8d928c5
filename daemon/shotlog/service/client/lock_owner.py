"""Which process is the daemon, where it does not answer; and its end by force."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from shotlog.schema import NotAllowed
from shotlog.service.runtime import DaemonPaths

GRACE = 1.0
"""Seconds in which a worker ends by itself once its daemon is gone."""

_END_SECONDS = 5.0
_PAUSE = 0.02


def find_lock_owner(places: DaemonPaths, likely: int | None = None) -> psutil.Process | None:
    """The process that holds the daemon's lock; None where there is none that provably does.

    A process id alone proves nothing, for they come again. It must be a process of this user that
    runs our daemon and has this very lock open.

    Args:
        places: Whose daemon.
        likely: The process id to look at first.
    """
    if likely is not None:
        with suppress(psutil.Error):
            if _holds(process := psutil.Process(likely), places.lock):
                return process
    with suppress(psutil.Error):
        for process in psutil.process_iter():
            if _holds(process, places.lock):
                return process
    return None


def kill_daemon(process: psutil.Process) -> bool:
    """Ends the daemon by force, and the processes that it started; tells whether it is gone.

    Raises:
        NotAllowed: The system does not let this user end it.
    """
    try:
        return _end(process)
    except psutil.AccessDenied as error:
        raise NotAllowed(
            f"daemon {process.pid}",
            "the system does not let you end its process",
            "End it as the user who started it.",
        ) from error


def _end(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        started = process.children(recursive=True)
        process.kill()  # refused by psutil where the number is another process's by now
        if not _wait([process], _END_SECONDS):
            return False
        if not _wait(started, GRACE):
            for one in started:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
    return True


def _holds(process: psutil.Process, lock: Path) -> bool:
    try:
        if process.pid == os.getpid() or not _runs_daemon(process.cmdline()):
            return False
        opened = [Path(file.path) for file in process.open_files()]
        return any(path.name == lock.name and path.samefile(lock) for path in opened)
    except (psutil.Error, OSError):  # it ended meanwhile, or is another user's
        return False


def _runs_daemon(command: Sequence[str]) -> bool:
    """Whether this is ``-m shotlog.service.daemon``, or ``shotlog daemon run``."""
    shotlog = any(Path(word).stem in ("shotlog", "__main__") for word in command[:4])
    return "shotlog.service.daemon" in command or (shotlog and {"daemon", "run"} <= {*command})


def _wait(processes: Sequence[psutil.Process], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while any(map(_lives, processes)):
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE)
    return True


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
