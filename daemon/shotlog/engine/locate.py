"""From clip ranges to media time: which moments of which file each clip shows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.engine.plan import decoder_versions
from shotlog.media import MediaState, media_state, probe
from shotlog.schema.errors import ClipEmpty, ClipOutsideMedia, NoPicture, Problem, ShotlogError
from shotlog.schema.media import Media
from shotlog.schema.ranges import ClipRange, MediaReference
from shotlog.schema.times import TimeMap, TimeRange


@dataclass(frozen=True)
class Located:
    """A clip with its media found.

    Attributes:
        clip: The clip range.
        media: Its media.
        span: What it shows, in media time, inside the file as far as its length is known.
        time_map: Between media time and the timeline.
        warnings: What was assumed.
    """

    clip: ClipRange
    media: Media
    span: TimeRange
    time_map: TimeMap
    warnings: tuple[str, ...] = ()


_PROBE = 2
"""Raised whenever the same file would be found to be something else."""

_IDENTITY = 1
"""Raised whenever the same file would have another identity."""


@dataclass(frozen=True)
class _Found:
    """What looking at a file gave, and how it stood just before; None where that cannot be told."""

    media: Media | ShotlogError
    written: str | None

    @property
    def content(self) -> str | None:
        return self.media.content_id if isinstance(self.media, Media) else None


class MediaShelf:
    """Probes every media reference once; with a cache, every file once for all runs.

    Args:
        cache: Where it is kept what files are, by their content, and which content a file had
            when it was dated as it is.
    """

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._known: dict[MediaReference, _Found] = {}

    def get(self, reference: MediaReference) -> Media:
        """The media of a reference; raises what its probe raised, every time it is asked for."""
        file = reference.model_copy(update={"start": None, "duration": None})
        if file not in self._known:
            self._known[file] = self._look(file)
        known = self._known[file].media
        if isinstance(known, ShotlogError):
            raise known
        return known

    def forget_changed(self) -> frozenset[str]:
        """Forgets every file that was written to since it was looked at, or has gone or come.

        Returns:
            The content ids of those that are something else now. What was measured of them since
            they were looked at may be of either.
        """
        changed: set[str] = set()
        for file, found in list(self._known.items()):
            now = _state(file)
            if found.written == (now.written if now else None):
                continue
            self._known[file] = again = self._look(file)
            if now and isinstance(found.media, Media) and again.content != found.content:
                changed.add(found.media.content_id)
        return frozenset(changed)

    def _look(self, file: MediaReference) -> _Found:
        state = _state(file)
        written = state.written if state else None
        try:
            return _Found(self._media(file, state), written)
        except ShotlogError as error:
            return _Found(error, written)

    def _media(self, file: MediaReference, state: MediaState | None) -> Media:
        if self._cache is None or state is None:
            return probe(file)
        content = self._content(file, state, self._cache)
        key = _fact(file, content)
        text = self._cache.fact(key)
        if text is not None:
            with suppress(ValidationError):
                media = Media.model_validate_json(text)
                return media.model_copy(update={"path": file.path, "sequence": file.sequence})
        media = probe(file)
        if media.content_id == content:
            self._cache.note_fact(key, media.model_dump_json())
        return media

    def _content(self, file: MediaReference, state: MediaState, cache: Cache) -> str:
        """The identity of a file, read from it only where its dates or its place are new."""
        key = _identity_key(file)
        stamp, _, content = (cache.fact(key) or "").partition(" ")
        if content and stamp == state.stamp:
            return content
        fresh = state.fresh
        content = state.content_id()
        if not fresh:
            cache.note_fact(key, f"{state.stamp} {content}")
        return content


def _state(file: MediaReference) -> MediaState | None:
    """How a file stands; None where nothing can be told: then the probe says what is wrong."""
    with suppress(ShotlogError):
        return media_state(file.path, file.sequence)
    return None


def _identity_key(file: MediaReference) -> str:
    """One for each place, whatever lies there, so that there are no more of them than places.

    A digest, as a path need not be text that a database can keep.
    """
    place = f"{file.path!r} {file.sequence!r}".encode()
    return f"identity@{_IDENTITY} {blake2b(place, digest_size=16).hexdigest()}"


def _fact(file: MediaReference, content: str) -> str:
    """What decides the outcome of a probe: FFmpeg goes by the ending of the name, too."""
    rate = file.sequence.rate if file.sequence else ""
    return f"media@{_PROBE} {content} {Path(file.path).suffix} {rate} {decoder_versions()}"


def locate(clip: ClipRange, shelf: MediaShelf) -> Located | Problem:
    """Finds a clip's media and its range there, or says why it cannot be analysed."""
    if clip.problem is not None or clip.media is None:
        return clip.problem or ClipEmpty(clip.name, "the clip names no media").problem
    try:
        media = shelf.get(clip.media)
        if media.video is None:
            raise NoPicture(media.path)
        return _place(clip, clip.media, media)
    except ShotlogError as error:
        return error.problem.model_copy(
            update={"clip": clip.id, "subject": f"{clip.name} ({error.problem.subject})"}
        )


def _place(clip: ClipRange, reference: MediaReference, media: Media) -> Located:
    start, warnings = _source_start(clip, reference, media)
    warnings += tuple(f"{media.path}: {words}" for words in media.warnings)
    wanted = clip.source.shifted(-start)
    if wanted.duration <= 0:
        raise ClipEmpty(clip.name)
    inside = wanted if media.duration is None else _inside(wanted, media.duration)
    if inside is None:
        raise ClipOutsideMedia(
            clip.name,
            f"the clip uses {float(wanted.start):.2f} s to {float(wanted.end):.2f} s"
            f" of a file that is {float(media.duration or 0):.2f} s long",
        )
    if inside.duration < wanted.duration - _frame(media):
        lost = float(wanted.duration - inside.duration)
        warnings += (f"{clip.name}: {lost:.2f} s of the clip lie outside its media",)
    time_map = clip.time_map.model_copy(update={"source_start": clip.time_map.source_start - start})
    return Located(clip, media, inside, time_map, warnings)


def _source_start(
    clip: ClipRange, reference: MediaReference, media: Media
) -> tuple[Fraction, tuple[str, ...]]:
    """The source time of the media's first frame, and what had to be assumed.

    The timeline's word is taken first. Where the clip would then lie outside the file, the file's
    own start timecode is tried (many exporters write source ranges in timecode and leave the
    available range out), then 0.
    """
    told = reference.start if reference.start is not None else Fraction(0)
    candidates = [told, media.start_timecode, Fraction(0)]
    for candidate in candidates:
        if candidate is None or media.duration is None:
            continue
        if _inside(clip.source.shifted(-candidate), media.duration) is None:
            continue
        if candidate == told:
            return told, ()
        return candidate, (
            f"{clip.name}: the timeline does not tell where its media starts;"
            f" {float(candidate):.3f} s was taken, from the file",
        )
    return told, ()


def _inside(wanted: TimeRange, length: Fraction) -> TimeRange | None:
    return wanted.intersection(TimeRange(start=Fraction(0), duration=length))


def _frame(media: Media) -> Fraction:
    return 1 / media.video.rate if media.video else Fraction(0)


def spans_by_media(located: Sequence[Located]) -> dict[str, list[Located]]:
    """The located clips by content, in the order in which the timeline first shows each."""
    found: dict[str, list[Located]] = {}
    for item in located:
        found.setdefault(item.media.content_id, []).append(item)
    return found
