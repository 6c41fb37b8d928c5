"""Transactions on the journal, with SQLite's errors turned into Shotlog's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shotlog.schema import JournalUnusable
from shotlog.service.journal.sqlite_errors import primary_code


class Transactions:
    """Transactions on one connection. For one thread.

    Args:
        db: Connection in autocommit mode (``isolation_level=None``).
        path: File, for error messages.

    Attributes:
        problem: Reason why the last transaction failed; None after one that succeeded.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.problem: str | None = None
        self._db, self._path = db, path

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run one transaction; it is on the disk when the block ends.

        Within another ``write`` the block is part of the outer transaction.

        Raises:
            JournalUnusable: it failed, and nothing of it was written.
        """
        if self._db.in_transaction:
            with self.read():
                yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
            self.problem = None
        except sqlite3.Error as error:
            raise self._translate(error) from error
        finally:
            # SQLite itself rolls back after some errors, after others it does not.
            if self._db.in_transaction:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[None]:
        """Turn errors of SQLite inside the block into ``JournalUnusable``."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._translate(error) from error

    def _translate(self, error: sqlite3.Error) -> JournalUnusable:
        full = primary_code(error) == sqlite3.SQLITE_FULL
        self.problem = "the disk is full" if full else f"the journal cannot be used ({error})"
        hint = None if full else "Restart the daemon with: shotlog daemon restart."
        return JournalUnusable(str(self._path), self.problem, hint)
