"""The sound of a timeline by tracks, for extras that need to know who speaks."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.delivery.reframe import EditSound
from shotlog.engine import Cache, ProbeCache, analyze
from shotlog.schema import Claim, Edit, EditAnalyzer, EditView, Family, Tier


def listen(edit: Edit, cache: Cache, probe_cache: ProbeCache | None = None) -> EditSound | None:
    """Return the sound of a timeline by its audio tracks; None where nothing can be heard.

    It is measured where the cache does not know it.

    Raises:
        CacheError: The cache loses evidence faster than it can be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    listening = _Listening()
    analyze(edit, [listening], cache, probe_cache=probe_cache)
    return listening.sound


class _Listening(EditAnalyzer):
    """An analyzer without claims, which keeps the sound of all tracks."""

    name = "extras.listening"
    version = "1"
    family = Family.KIND
    tier = Tier.BUILTIN
    measures = (LoudnessMeasure(), SpeechMeasure())

    def __init__(self) -> None:
        self.sound: EditSound | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Keep the sound; claim nothing."""
        self.sound = EditSound.of(view)
        return ()
