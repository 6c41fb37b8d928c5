"""Unfinished jobs of a daemon that has ended, read from its journal."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import NamedTuple

from shotlog.service.runtime import DaemonPaths
from shotlog.service.scheduling import PAUSE_NOTE, PauseState

_CLOSING_SECONDS = 2.0
"""Time for a daemon that no longer listens to close its journal."""

_POLL_SECONDS = 0.02


class LeftoverJobs(NamedTuple):
    """The jobs that the next daemon resumes.

    Attributes:
        unfinished: Number of unfinished jobs.
        paused: True where all or the batch jobs are paused, so that a start alone does not resume
            them.
    """

    unfinished: int = 0
    paused: bool = False


def count_leftover_jobs(paths: DaemonPaths) -> LeftoverJobs:
    """Count the unfinished jobs in the journal of a daemon that has ended.

    The count is for information, so it is zero where the journal cannot be read. It is also zero
    for a daemon that was killed: its write-ahead log remains until the next start.

    Args:
        paths: Files of the daemon.
    """
    if not _wait_until_closed(paths):
        return LeftoverJobs()
    # SQLite deletes the write-ahead log when the journal is closed; from then on the main file is
    # complete. immutable (sqlite.org/uri.html) reads it without locks or files beside it.
    uri = f"{paths.journal.as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as db:
            (jobs,) = db.execute("SELECT count(*) FROM job WHERE ended IS NULL").fetchone()
            note = db.execute("SELECT value FROM meta WHERE key=?", (PAUSE_NOTE,)).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):  # UnicodeDecodeError: a damaged text column
        return LeftoverJobs()
    pauses = PauseState(str(note[0]) if note else None)
    return LeftoverJobs(int(jobs), pauses.paused or pauses.batch_paused)


def _wait_until_closed(paths: DaemonPaths) -> bool:
    write_ahead_log = paths.journal.with_name(f"{paths.journal.name}-wal")
    deadline = time.monotonic() + _CLOSING_SECONDS
    while write_ahead_log.exists() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return not write_ahead_log.exists()
