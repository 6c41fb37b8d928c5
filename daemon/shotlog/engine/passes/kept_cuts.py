"""Cuts of clips, kept in the cache with a digest of the evidence that they were drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.packing import checksum
from shotlog.engine.sources import LocatedClip
from shotlog.schema import Cut, Measure, Model


class _Found(Model):
    """The kept cuts of a clip."""

    cuts: tuple[Cut, ...]


class KeptCuts:
    """The cuts of clips, from runs that had the same evidence.

    The key is a digest of all that decides the cuts: the finder, the range that it searched, and
    the content of all pieces of evidence that touch the range. Evidence that was added, measured
    otherwise or evicted is therefore another key.

    Args:
        cache: Keeps the cuts.
        finder: Identity of the finder: name, version and parameters.
        measures: The measures whose rows decide the cuts.
    """

    def __init__(self, cache: Cache, finder: str, measures: Sequence[Measure]) -> None:
        self._cache, self._finder = cache, finder
        self._measures = [cache_key(measure) for measure in measures]

    def get(self, item: LocatedClip) -> list[Cut] | None:
        """Return the cuts of a clip; None where none are kept for its present evidence."""
        content = item.media.content_id
        digests = [
            self._cache.evidence_digest(content, measure, item.seen) for measure in self._measures
        ]
        text = self._cache.conclusion(content, self._key(item, digests))
        if text is not None:
            with suppress(ValidationError):  # written by a version with other fields
                return list(_Found.model_validate_json(text).cuts)
        return None

    def keep(self, item: LocatedClip, cuts: Sequence[Cut], digests: Sequence[str]) -> None:
        """Keep the cuts of a clip.

        Args:
            item: The clip.
            cuts: Its cuts, as the evidence shows them.
            digests: Digests of the evidence that was read for them, by measure.
        """
        text = _Found(cuts=tuple(cuts)).model_dump_json()
        self._cache.keep_conclusion(item.media.content_id, self._key(item, digests), text)

    def _key(self, item: LocatedClip, digests: Sequence[str]) -> str:
        searched = f"{item.seen.start} {item.seen.end}"
        parts = (self._finder, searched, *self._measures, *digests)
        return f"cuts {checksum(repr(parts).encode()).hex()}"
