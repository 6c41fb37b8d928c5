"""Claims of analyzers whose conclusions take long, kept in the cache by what they were drawn from.

The key is a digest of all that decides them: the analyzer, the content of the rows that it was
given, and the ranges. So a claim is drawn again as soon as one of these is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b

import numpy as np
from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.schema import (
    Analyzer,
    Claim,
    Curve,
    EditAnalyzer,
    EditView,
    Model,
    Series,
    ShotAnalyzer,
    ShotView,
)

_OF_EDITS = ""
"""In the place of a content id, for what is concluded from several media."""


class _Kept(Model):
    """The kept answer of an analyzer."""

    claims: tuple[Claim, ...]
    curve: Curve | None = None


class KeptClaims:
    """Answers of analyzers: from the cache where they are kept, else drawn now.

    Args:
        cache: Keeps the answers of analyzers that have a ``claims_key``.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def of_shot(self, analyzer: ShotAnalyzer, view: ShotView) -> Sequence[Claim]:
        """Return the claims of an analyzer about a shot; it may raise any exception."""
        if analyzer.claims_key is None:
            return analyzer.conclude(view)
        parts = (repr((view.shot.source, view.shot.core)).encode(), *_rows(analyzer, view.series))
        content, key = view.media.content_id, _key(analyzer, parts)
        kept = self._read(content, key)
        if kept is None:
            kept = _Kept(claims=tuple(analyzer.conclude(view)))
            self._cache.keep_conclusion(content, key, kept.model_dump_json())
        return kept.claims

    def of_edit(
        self, analyzer: EditAnalyzer, view: EditView
    ) -> tuple[Sequence[Claim], Curve | None]:
        """Return the claims and the curve of an analyzer; it may raise any exception."""
        if analyzer.claims_key is None:
            return list(analyzer.conclude(view)), analyzer.curve(view)
        key = _key(analyzer, _parts_of_edit(analyzer, view))
        kept = self._read(_OF_EDITS, key)
        if kept is None:
            kept = _Kept(claims=tuple(analyzer.conclude(view)), curve=analyzer.curve(view))
            self._cache.keep_conclusion(_OF_EDITS, key, kept.model_dump_json())
        return kept.claims, kept.curve

    def _read(self, media: str, key: str) -> _Kept | None:
        text = self._cache.conclusion(media, key)
        if text is not None:
            with suppress(ValidationError):  # written by a version with other fields
                return _Kept.model_validate_json(text)
        return None


def _key(analyzer: Analyzer, parts: Iterable[bytes]) -> str:
    # Another NumPy may round otherwise.
    digest = blake2b(f"{analyzer.claims_key} numpy {np.__version__}".encode(), digest_size=16)
    for part in parts:
        digest.update(b"%d " % len(part))  # so that no two lists of parts give the same bytes
        digest.update(part)
    return f"claims {analyzer.provenance.model_dump_json()} {digest.hexdigest()}"


def _parts_of_edit(analyzer: EditAnalyzer, view: EditView) -> Iterator[bytes]:
    """Yield all of an edit's view, clips with the maps between their media and the timeline."""
    yield view.edit.model_dump_json().encode()
    for shot in view.shots:
        yield shot.shot.model_dump_json().encode()
        yield shot.clip.time_map.model_dump_json().encode()
        yield shot.media.model_dump_json().encode()
        yield from _rows(analyzer, shot.series)
    for clip, cuts in sorted(view.cuts.items()):
        yield clip.encode()
        yield from (cut.model_dump_json().encode() for cut in cuts)
    for heard in view.sound:
        yield heard.clip.model_dump_json().encode()
        yield heard.media.model_dump_json().encode()
        yield from _rows(analyzer, heard.series)


def _rows(analyzer: Analyzer, series: Mapping[str, Series]) -> Iterator[bytes]:
    """Yield the content of the rows of an analyzer's measures."""
    for name in sorted({measure.name for measure in analyzer.measures} & series.keys()):
        rows = series[name]
        yield f"{name} {rows.tick} {rows.values.dtype.str} {rows.values.shape}".encode()
        yield from (part.tobytes() for part in (rows.first, rows.last, rows.values))
