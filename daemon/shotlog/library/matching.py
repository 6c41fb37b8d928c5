"""Pages of the shots that meet a condition, and their hits."""

from __future__ import annotations

from fractions import Fraction
from heapq import merge
from itertools import chain, islice
from typing import Literal, NamedTuple

import apsw
import numpy as np
from numpy.typing import NDArray

from shotlog.library.database import count, fetch
from shotlog.library.query import Condition
from shotlog.library.readers import Readers, divide
from shotlog.library.results import Hit

Rows = NDArray[np.int64]
PlainOrder = Literal["timeline", "highlight", "duration"]

_ORDERS = {
    "timeline": ("0", "s.row"),
    "duration": ("-s.duration", "-s.duration, s.row"),
    "highlight": ("ifnull(-s.highlight, 1)", "ifnull(-s.highlight, 1), s.row"),
}
"""Sort key and SQL order of each order; of equal keys the first row comes first."""

_HIT = """
SELECT s.row, t.item, t.sequence, d.number, t.name, t.source, t.marked, t.report, n.clip, n.media,
    d.timecode, d.start, d.length, d.kind, d.size, d.move, d.sizes, d.moves, s.size_confidence,
    s.move_confidence, s.faces, s.speech, s.loudness, s.highlight, s.width, s.height, s.fps
FROM carray(?) AS wanted CROSS JOIN shot AS s ON s.row = wanted.value
CROSS JOIN detail AS d ON d.row = s.row CROSS JOIN timeline AS t ON t.id = s.timeline
CROSS JOIN name AS n ON n.id = s.name
"""
_TIMES = slice(11, 13)
_LABELS = slice(16, 18)


class _Matched(NamedTuple):
    """Matches in a part: sort keys and rows of the first ones, and the number of all."""

    first: list[tuple[float, int]]
    total: int


def find_page(
    readers: Readers,
    shots: int,
    condition: Condition,
    order: PlainOrder,
    offset: int,
    limit: int | None,
) -> tuple[Rows, int]:
    """Return the rows of a page, in order, and the number of all matches.

    Args:
        readers: Connections to the library.
        shots: Number of its shots.
        condition: The condition.
        order: The order.
        offset: Matches to leave out at the start.
        limit: Rows to return at most; None for all.
    """
    needed = None if limit is None else offset + limit
    matched = readers.each(
        divide(shots),
        lambda db, first, last: _match(db, condition, order, needed, first, last),
    )
    firsts = [part.first for part in matched]
    # Parts follow each other in timeline order.
    together = chain.from_iterable(firsts) if order == "timeline" else merge(*firsts)
    rows = [row for _, row in islice(together, offset, needed)]
    return np.array(rows, np.int64), sum(part.total for part in matched)


def _match(
    db: apsw.Connection,
    condition: Condition,
    order: PlainOrder,
    needed: int | None,
    first: int,
    last: int,
) -> _Matched:
    key, ordering = _ORDERS[order]
    where = f"FROM shot AS s WHERE s.row BETWEEN ? AND ? AND {condition.sql}"
    values = condition.parameters
    found = fetch(
        db,
        f"SELECT {key}, s.row {where} ORDER BY {ordering} LIMIT ?",
        (first, last, *values, -1 if needed is None else needed),
    )
    if needed is None or len(found) < needed:
        return _Matched(found, len(found))
    if order == "timeline" and found:  # the rows up to the last one have been read
        rest = count(db, f"SELECT count(*) {where}", (found[-1][1] + 1, last, *values))
        return _Matched(found, len(found) + rest)
    return _Matched(found, count(db, f"SELECT count(*) {where}", (first, last, *values)))


def load_hits(
    db: apsw.Connection, rows: Rows, similarities: NDArray[np.float64] | None = None
) -> tuple[Hit, ...]:
    """Return the hits of rows, in their order.

    Args:
        db: A connection to the library.
        rows: The rows.
        similarities: Their similarities to a description; None without one.
    """
    if not len(rows):
        return ()
    stored = db.execute(_HIT, (apsw.carray(np.ascontiguousarray(rows)),))
    beside = [None] * len(rows) if similarities is None else similarities.tolist()
    return tuple(_hit(row, value) for row, value in zip(stored, beside, strict=True))


def _hit(row: tuple[object, ...], similarity: float | None) -> Hit:
    values: list[object] = list(row)
    values[_TIMES] = [Fraction(str(text)) for text in values[_TIMES]]
    values[_LABELS] = [tuple(str(text).split("|")) if text else () for text in values[_LABELS]]
    return Hit(*values, similarity)  # type: ignore[arg-type, call-arg]  # in the fields' order
