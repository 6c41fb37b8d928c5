"""A marked timeline as it is now: its markers, and the media under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from shotlog.engine import ProbeCache
from shotlog.engine.sources import LocatedClip, MediaUses, locate
from shotlog.schema import ClipRange, Problem, TimeRange
from shotlog_otio import Reading


@dataclass(frozen=True)
class PresentMarker:
    """A marker of a timeline, whoever wrote it.

    Attributes:
        name: Its name.
        note: Its note, without our tag.
        colour: Its colour, as the file tells it.
        length: Its length, on the clock of the object that holds it; 0 for a point.
        shown: Its range on the timeline; None where no frame of it is shown.
        clip: The clip that it stands on, or that the timeline shows there; None for none.
        id: Identity of a marker of ours; "" for others, and where a program lost our tag.
        family: Kind of a marker of ours; "" for others.
        edited: True where it is ours and an editor has changed it.
    """

    name: str
    note: str
    colour: str
    length: Fraction
    shown: TimeRange | None
    clip: ClipRange | None
    id: str
    family: str
    edited: bool


@dataclass(frozen=True)
class MediaPlace:
    """The media under a marker.

    Attributes:
        content_id: Identity of their content.
        path: Their path, as the timeline names it.
        moment: The moment that is shown where the marker starts, in media time.
        range: What is shown under the marker, in media time; the rest of the clip under a point.
        clip: What the clip shows, in media time.
    """

    content_id: str
    path: str
    moment: Fraction
    range: TimeRange
    clip: TimeRange


class PresentTimeline:
    """A timeline with its markers.

    Args:
        reading: What was read of it.
        probe_cache: Probes its media, those alone that are asked for.

    Attributes:
        reading: See above.
        problems: Clips whose media were asked for and cannot be located, by their ids.
    """

    def __init__(self, reading: Reading, probe_cache: ProbeCache) -> None:
        self.reading = reading
        self.problems: dict[str, Problem] = {}
        self._probe_cache = probe_cache
        self._located: dict[str, LocatedClip | None] = {}

    @property
    def frame(self) -> Fraction:
        """Length of a frame of the timeline, in seconds."""
        return 1 / self.reading.edit.rate

    @cached_property
    def markers(self) -> tuple[PresentMarker, ...]:
        """All its markers, in the order of the file."""
        return tuple(self._markers())

    def _markers(self) -> Iterator[PresentMarker]:
        clips = self.reading.clips
        for item in self.reading.markers:
            marker, shown = item.marker, item.shown
            clip = None if item.clip is None else clips[item.clip].range
            if clip is None and shown is not None:
                clip = self.reading.clip_at(shown.start)
            yield PresentMarker(
                name=marker.name,
                note=marker.note,
                colour=marker.colour,
                length=marker.duration,
                shown=shown,
                clip=clip,
                id=marker.id,
                family=marker.family,
                edited=marker.edited,
            )

    def place_of(self, marker: PresentMarker) -> MediaPlace | None:
        """Return the media under a marker.

        None where nothing is shown there, and where the media cannot be located, which is then in
        :attr:`problems`.
        """
        if marker.shown is None or marker.clip is None:
            return None
        located = self._locate(marker.clip)
        if located is None:
            return None
        clip, source = located.clip.timeline, located.time_map
        # A marker may begin a part of a frame before its clip, on a clock of another rate.
        start = min(max(marker.shown.start, clip.start), clip.end)
        end = marker.shown.end if marker.shown.duration > self.frame else clip.end
        shown = TimeRange.between(start, min(max(end, start), clip.end))
        return MediaPlace(
            content_id=located.media.content_id,
            path=str(clip_path(located.clip)),
            moment=source.to_source(start),
            range=source.range_to_source(shown).intersection(located.span) or located.span,
            clip=located.span,
        )

    def shows(self, content_id: str, source: TimeRange) -> bool:
        """Return True if a clip shows at least half of a range of some media."""
        return any(
            common.duration * 2 >= source.duration
            for clip in self.reading.edit.clips
            if clip.enabled and clip.media is not None
            if (located := self._locate(clip)) and located.media.content_id == content_id
            if (common := located.span.intersection(source)) is not None
        )

    @cached_property
    def _uses(self) -> MediaUses:
        return MediaUses(self.reading.edit)

    def _locate(self, clip: ClipRange) -> LocatedClip | None:
        if clip.id not in self._located:
            found = locate(clip, self._uses, self._probe_cache)
            if isinstance(found, Problem):
                self.problems[clip.id] = found
            self._located[clip.id] = None if isinstance(found, Problem) else found
        return self._located[clip.id]


def clip_path(clip: ClipRange | None) -> str:
    """Return the path of a clip's media as the timeline names it; empty where it names none."""
    return clip.media.path if clip is not None and clip.media is not None else ""
