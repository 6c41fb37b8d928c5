"""Connections to library files: readers of a finished file, and the writer of a new one.

A library is never changed in place, and no lock of SQLite is relied on, as a library may be on a
network share: readers open the file as immutable, and a writer has a file of its own.

APSW brings its own SQLite with FTS5 and loads extensions; the ``sqlite3`` module of many Pythons is
built without either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import sqlite_vec

from shotlog.library.errors import reads, unreadable
from shotlog.library.layout import APPLICATION, LAYOUT, PAGE_BYTES, TABLES, WORDS, check_layout
from shotlog.schema import LibraryUnreadable, readable

_READING = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
_WRITING = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
# Memory is not mapped: a file on a share that another machine replaces would end the process.
_SETTINGS = """
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
"""


def immutable_uri(path: Path) -> str:
    """Return the URI by which a library that no longer changes is opened."""
    return f"{path.absolute().as_uri()}?immutable=1"


def open_reader(path: Path) -> apsw.Connection:
    """Open a library to read it, and check that it is one.

    Raises:
        LibraryMissing: There is no such file.
        LibraryUnreadable: It is damaged, no library, or of another version.
    """
    if not path.is_file():
        raise unreadable(path)
    with reads(path):
        db = connect_reader(path)
        try:
            check_layout(db, readable(str(path)))
            size = count(db, "PRAGMA page_count") * count(db, "PRAGMA page_size")
            if size != path.stat().st_size:
                raise LibraryUnreadable(
                    readable(str(path)), "the library is damaged: it was cut off"
                )
        except BaseException:
            db.close()
            raise
    return db


def connect_reader(path: Path) -> apsw.Connection:
    """Connect to a library that :func:`open_reader` has checked, for another thread.

    Raises:
        apsw.Error: It cannot be opened.
    """
    db = apsw.Connection(immutable_uri(path), flags=_READING)
    run(db, _SETTINGS)
    run(db, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768")
    return db


def load_vector_functions(db: apsw.Connection) -> None:
    """Load sqlite-vec into a connection."""
    db.enable_load_extension(True)
    try:
        db.load_extension(sqlite_vec.loadable_path())
    finally:
        db.enable_load_extension(False)


def run(db: apsw.Connection, script: str) -> None:
    """Run statements; APSW stops at the first one that gives a row until it is read."""
    db.execute(script).fetchall()


def fetch(db: apsw.Connection, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
    """Return all rows of a query, as tuples of its columns."""
    return db.execute(sql, parameters).fetchall()


def count(db: apsw.Connection, sql: str, parameters: tuple[Any, ...] = ()) -> int:
    """Return the one whole number that a query gives."""
    value = db.execute(sql, parameters).get
    assert isinstance(value, int)  # noqa: S101
    return value


def create(path: Path, *, words: bool) -> apsw.Connection:
    """Create the tables of a library in an empty file that nothing else opens.

    A file that is not finished is thrown away, so it has neither a journal nor syncs.

    Args:
        path: The file.
        words: True to create the indexes of words as well.

    Raises:
        apsw.Error: It cannot be written.
    """
    db = apsw.Connection(f"{path.absolute().as_uri()}?nolock=1", flags=_WRITING)
    try:
        run(
            db,
            f"PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA cache_size = -65536; PRAGMA application_id = {APPLICATION};"
            f"PRAGMA user_version = {LAYOUT}",
        )
        run(db, _SETTINGS)
        run(db, TABLES + (WORDS if words else ""))
    except BaseException:
        db.close()
        raise
    return db
