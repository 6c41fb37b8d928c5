"""Vectors of shots, read from the cache: the second pass stores them, so nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.schema import LoggedShot, TimeRange

if TYPE_CHECKING:
    from shotlog.models.words import EmbeddingMeasure

Vector = npt.NDArray[np.float32]


def make_vector_reader(
    cache: Cache, measure: EmbeddingMeasure
) -> Callable[[LoggedShot], Vector | None]:
    """Return a function that reads the unit vector of a shot of a log, to compare with words.

    It is the normalised mean of the embeddings of exactly those frames that the measure selects for
    the shot; embeddings of other frames that the cache holds do not count. (Mean pooling, the
    parameter-free way of CLIP4Clip, arXiv 2104.08860.)

    Args:
        cache: The cache that the log was made with, still open.
        measure: The measure of the image-text model, for the device and precision of the run.

    Returns:
        The function. It returns (d,) float32, or None for a shot whose embeddings were not
        measured, or have left the cache.

    Raises:
        DeviceUnusable: The measure's device does not exist.
    """
    key = cache_key(measure)
    ticks: dict[str, Fraction] = {}

    def vector(logged: LoggedShot) -> Vector | None:
        content = logged.content_id
        if content not in ticks:
            pieces = cache.pieces(content, key)
            if not pieces:
                return None
            # A piece is one frame here, and lasts one tick.
            ticks[content] = pieces[0].duration
        tick = ticks[content]
        wanted = [moment // tick for moment in measure.moments(logged.shot.core, tick)]
        span = TimeRange.between(wanted[0] * tick, (wanted[-1] + 1) * tick)
        series = cache.read(content, key, span)
        if series is None:
            return None
        rows = dict(zip(series.first.tolist(), measure.embeddings(series), strict=True))
        return _mean([rows[at] for at in wanted]) if rows.keys() >= set(wanted) else None

    return vector


def _mean(rows: Sequence[Vector]) -> Vector | None:
    """Return the normalised mean of unit vectors; None where they cancel each other."""
    mean = np.mean(rows, axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length, np.float32) if length else None
