"""Cuts of clips, kept in the cache with a digest of the evidence that they were drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.packing import checksum
from shotlog.engine.sources import LocatedClip
from shotlog.media.cuts import CutFinder
from shotlog.schema import Cut, Model, WindowMeasure


class _Found(Model):
    """The kept cuts of a clip."""

    cuts: tuple[Cut, ...]


class KeptCuts:
    """The cuts of clips, from runs that had the same evidence.

    The key is a digest of all that decides the cuts: the finder, the range that it searched, and
    the content of all pieces of evidence that touch the range. Evidence that was added, measured
    otherwise or evicted is therefore another key.

    Cuts of a finder that looks at windows are not kept: their rows are those of a whole clip, and
    not told apart by the pieces that touch it.

    Args:
        cache: Keeps the cuts.
        finder: The finder.
    """

    def __init__(self, cache: Cache, finder: CutFinder) -> None:
        measures = (*finder.measures, *finder.placing)
        self._cache, self._finder = cache, finder.key
        self._measures = [cache_key(measure) for measure in measures]
        windows = any(isinstance(measure, WindowMeasure) for measure in measures)
        self._can_keep = bool(measures) and not windows

    def get(self, item: LocatedClip) -> list[Cut] | None:
        """Return the cuts of a clip; None where none are kept for its present evidence."""
        if not self._can_keep:
            return None
        content = item.media.content_id
        digests = [
            self._cache.evidence_digest(content, measure, item.seen) for measure in self._measures
        ]
        text = self._cache.conclusion(content, self._key(item, digests))
        if text is not None:
            with suppress(ValidationError):  # written by a version with other fields
                return list(_Found.model_validate_json(text).cuts)
        return None

    def keep(self, item: LocatedClip, cuts: Sequence[Cut], digests: Mapping[str, str]) -> None:
        """Keep the cuts of a clip.

        Args:
            item: The clip.
            cuts: Its cuts, as the evidence shows them.
            digests: By the cache key of each measure, the digest of the evidence that was read.
        """
        if not self._can_keep:
            return
        text = _Found(cuts=tuple(cuts)).model_dump_json()
        key = self._key(item, [digests[measure] for measure in self._measures])
        self._cache.keep_conclusion(item.media.content_id, key, text)

    def _key(self, item: LocatedClip, digests: Sequence[str]) -> str:
        searched = f"{item.seen.start} {item.seen.end}"
        parts = (self._finder, searched, *self._measures, *digests)
        return f"cuts {checksum(repr(parts).encode()).hex()}"
