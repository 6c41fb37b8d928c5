"""A library as it is searched."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import apsw

from shotlog.library.database import count, fetch, open_reader
from shotlog.library.errors import reads
from shotlog.library.matching import find_page, load_hits
from shotlog.library.query import Query, compile_condition
from shotlog.library.readers import Readers
from shotlog.library.results import FoundShots, Vector
from shotlog.library.vectors import Ranking, VectorModel, to_unit
from shotlog.schema import LibraryError

Order = Literal["timeline", "similarity", "highlight", "duration"]
TextVector = tuple[str, Vector]
"""Name of an image-text model, and its vector of a description."""

_NO_VECTORS = (
    "Pull an image-text model (see shotlog models list) and log the timelines again with it."
)


class Library:
    """A library, open for reading: see :meth:`open`. It may be used by one thread at a time.

    The file may be replaced by a merge meanwhile; an open library goes on with what it has opened.
    """

    def __init__(self, path: Path, db: apsw.Connection) -> None:
        self._path = path
        self._readers = Readers(path, db)
        self._shots = count(db, "SELECT ifnull(max(row), 0) FROM shot")
        self._models = [
            VectorModel(*row) for row in fetch(db, "SELECT id, name, dimensions FROM model")
        ]

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a library to read it.

        Args:
            path: The file.

        Raises:
            LibraryMissing: There is no such file.
            LibraryUnreadable: It is damaged, no library, or of another version.
        """
        db = open_reader(path)
        try:
            with reads(path):
                return cls(path, db)
        except BaseException:
            db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._readers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def shots(self) -> int:
        """Number of shots."""
        return self._shots

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the image-text models of which it has vectors."""
        return tuple(model.name for model in self._models)

    @property
    def merged(self) -> frozenset[str]:
        """Ids of the items that it holds.

        Raises:
            LibraryUnreadable: It is damaged.
        """
        with reads(self._path):
            found = fetch(self._readers.main, "SELECT DISTINCT item FROM timeline")
            return frozenset(item for (item,) in found)

    def find(
        self,
        query: Query,
        *,
        limit: int | None = 100,
        offset: int = 0,
        order: Order | None = None,
        text_vector: TextVector | None = None,
    ) -> FoundShots:
        """Find shots.

        Args:
            query: The query.
            limit: Number of hits to return at most; None for all.
            offset: Number of hits to leave out at the start.
            order: ``timeline``: by the path of the timeline, then by time. ``duration`` and
                ``highlight``: the longest, the best first. ``similarity``: those first that show
                most what ``query.text`` describes. None is ``similarity`` for a query with a
                description, else ``timeline``. Of equal ones, the first in timeline order.
            text_vector: Model and vector of ``query.text``; needed if the query has one. Then only
                shots with a vector of this model are found.

        Raises:
            LibraryError: The query has a description and no vector is given, the library has no
                vectors of its model, or shots are to be ordered by similarity without a
                description.
            LibraryUnreadable: The file is damaged.
            ValueError: ``limit`` or ``offset`` is negative.
        """
        if offset < 0 or (limit is not None and limit < 0):
            raise ValueError("offset and limit are 0 or more")
        if query.text is None and order == "similarity":
            hint = 'Add a description, such as: text:"a woman laughing".'
            raise LibraryError("similarity", "there is nothing to be similar to", hint)
        with reads(self._path):
            db = self._readers.main
            condition = compile_condition(query.condition, db)
            ranking = None if query.text is None else self._ranking(text_vector)
            if order is None or order == "similarity":
                if ranking is not None:
                    rows, similarities, total = ranking.find_page(condition, offset, limit)
                    return FoundShots(load_hits(db, rows, similarities), total)
                order = "timeline"
            if ranking is not None:
                condition = ranking.restrict(condition)
            rows, total = find_page(self._readers, self._shots, condition, order, offset, limit)
            beside = None if ranking is None else ranking.similarities(rows)
            return FoundShots(load_hits(db, rows, beside), total)

    def _ranking(self, text_vector: TextVector | None) -> Ranking:
        """Return the ranking by a vector.

        Raises:
            LibraryError: It is missing, or does not fit the library's vectors.
        """
        if text_vector is None:
            message = "a description needs the vector that an image-text model makes of it"
            names = " or ".join(self.models)
            hint = f"Fetch the model with: shotlog models pull {names}." if names else _NO_VECTORS
            raise LibraryError("text:", message, hint)
        name, vector = text_vector
        model = next((model for model in self._models if model.name == name), None)
        if model is None:
            held = f"It has those of: {', '.join(self.models)}." if self._models else _NO_VECTORS
            raise LibraryError(name, "the library has no vectors of this model", held)
        unit = to_unit(vector)
        if unit is None or len(unit) != model.dimensions:
            message = f"its vector of the description does not have {model.dimensions} numbers"
            raise LibraryError(name, message, "Fetch the model again with: shotlog models pull.")
        return Ranking(self._readers, self._shots, model, unit)
