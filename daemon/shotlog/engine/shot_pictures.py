"""Thumbnails of shots, read from the cache: the first pass stores them, so nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from shotlog.analyzers import ThumbnailMeasure, middle_thumbnail
from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.schema import LoggedShot, TimeRange


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
        core, source = logged.shot.core, logged.shot.source
        for span in (_around_middle(core), core, source):
            series = cache.read(logged.content_id, key, span)
            if series is not None and (found := middle_thumbnail(series, span)) is not None:
                return found
        return None

    return thumbnail


def _around_middle(span: TimeRange) -> TimeRange:
    """Return at most a second on both sides of the middle: there is a picture every half second.

    A long shot has many, a megabyte for every 20 s, of which the others need not be unpacked.
    """
    reach = min(Fraction(1), span.duration / 2)
    middle = (span.start + span.end) / 2
    return TimeRange.between(middle - reach, middle + reach)
