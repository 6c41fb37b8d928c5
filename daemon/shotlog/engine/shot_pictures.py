"""Thumbnails of shots, read from the cache: the first pass stores them, so nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable

from shotlog.analyzers import ThumbnailMeasure, middle_thumbnail
from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.schema import LoggedShot


def make_thumbnail_reader(cache: Cache) -> Callable[[LoggedShot], bytes | None]:
    """Return a function that reads the JPEG nearest to the middle of a shot of a log.

    Args:
        cache: The cache that the log was made with, still open.

    Returns:
        The function. It returns a picture from a gradual change where the shot has no other, and
        None for a shot so short that no picture of it was stored.
    """
    key = cache_key(ThumbnailMeasure())

    def thumbnail(logged: LoggedShot) -> bytes | None:
        shot = logged.shot
        series = cache.read(logged.content_id, key, shot.source)
        if series is None:
            return None
        return middle_thumbnail(series, shot.core) or middle_thumbnail(series, shot.source)

    return thumbnail
