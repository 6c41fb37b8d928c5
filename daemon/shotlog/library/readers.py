"""Several connections to one library, so that its parts are read at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import apsw

from shotlog.library.database import connect_reader, load_vector_functions

_THREADS = 4
_LEAST = 50_000
"""Rows of a part; with fewer, starting a thread takes longer than it saves."""

Part = tuple[int, int]
"""Numbers of the first and the last row of a part."""

T = TypeVar("T")


class Readers:
    """Connections to a library that has been checked, one for each part that is read at once.

    SQLite and NumPy let other threads run while they work, so threads use all cores.

    Args:
        path: The library's file.
        db: The first connection.
    """

    def __init__(self, path: Path, db: apsw.Connection) -> None:
        self._path = path
        self._connections = [db]
        self._with_vectors: set[int] = set()
        self._pool: ThreadPoolExecutor | None = None

    @property
    def main(self) -> apsw.Connection:
        """The first connection."""
        return self._connections[0]

    def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        for db in self._connections:
            db.close()
        self._connections = []

    def each(self, parts: list[Part], work: Callable[[apsw.Connection, int, int], T]) -> list[T]:
        """Do work on parts, and return the results in their order.

        Args:
            parts: Parts, as :func:`divide` returns them.
            work: Gets a connection that no other part uses, and the part.
        """
        while len(self._connections) < len(parts):
            self._connections.append(connect_reader(self._path))
        if len(parts) <= 1:
            return [work(self.main, first, last) for first, last in parts]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="library")
        running = [
            self._pool.submit(work, db, first, last)
            for db, (first, last) in zip(self._connections, parts, strict=False)
        ]
        return [each.result() for each in running]

    def with_vectors(self, db: apsw.Connection) -> apsw.Connection:
        """Return one of these connections with the functions of sqlite-vec."""
        number = self._connections.index(db)
        if number not in self._with_vectors:
            load_vector_functions(db)
            self._with_vectors.add(number)
        return db


def divide(rows: int, least: int = _LEAST) -> list[Part]:
    """Divide rows, numbered from 1, into parts for the cores of this machine."""
    count = min(_THREADS, os.cpu_count() or 1, max(1, rows // least))
    edges = [rows * part // count for part in range(count + 1)]
    return [(first + 1, last) for first, last in pairwise(edges)]
