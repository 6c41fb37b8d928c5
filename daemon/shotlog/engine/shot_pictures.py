"""A picture of every shot, from what the one decode has left in the cache."""

from __future__ import annotations

from collections.abc import Callable

from shotlog.analyzers import ThumbnailMeasure, middle_thumbnail
from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.schema import LoggedShot


def thumbnails(cache: Cache) -> Callable[[LoggedShot], bytes | None]:
    """Gives, for a shot of a log, the JPEG nearest to its middle.

    Args:
        cache: The one that the log was made with, still open.

    Returns:
        A function; it gives a picture from a gradual change where the shot has no other, and None
        for a shot so short that no picture of it was kept.
    """
    key = cache_key(ThumbnailMeasure())

    def thumbnail(logged: LoggedShot) -> bytes | None:
        shot = logged.shot
        series = cache.read(logged.content_id, key, shot.source)
        if series is None:
            return None
        return middle_thumbnail(series, shot.core) or middle_thumbnail(series, shot.source)

    return thumbnail
