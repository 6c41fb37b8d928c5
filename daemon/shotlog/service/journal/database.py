"""The file under the journal: opened, laid out, checked, and put aside where it is damaged.

WAL with ``synchronous=FULL`` (an acknowledged job survives a power cut; NORMAL may lose the last
commits, sqlite.org/pragma.html#pragma_synchronous) and ``locking_mode=EXCLUSIVE``: one daemon at a
time, and no shared memory, so that a home folder on the network will do (sqlite.org/wal.html, 8).
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from shotlog.files import quarantine
from shotlog.schema import JournalUnusable
from shotlog.service.journal.sqlite_errors import IN_USE, primary_code

_BUSY_SECONDS = 1.0
_WAL_BYTES = 16 * 1024**2
"""The write-ahead log is cut back to so much after a large result."""

_WRITE_VERSION = 18
"""Place of the byte that makes SQLite take a file for read-only (sqlite.org/fileformat.html)."""


def _jobs(db: sqlite3.Connection) -> None:
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


def _wishes(db: sqlite3.Connection) -> None:
    """What must be known of a job before it is begun, without its spec being read."""
    db.execute("ALTER TABLE job ADD COLUMN asks TEXT")  # JSON of AnalysisOptions; NULL: not known
    db.execute("ALTER TABLE job ADD COLUMN keep_alive INTEGER")
    for number, spec in db.execute("SELECT number, spec FROM job WHERE ended IS NULL").fetchall():
        try:
            said = json.loads(zlib.decompress(spec))
            wishes = json.dumps(said["asks"]), said["keep_alive"]
        except (ValueError, TypeError, LookupError, zlib.error):
            continue  # damaged, which is told once it is begun
        db.execute("UPDATE job SET asks=?, keep_alive=? WHERE number=?", (*wishes, number))


def _open_ones(db: sqlite3.Connection) -> None:
    """The few jobs that are not over are found without the many that are being read."""
    db.execute("CREATE INDEX open_job ON job (number) WHERE ended IS NULL")


def _tasks(db: sqlite3.Connection) -> None:
    """Jobs are of several kinds; until now all were to analyse an edit.

    Texts of jobs stay as they are: an older form of ``Submit`` is read as long as the protocol
    that it is of.
    """
    db.execute("ALTER TABLE job ADD COLUMN task TEXT NOT NULL DEFAULT 'analyze'")  # its kind
    db.execute("ALTER TABLE job RENAME COLUMN asks TO options")  # of the task; NULL: not known


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _jobs, _wishes, _open_ones, _tasks,
)  # fmt: skip
"""From layout n to n + 1, in order. Those that were published are never changed, only added to."""

_OUTSIDE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM,
})  # fmt: skip
"""Result codes that tell of the machine; any other, while a file is opened, tells of the file."""


class Damaged(Exception):
    """The file is no journal, or no longer one."""


def open_journal(
    path: Path,
    check: Callable[[sqlite3.Connection], None],
    wall: Callable[[], float],
    most_bytes: int,
) -> tuple[sqlite3.Connection, str | None]:
    """The connection to a sound journal, and what had to be done for it, in words.

    Args:
        path: The file, made with its folder where it does not exist; only its user may read it.
        check: Reads what is in it; raises :class:`Damaged`.
        wall: Wall clock, for the name of a file that is put aside.
        most_bytes: The file grows no further.

    Raises:
        JournalUnusable: another daemon uses it, a newer Shotlog wrote it, or it cannot be opened.
    """
    try:
        try:
            return _open(path, check, most_bytes), None
        except Damaged as error:
            aside = quarantine(path, wall())
            told = f"the journal was damaged ({error}); it was put aside as {aside}"
            return _open(path, check, most_bytes), told
    except (OSError, Damaged) as error:
        raise JournalUnusable(str(path), f"the journal cannot be opened ({error})") from error


def _open(
    path: Path, check: Callable[[sqlite3.Connection], None], most_bytes: int
) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("rb") as file:  # never once it is connected: closing it would drop the lock
        head = file.read(_WRITE_VERSION + 1)
    if head[_WRITE_VERSION:] > b"\2":
        raise Damaged("its header is wrong")
    with ExitStack() as undo:
        try:
            db = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            undo.callback(db.close)
            db.text_factory = lambda raw: raw.decode(errors="replace")
            _lay_out(db, path)
            check(db)
            page = db.execute("PRAGMA page_size").fetchone()[0]
            db.execute(f"PRAGMA max_page_count={most_bytes // page}")
        except sqlite3.Error as error:
            raise _understood(error, path) from error
        except UnicodeDecodeError as error:  # SQLite quotes the garbage in its message
            raise Damaged("its tables cannot be read") from error
        undo.pop_all()
    return db


def _understood(error: sqlite3.Error, path: Path) -> Exception:
    code = primary_code(error)
    if code in IN_USE:
        return JournalUnusable(
            str(path), "another daemon uses the journal", "See: shotlog daemon status."
        )
    locked_away = code == sqlite3.SQLITE_READONLY and not os.access(path, os.W_OK)
    if code in _OUTSIDE or locked_away:
        return JournalUnusable(str(path), f"the journal cannot be opened ({error})")
    return Damaged(str(error))


def _lay_out(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(f"PRAGMA journal_size_limit={_WAL_BYTES}")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if not 0 <= layout <= len(MIGRATIONS):
        raise _newer(db, path, layout)
    found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise Damaged(found)
    for number, migrate in enumerate(MIGRATIONS[layout:], start=layout + 1):
        db.execute("BEGIN IMMEDIATE")
        migrate(db)
        db.execute(f"PRAGMA user_version={number}")
        facts = (("layout", str(number)), ("shotlog", version("shotlog")))
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", facts)
        db.execute("COMMIT")


def _newer(db: sqlite3.Connection, path: Path, layout: int) -> Exception:
    """What to say of a layout that is not known: it is newer if the file says so twice."""
    facts = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if facts.get("layout") != str(layout):
        return Damaged("its layout is not known")
    return JournalUnusable(
        str(path),
        f"the journal was written by Shotlog {facts.get('shotlog')}, and this is older",
        f"Update Shotlog, or move the file away: this is {version('shotlog')}.",
    )
