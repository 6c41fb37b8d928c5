"""Probing of media files, once for each file, with results stored in the cache."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import decoder_versions
from shotlog.media import MediaState, media_state, probe
from shotlog.schema import Media, MediaReference, ShotlogError, readable

_PROBE = 4
"""Part of the keys of facts: raise it when probing the same file would give another result."""
_IDENTITY = 1
"""Part of the keys of facts: raise it when the same file would get another content id."""


@dataclass(frozen=True)
class _Probed:
    """Result of a probe, and the file's state just before; None where that is not known."""

    media: Media | ShotlogError
    written: str | None

    @property
    def content(self) -> str | None:
        return self.media.content_id if isinstance(self.media, Media) else None


class ProbeCache:
    """Probes every media reference once; with a cache, every file once for all runs.

    Args:
        cache: Stores probe results by content id, and the content id of each file by its path and
            dates.
    """

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._known: dict[MediaReference, _Probed] = {}

    def get(self, reference: MediaReference) -> Media:
        """Return the media of a reference, probed at the first call.

        Raises:
            ShotlogError: the error of the probe, at every call.
        """
        file = reference.model_copy(update={"start": None, "duration": None})
        if file not in self._known:
            self._known[file] = self._probe(file)
        known = self._known[file].media
        if isinstance(known, ShotlogError):
            raise known
        return known

    def forget_changed(self) -> frozenset[str]:
        """Probe again every file that was written, removed or created since its last probe.

        Returns:
            The old content ids of the files whose content has changed. What was measured of them
            since the last probe may be of the old or of the new content.
        """
        changed: set[str] = set()
        for file, before in list(self._known.items()):
            now = _state(file)
            if before.written == (now.written if now else None):
                continue
            self._known[file] = again = self._probe(file)
            if now and isinstance(before.media, Media) and again.content != before.content:
                changed.add(before.media.content_id)
        return frozenset(changed)

    def _probe(self, file: MediaReference) -> _Probed:
        state = _state(file)  # before the probe: a later write must count as a change
        written = state.written if state else None
        try:
            return _Probed(self._media(file, state), written)
        except ShotlogError as error:
            return _Probed(error, written)

    def _media(self, file: MediaReference, state: MediaState | None) -> Media:
        if self._cache is None or state is None:
            return probe(file)
        content = self._content(file, state, self._cache)
        key = fact_key(file, content)
        text = self._cache.fact(key)
        if text is not None:
            with suppress(ValidationError):  # written by a version with other fields: probe again
                media = Media.model_validate_json(text)
                return media.model_copy(update={"path": file.path, "sequence": file.sequence})
        media = probe(file)
        if media.content_id == content:  # else the file changed between the two reads
            self._cache.note_fact(key, media.model_dump_json())
        return media

    def _content(self, file: MediaReference, state: MediaState, cache: Cache) -> str:
        """Return the content id of a file; it is computed only for a new path or new dates."""
        key = identity_key(file)
        stamp, _, content = (cache.fact(key) or "").partition(" ")
        if content and stamp == state.stamp:
            return content
        # A file that was written a moment ago may change again without a new date.
        recent = state.recent
        content = state.content_id()
        if not recent:
            cache.note_fact(key, f"{state.stamp} {content}")
        return content


def _state(file: MediaReference) -> MediaState | None:
    """Return the state of a file; None where it cannot be read, which the probe then reports."""
    with suppress(ShotlogError):
        return media_state(file.path, file.sequence)
    return None


def identity_key(file: MediaReference) -> str:
    """Return the key of the fact that holds a file's dates and content id.

    It depends on the path alone, so that a new version of a file replaces the fact of the old one.
    """
    # A digest: a path may hold bytes that are not UTF-8, which SQLite cannot store as text.
    location = f"{file.path!r} {file.sequence!r}".encode()
    return f"identity@{_IDENTITY} {blake2b(location, digest_size=16).hexdigest()}"


def fact_key(file: MediaReference, content: str) -> str:
    """Return the key of the fact that holds a probe result: all that decides the result."""
    # FFmpeg chooses some demuxers by the suffix of the name.
    suffix = readable(Path(file.path).suffix)
    return f"media@{_PROBE} {content} {suffix} {decoder_versions()}"
