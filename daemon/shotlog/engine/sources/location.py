"""Location of clips: the media file of each clip range, and its range in media time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.engine.sources.no_media import explain
from shotlog.engine.sources.origin import SourceOrigin, find_origin, mean_frame_duration
from shotlog.engine.sources.probe_cache import ProbeCache
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
)

_BOTH_WAYS = (
    "its speed ramp runs forwards and backwards; a move that it shows both ways is not named by its"
    " direction"
)


@dataclass(frozen=True)
class LocatedClip:
    """A clip with its media.

    Attributes:
        clip: The clip range.
        media: Its media.
        span: The range that it shows, in media time; inside the file where its length is known.
        seen: That range with the handles that its transitions show, as far as the file has them.
        time_map: Between media time and the timeline.
        warnings: Assumptions, in sentences that do not name the clip.
    """

    clip: ClipRange
    media: Media
    span: TimeRange
    seen: TimeRange
    time_map: TimeMap
    warnings: tuple[str, ...] = ()


class MediaUses:
    """Source ranges that the clips of one edit use of each file; they decide the file's origin.

    Disabled clips count as well, so that the origin does not depend on which clips are analysed.
    Clips of audio tracks count only for files that no clip of picture uses.
    """

    def __init__(self, edit: Edit) -> None:
        self._spans: dict[MediaReference, list[TimeRange]] = defaultdict(list)
        self._origins: dict[MediaReference, SourceOrigin] = {}
        for clip in edit.clips:
            if clip.media is not None and clip.source.duration > 0:
                self._spans[_source(clip.media)].append(clip.source)
        seen = set(self._spans)
        for clip in edit.sound:
            if clip.media is not None and clip.source.duration > 0:
                source = _source(clip.media)
                if source not in seen:
                    self._spans[source].append(clip.source)

    def origin(self, reference: MediaReference, media: Media) -> SourceOrigin:
        """Return the origin of the clock in which the edit counts a file."""
        source = _source(reference)
        if source not in self._origins:
            self._origins[source] = find_origin(source, media, self._spans[source])
        return self._origins[source]


def _source(media: MediaReference) -> MediaReference:
    """Return the reference without its length: a file, and its start as the timeline gives it."""
    return media.model_copy(update={"duration": None})


def locate(clip: ClipRange, uses: MediaUses, probe_cache: ProbeCache) -> LocatedClip | Problem:
    """Return the clip with its media and its range there, or the problem that prevents it."""
    if clip.media is None:
        return clip.problem or ClipEmpty(clip.name, "the clip names no media").problem
    if clip.problem is not None:
        return _ramped_still(clip, clip.media, probe_cache) or clip.problem
    try:
        media = probe_cache.get(clip.media)
        if media.video is None:
            raise NoPicture(media.path)
        if media.video.still:
            return _locate_still(clip, media)
        return _locate_film(clip, media, uses.origin(clip.media, media))
    except ShotlogError as error:
        problem = explain(Path(clip.media.path), error).problem
        return problem.model_copy(
            update={"clip": clip.id, "subject": f"{clip.name} ({problem.subject})"}
        )


def _ramped_still(
    clip: ClipRange, reference: MediaReference, probe_cache: ProbeCache
) -> LocatedClip | None:
    """Return a still under a speed ramp: it shows its one picture at any speed. None for film."""
    if clip.problem is None or clip.problem.code != RetimeUnsupported.code():
        return None
    with suppress(ShotlogError):
        media = probe_cache.get(reference)
        if media.video is not None and media.video.still:
            return _locate_still(clip, media)
    return None


def _locate_still(clip: ClipRange, media: Media) -> LocatedClip:
    """Return a still as a freeze frame over the whole of its clip."""
    # Editing programs give stills one frame, a day, or in-points beyond both; so only the clip's
    # range on the timeline counts.
    if not clip.timeline.duration:
        raise ClipEmpty(clip.name)
    picture = TimeRange(start=Fraction(0), duration=mean_frame_duration(media))
    frozen = TimeMap(
        timeline_start=clip.timeline.start, source_start=picture.start, speed=Fraction(0)
    )
    return LocatedClip(clip, media, picture, picture, frozen)


def _locate_film(clip: ClipRange, media: Media, origin: SourceOrigin) -> LocatedClip:
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
    if len(clip.time_map.directions(clip.timeline)) > 1:
        warnings += (_BOTH_WAYS,)
    # Up to a frame may be missing: editing programs and containers round lengths differently.
    if inside.duration < wanted.duration - mean_frame_duration(media):
        lost = float(wanted.duration - inside.duration)
        warnings += (f"{lost:.2f} s of the clip lie outside its media",)
    source_start = clip.time_map.source_start - origin.start
    time_map = clip.time_map.model_copy(update={"source_start": source_start})
    handled = clip.seen.shifted(-origin.start)
    seen = handled if media.duration is None else _inside(handled, media.duration) or inside
    return LocatedClip(clip, media, inside, seen, time_map, warnings)


def _beyond(clip: ClipRange, media: Media) -> tuple[str, ...]:
    """Return a warning where a clip uses more than the timeline's available range of its media."""
    available = clip.media
    if available is None or available.start is None or available.duration is None:
        return ()
    before = available.start - clip.source.start
    after = clip.source.end - available.start - available.duration
    # Half a frame of tolerance: both ranges may be rounded, each at a rate of its own.
    if max(before, after) * 2 <= mean_frame_duration(media):
        return ()
    return ("it uses frames beyond those that the timeline believes its media to have",)


def _inside(wanted: TimeRange, length: Fraction) -> TimeRange | None:
    return wanted.intersection(TimeRange(start=Fraction(0), duration=length))


def group_by_media(located: Sequence[LocatedClip]) -> dict[str, list[LocatedClip]]:
    """Return the located clips by content id, in the order of first use on the timeline."""
    found: dict[str, list[LocatedClip]] = {}
    for item in located:
        found.setdefault(item.media.content_id, []).append(item)
    return found
