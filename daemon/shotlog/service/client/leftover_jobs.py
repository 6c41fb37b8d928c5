"""What a daemon that has ended left to do, read from its journal."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import NamedTuple

from shotlog.service.runtime import DaemonPaths
from shotlog.service.scheduling import PAUSE_NOTE, PauseState

_CLOSING_SECONDS = 2.0
"""For a daemon that no longer listens to close its journal."""

_PAUSE = 0.02


class Left(NamedTuple):
    """What the next daemon finds.

    Attributes:
        jobs: How many are not over.
        held: Whether somebody paused them or some of them, so that a start alone is not enough.
    """

    jobs: int = 0
    held: bool = False


def left(places: DaemonPaths) -> Left:
    """What is left; nothing where no journal can be read, and no reason to fail.

    Call it once the daemon has ended. SQLite takes the write-ahead log away when the journal is
    closed: from then on all is in the main file, which is read as it lies (``immutable``,
    sqlite.org/uri.html), so that nothing is locked and no file made beside it. Of a daemon that was
    killed the log remains, and what is left is not known before the next start.
    """
    if not _closed(places):
        return Left()
    where = f"{places.journal.as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(where, uri=True)) as db:
            (jobs,) = db.execute("SELECT count(*) FROM job WHERE ended IS NULL").fetchone()
            note = db.execute("SELECT value FROM meta WHERE key=?", (PAUSE_NOTE,)).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return Left()
    holds = PauseState(str(note[0]) if note else None)
    return Left(int(jobs), holds.paused or holds.batch_paused)


def _closed(places: DaemonPaths) -> bool:
    ahead = places.journal.with_name(f"{places.journal.name}-wal")
    until = time.monotonic() + _CLOSING_SECONDS
    while ahead.exists() and time.monotonic() < until:
        time.sleep(_PAUSE)
    return not ahead.exists()
