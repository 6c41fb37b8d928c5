"""A new library out of the present one and of staged timelines.

Everything is in canonical order: timelines by source, sequence and item, names and models by their
text. So a library does not depend on the order of merges, and its first rows are its first page.
"""

# ruff: noqa: S608  SQL is put together of names in this room; values are bound.

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import apsw

from shotlog.library.database import count, create, fetch, immutable_uri
from shotlog.library.layout import (
    DETAIL_COLUMNS,
    MODEL_SHIFT,
    MOST_MODELS,
    SHOT_COLUMNS,
    label_rows,
    label_texts,
)
from shotlog.library.results import MergeCounts
from shotlog.library.vectors import insert_codes
from shotlog.schema import LibraryError, readable

_OLD, _FRESH = "old", "fresh"


class _Run(NamedTuple):
    """Timelines that follow each other and come from the same file."""

    schema: str
    first: int
    last: int


def assemble(
    draft: Path, present: Path | None, staged: Path, remove: Collection[str]
) -> MergeCounts:
    """Write a library into an empty file.

    Args:
        draft: The empty file.
        present: The library whose timelines are kept; None for none.
        staged: The staged timelines; those of ``present`` with the same items are left out.
        remove: Items to leave out.

    Raises:
        LibraryError: A model has vectors of different lengths.
        apsw.Error: A file cannot be read or written.
    """
    db = create(draft, words=True)
    try:
        db.execute("ATTACH ? AS fresh", (immutable_uri(staged),))
        if present is not None:
            db.execute("ATTACH ? AS old", (immutable_uri(present),))
        db.execute("BEGIN")
        counts = _fill(db, has_old=present is not None, remove=remove)
        db.execute("COMMIT")
        return counts
    finally:
        db.close()


def _fill(db: apsw.Connection, *, has_old: bool, remove: Collection[str]) -> MergeCounts:
    schemas = (_OLD, _FRESH) if has_old else (_FRESH,)
    counts = _order_timelines(db, has_old, remove)
    runs = list(_runs(db))
    db.executemany("INSERT INTO label VALUES (?, ?, ?)", label_rows())
    _copy_timelines(db, schemas)
    _copy_names(db, schemas)
    _map_models(db, schemas)
    for run in runs:
        _copy_shots(db, run)
    for model, dimensions in fetch(db, "SELECT id, dimensions FROM main.model ORDER BY id"):
        for run in runs:
            _copy_vectors(db, run, model)
        insert_codes(db, model, dimensions)
    _index_words(db)
    return counts


def _order_timelines(db: apsw.Connection, has_old: bool, remove: Collection[str]) -> MergeCounts:
    """Fill ``temp.arrival``: every timeline that comes, with its old and its new rows."""
    db.execute("CREATE TEMP TABLE gone (item TEXT PRIMARY KEY) WITHOUT ROWID")
    db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", ((item,) for item in sorted(remove)))
    db.execute("CREATE TEMP TABLE fresh_item AS SELECT DISTINCT item FROM fresh.timeline")
    present = "SELECT DISTINCT item FROM old.timeline" if has_old else "SELECT NULL AS item WHERE 0"
    replaced, removed, kept = (
        count(db, f"SELECT count(*) FROM ({present}) WHERE {which}")
        for which in (
            "item IN (SELECT item FROM fresh_item)",
            "item IN (SELECT item FROM gone) AND item NOT IN (SELECT item FROM fresh_item)",
            "item NOT IN (SELECT item FROM gone UNION SELECT item FROM fresh_item)",
        )
    )
    db.execute("INSERT OR IGNORE INTO gone SELECT item FROM fresh_item")
    old = (
        "SELECT 0 AS fresh, * FROM old.timeline WHERE item NOT IN (SELECT item FROM gone) UNION ALL"
    )
    db.execute(
        f"""
        CREATE TEMP TABLE arrival (
            id INTEGER PRIMARY KEY, fresh INTEGER, was INTEGER, was_first INTEGER, shots INTEGER,
            first INTEGER
        );
        INSERT INTO arrival
        SELECT row_number() OVER placed, fresh, id, first, shots,
            1 + ifnull(sum(shots) OVER (
                placed ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW
            ), 0)
        FROM ({old if has_old else ""} SELECT 1 AS fresh, * FROM fresh.timeline)
        WINDOW placed AS (ORDER BY source, sequence, item)
        """
    )
    return MergeCounts(
        added=count(db, "SELECT count(*) FROM fresh_item") - replaced,
        replaced=replaced,
        removed=removed,
        kept=kept,
        timelines=count(db, "SELECT count(*) FROM arrival"),
        shots=count(db, "SELECT ifnull(sum(shots), 0) FROM arrival"),
    )


def _runs(db: apsw.Connection) -> Iterator[_Run]:
    start, before, last = 1, None, 0
    for number, fresh in db.execute("SELECT id, fresh FROM arrival ORDER BY id"):
        if before is not None and fresh != before:
            yield _Run(_FRESH if before else _OLD, start, last)
            start = number
        before, last = fresh, number
    if before is not None:
        yield _Run(_FRESH if before else _OLD, start, last)


def _copy_timelines(db: apsw.Connection, schemas: tuple[str, ...]) -> None:
    parts = " UNION ALL ".join(
        f"SELECT a.id, t.item, t.sequence, t.name, t.source, t.marked, t.report, a.first, t.shots "
        f"FROM arrival AS a JOIN {schema}.timeline AS t ON t.id = a.was "
        f"WHERE a.fresh = {int(schema == _FRESH)}"
        for schema in schemas
    )
    db.execute(f"INSERT INTO main.timeline {parts} ORDER BY 1")


def _copy_names(db: apsw.Connection, schemas: tuple[str, ...]) -> None:
    """Fill ``name`` with the texts in use, and ``temp.renamed`` with their new numbers."""
    parts = " UNION ".join(
        f"SELECT DISTINCT clip, media, file FROM {schema}.name WHERE id IN (SELECT s.name "
        f"FROM arrival AS a CROSS JOIN {schema}.shot AS s "
        f"ON s.row BETWEEN a.was_first AND a.was_first + a.shots - 1 "
        f"WHERE a.fresh = {int(schema == _FRESH)})"
        for schema in schemas
    )
    db.execute(f"INSERT INTO main.name (clip, media, file) {parts} ORDER BY 1, 2")
    db.execute(
        "CREATE TEMP TABLE spelled (clip TEXT, media TEXT, id INTEGER, PRIMARY KEY (clip, media))"
        " WITHOUT ROWID"
    )
    db.execute("INSERT INTO spelled SELECT clip, media, id FROM main.name ORDER BY clip, media")
    for schema in schemas:
        db.execute(
            f"CREATE TEMP TABLE renamed_{schema} (was INTEGER PRIMARY KEY, id INTEGER);"
            f"INSERT INTO renamed_{schema} SELECT n.id, p.id FROM {schema}.name AS n "
            "CROSS JOIN spelled AS p ON p.clip = n.clip AND p.media = n.media"
        )


def _map_models(db: apsw.Connection, schemas: tuple[str, ...]) -> None:
    """Fill ``model``, and ``temp.remodelled`` with the old and new number of each model.

    Raises:
        LibraryError: A model has vectors of different lengths, or there are too many models.
    """
    in_use = " UNION ".join(
        f"SELECT m.name, m.dimensions FROM {schema}.model AS m WHERE EXISTS ("
        f"SELECT 1 FROM arrival AS a CROSS JOIN {schema}.vector AS v "
        f"ON v.id BETWEEN (m.id << {MODEL_SHIFT}) + a.was_first "
        f"AND (m.id << {MODEL_SHIFT}) + a.was_first + a.shots - 1 "
        f"WHERE a.fresh = {int(schema == _FRESH)})"
        for schema in schemas
    )
    models = fetch(db, f"{in_use} ORDER BY 1")
    names = [name for name, _ in models]
    for name in names:
        if names.count(name) > 1:
            message = "its vectors in the library have another length"
            hint = "Log all timelines again with this model, or give the other model another name."
            raise LibraryError(readable(name), message, hint)
    if len(names) > MOST_MODELS:
        message = f"a library holds vectors of {MOST_MODELS} models at most"
        raise LibraryError("library", message, "Use fewer models.")
    db.executemany(
        "INSERT INTO main.model VALUES (?, ?, ?)",
        ((number, name, size) for number, (name, size) in enumerate(models)),
    )
    for schema in schemas:
        db.execute(
            f"CREATE TEMP TABLE remodelled_{schema} AS SELECT m.id AS was, n.id AS id "
            f"FROM {schema}.model AS m JOIN main.model AS n ON n.name = m.name"
        )


def _copy_shots(db: apsw.Connection, run: _Run) -> None:
    moved = {
        "name": f"(SELECT id FROM renamed_{run.schema} WHERE was = s.name)",
        "timeline": "a.id",
        "models": _models_expression(db, run.schema),
    }
    shot = ", ".join(moved.get(column, f"s.{column}") for column in SHOT_COLUMNS)
    detail = ", ".join(f"s.{column}" for column in DETAIL_COLUMNS)
    for table, columns in (("shot", shot), ("detail", detail)):
        db.execute(
            f"INSERT INTO main.{table} SELECT a.first + s.row - a.was_first, {columns} "
            f"FROM arrival AS a CROSS JOIN {run.schema}.{table} AS s "
            "ON s.row BETWEEN a.was_first AND a.was_first + a.shots - 1 "
            "WHERE a.id BETWEEN ? AND ? ORDER BY a.id, s.row",
            (run.first, run.last),
        )


def _models_expression(db: apsw.Connection, schema: str) -> str:
    """Return the SQL expression of a shot's models by their new numbers."""
    pairs = db.execute(f"SELECT was, id FROM remodelled_{schema}").fetchall()
    bits = [f"((s.models >> {was} & 1) << {new})" for was, new in pairs]
    return " | ".join(bits) or "0"


def _copy_vectors(db: apsw.Connection, run: _Run, model: int) -> None:
    base = model << MODEL_SHIFT
    was = db.execute(f"SELECT was FROM remodelled_{run.schema} WHERE id = ?", (model,)).get
    if not isinstance(was, int):
        return
    old = was << MODEL_SHIFT
    db.execute(
        f"INSERT INTO main.vector SELECT {base} + a.first + v.id - {old} - a.was_first, v.vector "
        f"FROM arrival AS a CROSS JOIN {run.schema}.vector AS v "
        f"ON v.id BETWEEN {old} + a.was_first AND {old} + a.was_first + a.shots - 1 "
        "WHERE a.id BETWEEN ? AND ? ORDER BY a.id, v.id",
        (run.first, run.last),
    )


def _index_words(db: apsw.Connection) -> None:
    db.execute("INSERT INTO name_words (rowid, clip, media) SELECT id, clip, file FROM name")
    db.execute(
        "INSERT INTO timeline_words (rowid, name, source) SELECT id, name, source FROM timeline"
    )
    db.executemany("INSERT INTO label_words (rowid, name) VALUES (?, ?)", label_texts())
