"""Places of our markers in an FCPXML file: the item that holds each, and its time there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.markers import MarkerOptions, TextLimits, clean, colour_named
from shotlog.schema import ClipRange, Marker, MarkerFamily, TimeRange
from shotlog_otio.fcpxml.annotations import STANDARD, TO_DO, frames_of
from shotlog_otio.fcpxml.items import StoryItem
from shotlog_otio.fcpxml.keywords import keywords_of, shot_type_of
from shotlog_otio.markers import PlacedText, Target
from shotlog_otio.timeline import Reading

_DIALECT = "finalcut"

_KEYWORDS_SINCE = (1, 3)
_ANALYSES_SINCE = (1, 4)
"""Versions from which every item may hold them."""

_ALWAYS_KEYWORDS = frozenset({"clip", "ref-clip", "mc-clip"})
"""Elements that may hold keywords in version 1.2."""


@dataclass(frozen=True)
class PlacedAnnotation(PlacedText):
    """A marker to be written, with what comes with it.

    Attributes:
        local: Its start on the item's local timeline, as it is written.
        keywords: The keywords over its range; "" for none.
        shot_type: The shot type of its analysis marker; None for none.
    """

    local: Fraction = Fraction(0)
    keywords: str = ""
    shot_type: str | None = None

    @property
    def frames(self) -> tuple[int, int]:
        """Start and length in frames, counted on the item's local timeline."""
        return frames_of(self.local, self.duration, self.rate)


class Placing:
    """The places for markers of one timeline.

    Args:
        primary: The items of its storyline, in order.
        connected: The connected items, the lowest lane first.
        by_id: The items by the beginnings of the ids of their clips.
        version: That of the file.
    """

    def __init__(
        self,
        primary: Sequence[StoryItem],
        connected: Sequence[StoryItem],
        by_id: Mapping[str, StoryItem],
        version: tuple[int, int],
    ) -> None:
        self._primary = sorted(primary, key=lambda item: item.range.start)
        self._starts = [item.range.start for item in self._primary]
        self._connected = connected
        self._by_id = by_id
        self._version = version

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return each marker on its item; see :meth:`SourceFile.place`."""
        placed: list[PlacedText] = []
        lost = 0
        clips = Clips(reading.edit.clips)
        for marker in markers:
            moment = marker.frame / marker.rate
            own = self._of_clip(marker.clip) if on == "clips" and marker.clip else None
            item = own or self._at(moment)
            if item is None:
                lost += 1
                continue
            placed.append(self._placed(marker, item, moment, clips, options, sure=own is not None))
        notes = [f"{lost} markers stand where the project has no clip: not written"] if lost else []
        return placed, tuple(notes)

    def _of_clip(self, clip: str) -> StoryItem | None:
        """Return the item that shows a clip, by the clip's id: that of ``V1/3/V1/0`` is V1/3."""
        return self._by_id.get("/".join(clip.split("/", 2)[:2]))

    def _at(self, moment: Fraction) -> StoryItem | None:
        """Return the item at a moment: of the storyline, else the lowest that is connected."""
        number = bisect_right(self._starts, moment) - 1
        if number >= 0 and self._primary[number].range.contains(moment):
            return self._primary[number]
        over = (item for item in self._connected if item.range.contains(moment))
        return next(over, self._primary[max(number, 0)] if self._primary else None)

    def _placed(
        self,
        marker: Marker,
        item: StoryItem,
        moment: Fraction,
        clips: Clips,
        options: MarkerOptions,
        *,
        sure: bool,
    ) -> PlacedAnnotation:
        pace, frame = item.timing.pace, 1 / marker.rate
        last = max(item.range.start, item.range.end - frame)
        moment = min(max(moment, item.range.start), last)
        whole = TimeRange(start=moment, duration=marker.duration / marker.rate)
        shown = whole.intersection(item.range) or TimeRange(start=moment, duration=frame)
        allowed = self._version >= _KEYWORDS_SINCE or item.element.tag in _ALWAYS_KEYWORDS
        # A keyword belongs to a picture: where several are stacked, nothing tells which is meant.
        keywords = keywords_of(marker) if allowed and (sure or clips.single(moment)) else ()
        typed = keywords and self._version >= _ANALYSES_SINCE
        limits, local = TextLimits(), item.local(moment)
        return PlacedAnnotation(
            marker=marker,
            owner=item.address,
            start=local + item.shift,
            local=local,
            duration=(max(shown.duration, frame) if keywords else frame) * pace,
            rate=marker.rate / pace,
            name=clean(marker.name, limits.name),
            note=clean(marker.note, limits.note),
            colour=_kind(marker.family, options),
            keywords=", ".join(keywords),
            shot_type=shot_type_of(marker) if typed else None,
        )


def _kind(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return the kind of a marker: faults are to be done; the user may choose otherwise."""
    chosen = options.colour(_DIALECT, family)
    if chosen is not None:
        return colour_named(_DIALECT, chosen).name
    # A chapter would end up in the movie that is exported, so no family is one by default.
    to_do = family in (MarkerFamily.PROBLEM, MarkerFamily.DEFECT)
    return TO_DO if to_do else STANDARD


class Clips:
    """The clips of picture of a timeline, by their ranges."""

    def __init__(self, clips: Sequence[ClipRange]) -> None:
        self._starts = sorted(clip.timeline.start for clip in clips)
        self._ends = sorted(clip.timeline.end for clip in clips)

    def single(self, moment: Fraction) -> bool:
        """Return whether one clip at most is shown at a moment."""
        begun, over = bisect_right(self._starts, moment), bisect_right(self._ends, moment)
        return begun - over <= 1
