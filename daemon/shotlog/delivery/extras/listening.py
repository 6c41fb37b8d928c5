"""The sound of a timeline by tracks, for extras that need to know who speaks."""

from __future__ import annotations

from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.delivery.reframe import EditSound, gather
from shotlog.engine import Cache, ProbeCache
from shotlog.schema import Edit


def listen(edit: Edit, cache: Cache, probe_cache: ProbeCache | None = None) -> EditSound | None:
    """Return the sound of a timeline by its audio tracks; None where nothing can be heard.

    It is measured where the cache does not know it.

    Raises:
        CacheError: The cache loses evidence faster than it can be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    measures = (LoudnessMeasure(), SpeechMeasure())
    view, _ = gather(edit, measures, cache, probe_cache=probe_cache)
    return None if view is None else EditSound.of(view)
