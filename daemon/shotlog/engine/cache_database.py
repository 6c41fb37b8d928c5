"""The database file of the result cache: its tables, their version, opening."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from shotlog.paths import CACHE_VARIABLE, check_access
from shotlog.schema import CacheError

_BUSY_SECONDS = 30.0
"""Wait for a lock that another run holds; its transactions take milliseconds."""
_LAYOUT = 3
"""Version of the tables, in ``PRAGMA user_version``; version 1 had no table ``fact``, version 2 no
table ``conclusion``."""
_TABLES = """
CREATE TABLE IF NOT EXISTS piece (
    id INTEGER PRIMARY KEY,
    media TEXT NOT NULL,
    measure TEXT NOT NULL,
    start TEXT NOT NULL,          -- exact seconds of media time, "numerator/denominator"
    finish TEXT NOT NULL,
    tick TEXT NOT NULL,
    width INTEGER NOT NULL,       -- numbers in a row
    dtype TEXT NOT NULL,          -- their type, as numpy spells it
    rows BLOB NOT NULL,           -- zlib: first int64, last int64, values
    checksum BLOB NOT NULL,       -- BLAKE2b of rows
    used REAL NOT NULL            -- wall clock of the last use; decides only what is thrown away
);
DROP INDEX IF EXISTS piece_of;    -- of version 2, without what is asked of every piece
-- All that is asked of a piece but its rows: to reach what lies behind them, SQLite reads them.
CREATE INDEX IF NOT EXISTS piece_outline ON piece (media, measure, start, finish, checksum, used);
CREATE TABLE IF NOT EXISTS ending (
    media TEXT PRIMARY KEY,
    finish TEXT,                  -- where the material really ended, exact seconds; NULL: not known
    damage TEXT                   -- what was broken, in words; NULL: nothing
);
CREATE TABLE IF NOT EXISTS fact (
    key TEXT PRIMARY KEY,         -- what it is about, whatever would make it another included
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS conclusion (
    media TEXT NOT NULL,          -- empty for what is concluded from several
    key TEXT NOT NULL,            -- what was asked, and a digest of the evidence
    text BLOB NOT NULL,           -- what follows from it; bytes, as damaged text cannot be read
    checksum BLOB NOT NULL,       -- BLAKE2b of text
    used REAL NOT NULL,           -- as of a piece
    PRIMARY KEY (media, key)
);
"""


def open_error(path: Path, error: Exception) -> CacheError:
    """Return the error for a cache file that cannot be opened."""
    told = check_access(path, CACHE_VARIABLE)  # SQLite reports no reason
    if told is None and path.is_dir():
        message = "the cache cannot be opened (this is a folder)"
        return CacheError(str(path), message, f"Name a file in {CACHE_VARIABLE}.")
    if told is None:
        return CacheError(str(path), f"the cache cannot be opened ({error})")
    hint = f"{told.remedy} Or do without: --in-process --no-cache."
    return CacheError(str(path), f"the cache cannot be opened ({told.words})", hint)


def _lay_out(db: sqlite3.Connection, name: str) -> None:
    """Create the tables where they are missing.

    Raises:
        CacheError: the file was written by a newer version.
    """
    # Runs read while another one writes. Without a sync per commit a power cut may lose the last
    # pieces, which are measured again, but WAL keeps the file whole.
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout > _LAYOUT:
        raise CacheError(
            name,
            "the cache was written by a newer version of Shotlog",
            "Remove the file; it holds only what can be computed again.",
        )
    if layout < _LAYOUT:
        # Two runs may come here at once; the second waits for the lock and finds the tables there.
        db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={_LAYOUT}; COMMIT;")


def _until_free(work: Callable[[], None]) -> None:
    """Call a function again while another run creates the tables of the same file."""
    # SQLite ignores its time-out for locks while a file changes its journal mode.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def connect(name: str) -> sqlite3.Connection:
    """Open a database and create its tables where they are missing.

    Args:
        name: Path of the file, or ``:memory:``.

    Raises:
        sqlite3.DatabaseError: the file cannot be opened, or is damaged.
        CacheError: the file was written by a newer version.
    """
    # The thread that measured a piece stores it; the cache serialises the writes.
    # No isolation level: the cache begins its transactions itself, as Python's begin deferred.
    db = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _until_free(lambda: _lay_out(db, name))
    except BaseException:
        db.close()
        raise
    return db


def stored_size(db: sqlite3.Connection) -> int:
    """Return the size of the stored evidence and conclusions in bytes."""
    query = (
        "SELECT (SELECT COALESCE(SUM(LENGTH(rows)), 0) FROM piece)"
        " + (SELECT COALESCE(SUM(LENGTH(text)), 0) FROM conclusion)"
    )
    return int(db.execute(query).fetchone()[0])


def evict(db: sqlite3.Connection, excess: int) -> None:
    """Delete the pieces and conclusions that were not used for longest; call in a transaction.

    Args:
        db: The database.
        excess: Bytes to delete; none where it is not positive.
    """
    oldest_first = (
        "SELECT 'piece' AS kind, id, LENGTH(rows), used FROM piece"
        " UNION ALL SELECT 'conclusion', rowid, LENGTH(text), used FROM conclusion"
        " ORDER BY used, kind, id"
    )
    evicted: dict[str, list[tuple[int]]] = {"piece": [], "conclusion": []}
    for kind, number, size, _ in db.execute(oldest_first):
        if excess <= 0:
            break
        evicted[kind].append((number,))
        excess -= size
    db.executemany("DELETE FROM piece WHERE id=?", evicted["piece"])
    db.executemany("DELETE FROM conclusion WHERE rowid=?", evicted["conclusion"])
