"""The rows of a library as CSV and as Parquet, for spreadsheets and data tools."""

# ruff: noqa: S608  SQL is put together of names in this room; values are bound.

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from shotlog.files import open_replacement
from shotlog.library.database import open_reader
from shotlog.library.errors import reads, writes

_TEXT, _WHOLE, _NUMBER = "string", "int32", "double"
_COLUMNS = {
    "item": ("t.item", _TEXT),
    "sequence": ("t.sequence", _WHOLE),
    "shot": ("d.number", _WHOLE),
    "timeline": ("t.name", _TEXT),
    "source": ("t.source", _TEXT),
    "clip": ("n.clip", _TEXT),
    "media": ("n.media", _TEXT),
    "timecode": ("d.timecode", _TEXT),
    "start": ("d.start", _TEXT),
    "duration": ("d.length", _TEXT),
    "start_seconds": ("d.start", _NUMBER),
    "duration_seconds": ("s.duration", _NUMBER),
    "kind": ("d.kind", _TEXT),
    "size": ("d.size", _TEXT),
    "size_confidence": ("s.size_confidence", _NUMBER),
    "sizes": ("d.sizes", _TEXT),
    "move": ("d.move", _TEXT),
    "move_confidence": ("s.move_confidence", _NUMBER),
    "moves": ("d.moves", _TEXT),
    "faces": ("s.faces", _WHOLE),
    "speech": ("s.speech", _NUMBER),
    "loudness": ("s.loudness", _NUMBER),
    "highlight": ("s.highlight", _NUMBER),
    "width": ("s.width", _WHOLE),
    "height": ("s.height", _WHOLE),
    "fps": ("s.fps", _NUMBER),
    "marked": ("t.marked", _TEXT),
    "report": ("t.report", _TEXT),
}
EXPORT_COLUMNS = tuple(_COLUMNS)
"""Columns of both files, in order; ``docs/find.md`` describes them."""

_TOGETHER = 16384
_TEXTS = tuple(place for place, (_, kind) in enumerate(_COLUMNS.values()) if kind == _TEXT)
_FORMULA = frozenset("=+-@\t\r")
"""Beginnings of a cell that a spreadsheet takes for a formula (OWASP, "CSV injection")."""


def export_csv(library: Path, destination: Path) -> int:
    """Write every shot of a library as CSV: UTF-8, commas, a line of column names first.

    A text that a spreadsheet would run as a formula gets a quotation mark before it. The same
    library gives the same bytes.

    Returns:
        Number of shots.

    Raises:
        LibraryMissing: There is no such library.
        LibraryUnreadable: It is damaged, no library, or of another version.
        DiskFull: There is no room.
        OutputNotWritable: The file cannot be written for another reason.
    """
    count = 0
    with writes(destination), open_replacement(destination) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(EXPORT_COLUMNS)
        for rows in _batches(library):
            count += len(rows)
            writer.writerows(map(_inert, rows))
        text.detach()
    return count


def export_parquet(library: Path, destination: Path) -> int:
    """Write every shot of a library as Parquet, with the columns of the CSV.

    Returns:
        Number of shots.

    Raises:
        LibraryMissing: There is no such library.
        LibraryUnreadable: It is damaged, no library, or of another version.
        DiskFull: There is no room.
        OutputNotWritable: The file cannot be written for another reason.
    """
    import pyarrow  # 0.3 s, and only this function needs it
    from pyarrow import parquet

    schema = pyarrow.schema([(name, kind) for name, (_, kind) in _COLUMNS.items()])
    count = 0
    with (
        writes(destination),
        open_replacement(destination) as stream,
        parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
    ):
        for rows in _batches(library):
            count += len(rows)
            columns = [
                pyarrow.array(values, kind.type)
                for values, kind in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(columns, schema=schema))
    return count


def _batches(library: Path) -> Iterator[list[tuple[Any, ...]]]:
    chosen = ", ".join(expression for expression, _ in _COLUMNS.values())
    start = EXPORT_COLUMNS.index("start_seconds")
    with closing(open_reader(library)) as db, reads(library):
        found = db.execute(
            f"SELECT {chosen} FROM shot AS s CROSS JOIN detail AS d ON d.row = s.row "
            "CROSS JOIN timeline AS t ON t.id = s.timeline CROSS JOIN name AS n ON n.id = s.name "
            "ORDER BY s.row"
        )
        while rows := list(islice(found, _TOGETHER)):
            yield [(*row[:start], _to_number(str(row[start])), *row[start + 1 :]) for row in rows]


def _to_number(exact: str) -> float:
    numerator, _, denominator = exact.partition("/")
    return int(numerator) / int(denominator or 1)


def _inert(row: tuple[Any, ...]) -> Sequence[Any]:
    """Return a row without texts that a spreadsheet runs."""
    cells: list[Any] | None = None
    for place in _TEXTS:
        text = row[place]
        if text and text[0] in _FORMULA:
            cells = cells or list(row)
            cells[place] = f"'{text}"
    return cells or row
