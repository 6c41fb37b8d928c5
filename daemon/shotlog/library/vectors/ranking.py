"""Pages of the shots that are most similar to a description."""

from __future__ import annotations

# ruff: noqa: S608  SQL is put together of names in this room; values are bound.
from typing import NamedTuple

import apsw
import numpy as np
from numpy.typing import NDArray

from shotlog.library.database import fetch
from shotlog.library.layout import MODEL_SHIFT
from shotlog.library.matching import Rows, find_page
from shotlog.library.query import EVERYTHING, Condition
from shotlog.library.readers import Readers, divide
from shotlog.library.results import Vector
from shotlog.library.vectors.scanning import Scanned, nearest, scan

_COMPARED_DIRECTLY = 20_000
"""Shots up to which sqlite-vec compares all vectors, without a coarse scan."""
_LEAST_COMPARED = 500
"""Vectors for which a thread of their own is worth while."""

Similarities = NDArray[np.float64]


class VectorModel(NamedTuple):
    """An image-text model of which a library has vectors."""

    number: int
    name: str
    dimensions: int


class Ranking:
    """Ranks the shots of a library by the cosine of the angle to a vector.

    Args:
        readers: Connections to the library.
        shots: Number of its shots.
        model: The model of the vectors.
        vector: The vector of the description, of length 1.
    """

    def __init__(self, readers: Readers, shots: int, model: VectorModel, vector: Vector) -> None:
        self._readers = readers
        self._shots = shots
        self._model = model
        self._vector = vector

    def restrict(self, condition: Condition) -> Condition:
        """Return a condition that only shots with a vector of the model meet."""
        return Condition(
            f"(s.models & {1 << self._model.number}) != 0 AND {condition.sql}", condition.parameters
        )

    def find_page(
        self, condition: Condition, offset: int, limit: int | None
    ) -> tuple[Rows, Similarities, int]:
        """Return a page: rows, best first, their similarities, and the number of all matches."""
        described = self.restrict(condition)
        known, total = self._matches(described, _COMPARED_DIRECTLY)
        wanted = total if limit is None else min(total, offset + limit)
        if total > len(known) and wanted <= _COMPARED_DIRECTLY:
            rows, similarities = nearest(
                self._scan(), wanted, lambda some: self.compare(some, condition)
            )
        else:
            if total > len(known):
                known, _ = self._matches(described, None)
            rows, similarities = self.compare(known)
            order = np.lexsort((rows, -similarities))
            rows, similarities = rows[order], similarities[order]
        return rows[offset:wanted], similarities[offset:wanted], total

    def compare(self, rows: Rows, condition: Condition = EVERYTHING) -> tuple[Rows, Similarities]:
        """Return those of some rows that meet a condition, and their similarities, in any order."""
        among = f"CROSS JOIN shot AS s ON s.row = wanted.value AND {condition.sql}"
        sql = (
            "SELECT wanted.value, 1 - vec_distance_cosine(v.vector, ?) "
            f"FROM carray(?) AS wanted {'' if condition == EVERYTHING else among} "
            "CROSS JOIN vector AS v ON v.id = wanted.value + ?"
        )
        base = self._model.number << MODEL_SHIFT

        def compare(db: apsw.Connection, first: int, last: int) -> list[tuple[int, float]]:
            some = np.ascontiguousarray(rows[first - 1 : last])
            if not len(some):
                return []
            values = (self._vector.tobytes(), apsw.carray(some), *condition.parameters, base)
            return fetch(self._readers.with_vectors(db), sql, values)

        found = self._readers.each(divide(len(rows), _LEAST_COMPARED), compare)
        pairs = [pair for part in found for pair in part]
        return (
            np.array([row for row, _ in pairs], np.int64),
            np.array([similarity for _, similarity in pairs], np.float64),
        )

    def similarities(self, rows: Rows) -> Similarities:
        """Return the similarities of rows that have a vector of the model, in their order.

        Raises:
            ValueError: One has no vector.
        """
        compared, similarities = self.compare(rows)
        if len(compared) != len(rows):
            raise ValueError("vectors are missing")
        by_row = dict(zip(compared.tolist(), similarities.tolist(), strict=True))
        return np.array([by_row[row] for row in rows.tolist()], np.float64)

    def _matches(self, condition: Condition, limit: int | None) -> tuple[Rows, int]:
        return find_page(self._readers, self._shots, condition, "timeline", 0, limit)

    def _scan(self) -> Scanned:
        parts = self._readers.each(
            divide(self._shots),
            lambda db, first, last: scan(db, self._model.number, self._vector, first, last),
        )
        return Scanned(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.bounds for part in parts]),
        )
