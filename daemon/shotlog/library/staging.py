"""New timelines as a library of their own, in the order in which they come.

Its tables are those of a library, but without indexes of words, and names occur more than once.
"""

# ruff: noqa: S608  SQL is put together of names in this room; values are bound.

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import apsw

from shotlog.library.database import create
from shotlog.library.indexing import ShotRow, file_name, shot_rows
from shotlog.library.layout import (
    DETAIL_COLUMNS,
    MODEL_SHIFT,
    MOST_MODELS,
    SHOT_COLUMNS,
    label_rows,
)
from shotlog.library.results import LoggedTimeline
from shotlog.library.vectors import to_unit
from shotlog.schema import LibraryError, readable


def stage(path: Path, add: Iterable[LoggedTimeline]) -> None:
    """Write timelines into an empty file.

    Of timelines with the same item, sequence and source, the last one is kept.

    Raises:
        LibraryError: A vector is damaged, or two of one model have different lengths.
        apsw.Error: The file cannot be written.
    """
    db = create(path, words=False)
    try:
        db.execute("BEGIN")
        staging = _Staging(db)
        for timeline in add:
            staging.insert(timeline)
        db.execute("COMMIT")
    finally:
        db.close()


class _Staging:
    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._models: dict[str, tuple[int, int]] = {}
        self._rows = self._names = self._timelines = 0
        db.executemany("INSERT INTO label VALUES (?, ?, ?)", label_rows())
        db.execute("CREATE INDEX same ON timeline (item, sequence, source)")

    def insert(self, timeline: LoggedTimeline) -> None:
        """Insert one timeline, in place of an equal one."""
        source = readable(timeline.source)
        key = (timeline.item, timeline.sequence, source)
        # Its rows stay, but no timeline leads to them.
        self._db.execute("DELETE FROM timeline WHERE item = ? AND sequence = ? AND source = ?", key)
        self._timelines += 1
        first = self._rows + 1
        rows = shot_rows(timeline.log)
        masks = self._insert_vectors(timeline, [found.number for found in rows])
        self._insert_shots(rows, masks)
        marked, report = (
            None if path is None else readable(path) for path in (timeline.marked, timeline.report)
        )
        name, count = readable(timeline.log.edit.name), self._rows + 1 - first
        self._db.execute(
            "INSERT INTO timeline VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._timelines, *key[:2], name, source, marked, report, first, count),
        )

    def _insert_shots(self, rows: list[ShotRow], masks: dict[int, int]) -> None:
        names: dict[tuple[str, str], int] = {}
        shots, details = [], []
        for found in rows:
            self._rows += 1
            text = found.clip, found.media
            if text not in names:
                names[text] = self._names = self._names + 1
            place = names[text], self._timelines, masks.get(found.number, 0)
            shots.append((self._rows, *found.facts, *place, *found.more_facts))
            details.append((self._rows, *found.detail))
        self._db.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?)",
            ((number, *text, file_name(text[1])) for text, number in names.items()),
        )
        self._db.executemany(_insertion("shot", SHOT_COLUMNS), shots)
        self._db.executemany(_insertion("detail", DETAIL_COLUMNS), details)

    def _insert_vectors(self, timeline: LoggedTimeline, order: list[int]) -> dict[int, int]:
        """Insert vectors, and return the models of each shot as bits.

        Args:
            timeline: The timeline.
            order: Indexes of its shots in the log, in the order of their rows.
        """
        masks: dict[int, int] = dict.fromkeys(order, 0)
        for name in sorted(timeline.vectors):
            given = timeline.vectors[name]
            if not given:
                continue
            model = self._model(name, len(next(iter(given.values()))), timeline)
            self._db.executemany(
                "INSERT INTO vector VALUES (?, ?)",
                [
                    ((model << MODEL_SHIFT) + row, self._unit(given[number], name, timeline))
                    for row, number in enumerate(order, start=self._rows + 1)
                    if number in given
                ],
            )
            for number in given:
                if number in masks:
                    masks[number] |= 1 << model
        return masks

    def _model(self, name: str, dimensions: int, timeline: LoggedTimeline) -> int:
        number, known = self._models.get(name, (len(self._models), dimensions))
        if number >= MOST_MODELS:
            message = f"a library holds vectors of {MOST_MODELS} models at most"
            raise LibraryError(readable(timeline.source), message, "Use fewer models.")
        if name not in self._models:
            self._models[name] = number, known
            self._db.execute("INSERT INTO model VALUES (?, ?, ?)", (number, name, dimensions))
        return number

    def _unit(self, vector: object, name: str, timeline: LoggedTimeline) -> bytes:
        unit = to_unit(vector)  # type: ignore[arg-type]
        if unit is None or len(unit) != self._models[name][1]:
            raise LibraryError(
                readable(timeline.source),
                f"its vectors of the model {readable(name)} are damaged",
                "Log this timeline again.",
            )
        return unit.tobytes()


def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} VALUES (?{', ?' * len(columns)})"
