"""From clip ranges to media time: which moments of which file each clip shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import decoder_versions
from shotlog.engine.sources.no_media import explained
from shotlog.engine.sources.origin import Origin, frame_of, origin_of
from shotlog.media import MediaState, media_state, probe
from shotlog.schema import (
    ClipEmpty,
    ClipOutsideMedia,
    ClipRange,
    Edit,
    Media,
    MediaReference,
    NoPicture,
    Problem,
    RetimeUnsupported,
    ShotlogError,
    TimeMap,
    TimeRange,
    readable,
)


@dataclass(frozen=True)
class Located:
    """A clip with its media found.

    Attributes:
        clip: The clip range.
        media: Its media.
        span: What it shows, in media time, inside the file as far as its length is known.
        time_map: Between media time and the timeline.
        warnings: What was assumed, in sentences that do not name the clip.
    """

    clip: ClipRange
    media: Media
    span: TimeRange
    time_map: TimeMap
    warnings: tuple[str, ...] = ()


_PROBE = 3
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


class ProbeCache:
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
        key = fact_key(file, content)
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
        key = identity_key(file)
        stamp, _, content = (cache.fact(key) or "").partition(" ")
        if content and stamp == state.stamp:
            return content
        fresh = state.recent
        content = state.content_id()
        if not fresh:
            cache.note_fact(key, f"{state.stamp} {content}")
        return content


def _state(file: MediaReference) -> MediaState | None:
    """How a file stands; None where nothing can be told: then the probe says what is wrong."""
    with suppress(ShotlogError):
        return media_state(file.path, file.sequence)
    return None


def identity_key(file: MediaReference) -> str:
    """One for each place, whatever lies there, so that there are no more of them than places.

    A digest, as a path need not be text that a database can keep.
    """
    place = f"{file.path!r} {file.sequence!r}".encode()
    return f"identity@{_IDENTITY} {blake2b(place, digest_size=16).hexdigest()}"


def fact_key(file: MediaReference, content: str) -> str:
    """What decides the outcome of a probe: FFmpeg goes by the ending of the name, too."""
    suffix = readable(Path(file.path).suffix)
    return f"media@{_PROBE} {content} {suffix} {decoder_versions()}"


class Uses:
    """What the clips of one edit use of each file; together they decide where its clock starts.

    Clips that are switched off have their say as well, so that what is found of a clip does not
    depend on what else is looked at.
    """

    def __init__(self, edit: Edit) -> None:
        self._spans: dict[MediaReference, list[TimeRange]] = defaultdict(list)
        self._origins: dict[MediaReference, Origin] = {}
        for clip in edit.clips:
            if clip.media is not None and clip.source.duration > 0:
                self._spans[_source(clip.media)].append(clip.source)

    def origin(self, reference: MediaReference, media: Media) -> Origin:
        """Where the clock starts in which the edit counts a file."""
        source = _source(reference)
        if source not in self._origins:
            self._origins[source] = origin_of(source, media, self._spans[source])
        return self._origins[source]


def _source(media: MediaReference) -> MediaReference:
    """A file, and where the timeline says that it starts."""
    return media.model_copy(update={"duration": None})


def locate(clip: ClipRange, uses: Uses, shelf: ProbeCache) -> Located | Problem:
    """Finds a clip's media and its range there, or says why it cannot be analysed."""
    if clip.media is None:
        return clip.problem or ClipEmpty(clip.name, "the clip names no media").problem
    if clip.problem is not None:
        return _ramped_still(clip, clip.media, shelf) or clip.problem
    try:
        media = shelf.get(clip.media)
        if media.video is None:
            raise NoPicture(media.path)
        if media.video.still:
            return _held(clip, media)
        return _place(clip, media, uses.origin(clip.media, media))
    except ShotlogError as error:
        problem = explained(Path(clip.media.path), error).problem
        return problem.model_copy(
            update={"clip": clip.id, "subject": f"{clip.name} ({problem.subject})"}
        )


def _ramped_still(clip: ClipRange, reference: MediaReference, shelf: ProbeCache) -> Located | None:
    """A still under a speed effect of its own: it shows the one picture, whatever the curve."""
    if clip.problem is None or clip.problem.code != RetimeUnsupported.code():
        return None
    with suppress(ShotlogError):
        media = shelf.get(reference)
        if media.video is not None and media.video.still:
            return _held(clip, media)
    return None


def _held(clip: ClipRange, media: Media) -> Located:
    """A still is seen as long as its clip, whatever range or speed the timeline gives it.

    It is written with one frame, with a day, or with in-points far beyond both; all that counts is
    the clip's place on the timeline. So it is a freeze frame.
    """
    if not clip.timeline.duration:
        raise ClipEmpty(clip.name)
    picture = TimeRange(start=Fraction(0), duration=frame_of(media))
    frozen = TimeMap(
        timeline_start=clip.timeline.start, source_start=picture.start, speed=Fraction(0)
    )
    return Located(clip, media, picture, frozen)


def _place(clip: ClipRange, media: Media, origin: Origin) -> Located:
    wanted = clip.source.shifted(-origin.start)
    if wanted.duration <= 0:
        raise ClipEmpty(clip.name)
    inside = wanted if media.duration is None else _inside(wanted, media.duration)
    if inside is None:
        raise ClipOutsideMedia(
            clip.name,
            f"the clip uses {float(wanted.start):.2f} s to {float(wanted.end):.2f} s"
            f" of a file that is {float(media.duration or 0):.2f} s long",
        )
    warnings = (*filter(None, (origin.assumed,)), *_beyond(clip, media))
    if inside.duration < wanted.duration - frame_of(media):
        lost = float(wanted.duration - inside.duration)
        warnings += (f"{lost:.2f} s of the clip lie outside its media",)
    source_start = clip.time_map.source_start - origin.start
    time_map = clip.time_map.model_copy(update={"source_start": source_start})
    return Located(clip, media, inside, time_map, warnings)


def _beyond(clip: ClipRange, media: Media) -> tuple[str, ...]:
    """A warning where a clip uses more than the timeline believes its media to have."""
    told = clip.media
    if told is None or told.start is None or told.duration is None:
        return ()
    before = told.start - clip.source.start
    after = clip.source.end - told.start - told.duration
    if max(before, after) * 2 <= frame_of(media):
        return ()
    return ("it uses frames beyond those that the timeline believes its media to have",)


def _inside(wanted: TimeRange, length: Fraction) -> TimeRange | None:
    return wanted.intersection(TimeRange(start=Fraction(0), duration=length))


def spans_by_media(located: Sequence[Located]) -> dict[str, list[Located]]:
    """The located clips by content, in the order in which the timeline first shows each."""
    found: dict[str, list[Located]] = {}
    for item in located:
        found.setdefault(item.media.content_id, []).append(item)
    return found
