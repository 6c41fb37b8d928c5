"""Tables of the journal and the migrations from one layout to the next."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable


def _create_jobs(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    db.execute("""
        CREATE TABLE job (
            number INTEGER PRIMARY KEY,   -- order of arrival; clocks may jump
            id TEXT NOT NULL UNIQUE,
            spec BLOB NOT NULL,           -- zlib: the JSON of Submit
            name TEXT NOT NULL,
            state TEXT NOT NULL,
            priority TEXT NOT NULL,
            durable INTEGER NOT NULL,
            clips INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL,        -- wall clock, informative
            ended REAL,
            failure TEXT,                 -- JSON of Failure
            result BLOB                   -- zlib: the JSON of the log
        )""")


def _add_scheduling_hints(db: sqlite3.Connection) -> None:
    """Copy the scheduling hints of each open job from its spec into columns of their own.

    The scheduler reads them without decompressing specs, which can be megabytes long.
    """
    db.execute("ALTER TABLE job ADD COLUMN asks TEXT")  # JSON of AnalysisOptions; NULL: not known
    db.execute("ALTER TABLE job ADD COLUMN keep_alive INTEGER")
    for number, spec in db.execute("SELECT number, spec FROM job WHERE ended IS NULL").fetchall():
        try:
            fields = json.loads(zlib.decompress(spec))
            hints = json.dumps(fields["asks"]), fields["keep_alive"]
        except (ValueError, TypeError, LookupError, zlib.error):
            continue  # damaged: the job fails with that reason when it is started
        db.execute("UPDATE job SET asks=?, keep_alive=? WHERE number=?", (*hints, number))


def _index_open_jobs(db: sqlite3.Connection) -> None:
    """Add an index of open jobs: they are few among many that have ended."""
    db.execute("CREATE INDEX open_job ON job (number) WHERE ended IS NULL")


def _add_task_kind(db: sqlite3.Connection) -> None:
    """Add the kind of task; until this layout every job was an analysis of an edit.

    Specs keep their text: an older form of ``Submit`` is readable as long as its protocol version
    is supported.
    """
    db.execute("ALTER TABLE job ADD COLUMN task TEXT NOT NULL DEFAULT 'analyze'")
    db.execute("ALTER TABLE job RENAME COLUMN asks TO options")  # of the task; NULL: not known


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create_jobs, _add_scheduling_hints, _index_open_jobs, _add_task_kind,
)  # fmt: skip
"""Steps from layout n to n + 1, in order. Released steps never change; new ones are appended."""

LAYOUT = len(MIGRATIONS)
"""Layout that this version writes: SQLite's ``user_version`` of the file."""
