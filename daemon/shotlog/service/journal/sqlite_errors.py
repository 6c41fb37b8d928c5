"""SQLite's result codes (sqlite.org/rescode.html)."""

from __future__ import annotations

import sqlite3

IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""Primary codes for a file or table that another connection has locked."""


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code of an error: the lowest eight bits of the extended one."""
    # Errors that Python raises itself (a closed connection, for example) carry no code.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
