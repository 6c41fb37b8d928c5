"""Coarse scan of coded vectors, and the nearest ones among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from shotlog.library.layout import MODEL_SHIFT
from shotlog.library.results import Vector
from shotlog.library.vectors.coding import Floats, Rows, rounding

_BLOCK = 512
"""Codes that are made float32 at once: 1 MiB at 512 dimensions, so that they stay in the cache."""
_FIRST_RESCORED = 1024
_GROWTH = 4

Rescore = Callable[[Rows], "tuple[Rows, NDArray[np.float64]]"]


@dataclass(frozen=True)
class Scanned:
    """The rows of vectors, and an upper bound of the similarity of each."""

    rows: Rows
    bounds: Floats


def scan(db: apsw.Connection, model: int, query: Vector, first: int, last: int) -> Scanned:
    """Return upper bounds of the similarity of vectors.

    Args:
        db: A connection to the library.
        model: Number of the model.
        query: The vector of the description, of length 1.
        first: First row of the codes to read; codes begin at their first vector's row.
        last: Last such row.
    """
    base = model << MODEL_SHIFT
    parts = db.execute(
        "SELECT rows, centre, step, error, codes FROM code WHERE id BETWEEN ? AND ? ORDER BY id",
        (base + first, base + last),
    )
    rows, bounds = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    floats = np.empty((_BLOCK, len(query)), np.float32)
    slack = np.float32(rounding(len(query)))
    for stored in parts:
        there = np.frombuffer(stored[0], np.int64)
        centre, step, error = (np.frombuffer(part, np.float32) for part in stored[1:4])
        codes = np.frombuffer(stored[4], np.int8).reshape(len(there), len(query))
        weights, upper = query * step, np.empty(len(there), np.float32)
        for start in range(0, len(there), _BLOCK):
            block = codes[start : start + _BLOCK]
            np.copyto(floats[: len(block)], block)
            np.matmul(floats[: len(block)], weights, out=upper[start : start + len(block)])
        upper += error + (query @ centre + slack)
        rows.append(there)
        bounds.append(upper)
    return Scanned(np.concatenate(rows), np.concatenate(bounds))


def nearest(
    scanned: Scanned, wanted: int, rescore: Rescore, *, first: int = _FIRST_RESCORED
) -> tuple[Rows, NDArray[np.float64]]:
    """Return the rows with the highest similarities, best first; of equal ones the first row.

    Args:
        scanned: Bounds of all vectors.
        wanted: Number of rows to return at most.
        rescore: Takes rows and returns those of them that a filter lets pass, with their exact
            similarities.
        first: Vectors to rescore before it is known whether that is enough.
    """
    rows, similarities = np.empty(0, np.int64), np.empty(0, np.float64)
    done, count = 0, min(len(scanned.rows), max(first, _GROWTH * wanted))
    while wanted and done < len(scanned.rows):
        best = _highest(scanned.bounds, count)
        passed, exact = rescore(np.sort(scanned.rows[best[done:count]]))
        rows, similarities = _best(
            np.concatenate([rows, passed]), np.concatenate([similarities, exact]), wanted
        )
        done = count
        if done == len(scanned.rows):
            break
        following = scanned.bounds[best[count]]
        if len(rows) == wanted and following < similarities[-1]:
            break
        count = min(len(scanned.rows), _GROWTH * count)
    return rows, similarities


def _highest(bounds: Floats, count: int) -> NDArray[np.intp]:
    """Return the indexes of the ``count`` + 1 highest bounds, in a fixed descending order."""
    kept = min(count + 1, len(bounds))
    chosen = np.arange(len(bounds))
    if kept < len(bounds):
        limit = np.partition(bounds, len(bounds) - kept)[len(bounds) - kept]
        chosen = np.flatnonzero(bounds >= limit)
    return chosen[np.lexsort((chosen, -bounds[chosen]))]


def _best(
    rows: Rows, similarities: NDArray[np.float64], wanted: int
) -> tuple[Rows, NDArray[np.float64]]:
    order = np.lexsort((rows, -similarities))[:wanted]
    return rows[order], similarities[order]
