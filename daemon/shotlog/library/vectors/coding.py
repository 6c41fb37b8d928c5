"""Vectors as int8 codes with known errors."""

from __future__ import annotations

from itertools import islice

import apsw
import numpy as np
from numpy.typing import NDArray

from shotlog.library.layout import MODEL_SHIFT
from shotlog.library.results import Vector

CODED_TOGETHER = 4096
"""Vectors in one row of the table ``code``."""
_LEVELS = 127

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def to_unit(vector: Vector) -> Vector | None:
    """Return a vector with length 1; None if it is zero or not finite."""
    wide = np.asarray(vector, np.float64).reshape(-1)
    length = float(np.linalg.norm(wide))
    if not (np.isfinite(length) and length > 0):
        return None
    return (wide / length).astype(np.float32)


def rounding(dimensions: int) -> float:
    """Return a bound of the rounding errors of a bound and of a rescored similarity together.

    A sum of n products of float32 is off by at most ``n u / (1 - n u)`` of the sum of their
    magnitudes (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), with ``u = 2^-24``.
    Those sums of magnitudes are at most 1, 2 and 1 for ``q·c``, ``(q * s)·k`` and ``q·x``, and the
    two lengths that the cosine divides by are off by half as much. The factor is more than twice
    their sum.
    """
    return 12 * (dimensions + 4) * 2.0**-24


def encode(rows: Rows, vectors: Floats) -> tuple[Rows, Floats, Floats, Floats, NDArray[np.int8]]:
    """Return the columns of a row of ``code``: rows, centre, steps, errors and codes.

    Args:
        rows: Rows of the shots.
        vectors: Their vectors, one per line.
    """
    centre = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    apart = vectors - centre
    step = np.maximum(np.abs(apart).max(axis=0), np.float32(1e-12)) / np.float32(_LEVELS)
    codes = np.clip(np.rint(apart / step), -_LEVELS, _LEVELS).astype(np.int8)
    # In float64, as the difference is what all depends on.
    left = vectors.astype(np.float64) - (centre + codes * step.astype(np.float64))
    error = np.sqrt(np.einsum("ij,ij->i", left, left)).astype(np.float32)
    return rows, centre, step, np.nextafter(error, np.float32(np.inf)), codes


def insert_codes(db: apsw.Connection, model: int, dimensions: int) -> None:
    """Fill the table ``code`` for a model whose vectors are in the table ``vector``."""
    base = model << MODEL_SHIFT
    found = db.execute(
        "SELECT id, vector FROM vector WHERE id BETWEEN ? AND ? ORDER BY id",
        (base, base + (1 << MODEL_SHIFT) - 1),
    )
    while together := list(islice(found, CODED_TOGETHER)):
        rows = np.array([key - base for key, _ in together], np.int64)
        vectors = np.frombuffer(b"".join(vector for _, vector in together), np.float32)
        columns = encode(rows, vectors.reshape(len(rows), dimensions))
        db.execute(
            "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?)",
            (base + int(rows[0]), *(column.tobytes() for column in columns)),
        )
