"""Opening the journal's SQLite file: settings, migrations, integrity check, quarantine.

The file is in WAL mode with ``synchronous=FULL``: an acknowledged job survives a power cut, whereas
NORMAL may lose the last commits (sqlite.org/pragma.html#pragma_synchronous). With
``locking_mode=EXCLUSIVE`` only one daemon uses the file at a time, and SQLite needs no shared
memory, so a home folder on a network drive works (sqlite.org/wal.html, section 8).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from shotlog.files import quarantine
from shotlog.schema import JournalUnusable
from shotlog.service.journal.migrations import LAYOUT, MIGRATIONS
from shotlog.service.journal.sqlite_errors import IN_USE, primary_code

_BUSY_SECONDS = 1.0
_WAL_BYTES = 16 * 1024**2
"""Size to which the write-ahead log is truncated after a large result."""

_WRITE_VERSION_OFFSET = 18
"""Offset of the file format write version; SQLite opens a file with a value above 2 read-only
(sqlite.org/fileformat.html, section 1.3.3)."""

_MACHINE_ERRORS = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM,
})  # fmt: skip
"""Result codes caused by the machine. While a file is opened, any other code means damage."""


class DamagedJournal(Exception):
    """The file is not a valid journal."""


def open_journal(
    path: Path,
    check: Callable[[sqlite3.Connection], None],
    wall_clock: Callable[[], float],
    max_bytes: int,
) -> tuple[sqlite3.Connection, str | None]:
    """Open a journal; quarantine a damaged file and start an empty one.

    Args:
        path: File, created with its folder if it does not exist; readable by its user only.
        check: Reads the content; raises :class:`DamagedJournal`.
        wall_clock: Seconds since 1970, for the name of a quarantined file.
        max_bytes: Maximum size of the file.

    Returns:
        The connection, and a warning if the file was quarantined.

    Raises:
        JournalUnusable: another daemon uses it, a newer Shotlog wrote it, or it cannot be opened.
    """
    try:
        try:
            return _open(path, check, max_bytes), None
        except DamagedJournal as error:
            aside = quarantine(path, wall_clock())
            warning = f"the journal was damaged ({error}); it was put aside as {aside}"
            return _open(path, check, max_bytes), warning
    except (OSError, DamagedJournal) as error:
        raise JournalUnusable(str(path), f"the journal cannot be opened ({error})") from error


def _open(
    path: Path, check: Callable[[sqlite3.Connection], None], max_bytes: int
) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    # Read before SQLite connects: closing any descriptor of the file later would release SQLite's
    # POSIX locks (sqlite.org/howtocorrupt.html, section 2.2).
    with path.open("rb") as file:
        head = file.read(_WRITE_VERSION_OFFSET + 1)
    if head[_WRITE_VERSION_OFFSET:] > b"\2":
        raise DamagedJournal("its header is wrong")
    with ExitStack() as undo:
        try:
            db = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            undo.callback(db.close)
            # Invalid UTF-8 must reach the checks as text instead of raising while rows are read.
            db.text_factory = lambda raw: raw.decode(errors="replace")
            _migrate(db, path)
            check(db)
            page = db.execute("PRAGMA page_size").fetchone()[0]
            db.execute(f"PRAGMA max_page_count={max_bytes // page}")
        except sqlite3.Error as error:
            raise _translate(error, path) from error
        except UnicodeDecodeError as error:  # SQLite quotes invalid bytes in its error message
            raise DamagedJournal("its tables cannot be read") from error
        undo.pop_all()
    return db


def _translate(error: sqlite3.Error, path: Path) -> Exception:
    """Return the error to raise for an error of SQLite while the file is opened."""
    code = primary_code(error)
    if code in IN_USE:
        return JournalUnusable(
            str(path), "another daemon uses the journal", "See: shotlog daemon status."
        )
    # SQLite also reports READONLY for a damaged header, so the permission is tested as well.
    read_only = code == sqlite3.SQLITE_READONLY and not os.access(path, os.W_OK)
    if code in _MACHINE_ERRORS or read_only:
        return JournalUnusable(str(path), f"the journal cannot be opened ({error})")
    return DamagedJournal(str(error))


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    # locking_mode first: SQLite avoids shared memory only if it is exclusive before the first
    # access in WAL mode.
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(f"PRAGMA journal_size_limit={_WAL_BYTES}")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if not 0 <= layout <= LAYOUT:
        raise _unknown_layout(db, path, layout)
    verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise DamagedJournal(verdict)
    for number, migrate in enumerate(MIGRATIONS[layout:], start=layout + 1):
        db.execute("BEGIN IMMEDIATE")
        migrate(db)
        db.execute(f"PRAGMA user_version={number}")
        facts = (("layout", str(number)), ("shotlog", version("shotlog")))
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", facts)
        db.execute("COMMIT")


def _unknown_layout(db: sqlite3.Connection, path: Path, layout: int) -> Exception:
    """Return the error for a layout that this version does not know.

    A newer Shotlog writes the number twice; one flipped bit in the header changes it only once.
    """
    facts = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if facts.get("layout") != str(layout):
        return DamagedJournal("its layout is not known")
    return JournalUnusable(
        str(path),
        f"the journal was written by Shotlog {facts.get('shotlog')}, and this is older",
        f"Update Shotlog, or move the file away: this is {version('shotlog')}.",
    )
