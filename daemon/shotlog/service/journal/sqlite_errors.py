"""SQLite's result codes (sqlite.org/rescode.html)."""

from __future__ import annotations

import sqlite3

IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Another connection has the file, or a table of it, to itself."""


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code of an error: the lowest eight bits of the extended one."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
