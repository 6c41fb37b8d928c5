"""A list as a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.schema import Problem, TimelineEmpty, TimelineUnreadable, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.edl.counting import counting_of
from shotlog_otio.edl.events import NO_REEL, EdlContent, sound_tracks
from shotlog_otio.edl.layout import MOST_TRACKS, PlacedEvent, Tracks, place_events
from shotlog_otio.edl.locators import found_locators
from shotlog_otio.edl.marker_list import is_marker_list, listed_markers
from shotlog_otio.edl.media import EdlMedia
from shotlog_otio.edl.speeds import retiming_of
from shotlog_otio.edl.statements import EventTransition
from shotlog_otio.markers import FoundMarker
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import (
    Child,
    FactsReader,
    ItemFacts,
    Kind,
    Node,
    TimelineTree,
    UnfollowedPart,
    stack_of,
    track_of,
)

MARKER_LIST = (
    "it is a list of markers, as DaVinci Resolve exports them, and holds no cut",
    "Export the timeline itself; import this list into it in Resolve: right-click the timeline,"
    " Timelines > Import > Timeline Markers from EDL.",
)
"""Message and hint for a list without a cut."""


_UNFOLLOWED: Mapping[EventTransition, str] = {
    EventTransition.WIPE: "Wipe",
    EventTransition.KEY: "Key",
}


class EdlTree:
    """The timeline of a list, and the way in which it counts.

    Attributes:
        content: What the lines say.
        counting: How it counts frames.
        placed: The events with their places.
        start: The first frame of the timeline: the lowest record in.
        end: The frame after its last.
        tree: The timeline.
    """

    def __init__(self, content: EdlContent, path: Path, options: ReadOptions) -> None:
        if not content.events and content.is_list:
            raise TimelineEmpty(str(path))
        if not content.events:
            raise TimelineUnreadable(str(path), "it holds no event of an edit decision list")
        self.content = content
        self.counting = counting_of(content, options.rate)
        self.placed = place_events(content.events, self.counting)
        sure = [item for item in self.placed if item.fault is None]
        self.start = min((item.start for item in sure), default=0)
        self.end = max((item.end for item in sure), default=self.start)
        for item in self.placed:
            if item.fault is not None:  # kept at a place that is shown, so that it is reported
                item.start = item.end = min(max(item.start, self.start), self.end)
        self._media = EdlMedia(path, options.relinks, content.reels)
        self._problems: list[Problem] = []
        self.tree = self._read(path)

    def seconds(self, frames: int) -> Fraction:
        """Return the time of a number of frames."""
        return frames / self.counting.clock.rate

    def _read(self, path: Path) -> TimelineTree:
        markers: list[FoundMarker] = [
            *found_locators(self.content, self.counting, self.start),
            *listed_markers(self.placed, self.counting.clock.rate, self.start),
        ]
        self._problems += [
            _problem(fault, str(path), "Check the line in the list.")
            for fault in self.content.faults
        ]
        clock = self.counting
        only_markers = is_marker_list(self.content.events)
        if only_markers:
            self._problems.append(_problem(MARKER_LIST[0], str(path), MARKER_LIST[1]))
        return TimelineTree(
            name=self.content.title or path.stem,
            rate=clock.clock.rate,
            root=stack_of(
                () if only_markers else self._tracks(path),
                length=self.seconds(self.end - self.start),
                markers=tuple(markers),
            ),
            start=self.seconds(self.start),
            drop_frame=self._drop_frame(),
            warnings=clock.warnings,
            problems=tuple(self._problems),
        )

    def _drop_frame(self) -> bool:
        signs = [time.drop for item in self.placed for time in item.event.edit.times[2:]]
        return any(signs) or self.counting.first

    def _tracks(self, path: Path) -> tuple[Node, ...]:
        picture, sound = Tracks(), Tracks()
        crowded = False
        for item in self.placed:
            key = item.event.edit.transition in (EventTransition.KEY, EventTransition.KEY_OUT)
            for number in item.event.edit.channels.picture:
                crowded |= not picture.add(item, number + key)
            for number in sound_tracks(item.event):
                crowded |= not sound.add(item, number)
        if crowded:
            message = f"more than {MOST_TRACKS} events overlap; those above are left out"
            self._problems.append(_problem(message, str(path), "Check the record times."))
        return (
            *(self._track(items, picture=True) for items in picture),
            *(self._track(items, picture=False) for items in sound),
        )

    def _track(self, items: Sequence[PlacedEvent], *, picture: bool) -> Node:
        children = (
            Child(number, self.seconds(item.start - self.start), self._clip(item, picture=picture))
            for number, item in enumerate(items)
        )
        return track_of(tuple(children), picture=picture)

    def _clip(self, item: PlacedEvent, *, picture: bool) -> Node:
        event, rate = item.event, self.counting.source_clock(item.event).rate
        label = event.name or event.file
        if not label and event.edit.reel.upper() not in NO_REEL:
            label = event.edit.reel
        media = self._media.of_event(label, file=event.file, name=event.name, reel=event.edit.reel)
        warnings = list(media.warnings)
        if item.fault is None:
            retiming, doubts = retiming_of(item, self.counting)
            warnings += doubts
        else:
            nothing = TimeRange(start=Fraction(0), duration=Fraction(0))
            retiming = Retiming(nothing, Fraction(0), Fraction(1))
        tail = self.seconds(item.tail) * abs(retiming.speed)
        return Node(
            Kind.CLIP,
            label,
            retiming,
            path=("event", event.index),
            media=media,
            rate=rate,
            counted_at=rate,
            picture=picture,
            fault=item.fault,
            warnings=tuple(warnings),
            tail=tail,
            facts=self._facts(item) if picture else None,
        )

    def _facts(self, item: PlacedEvent) -> FactsReader | None:
        """Return the facts of an event that begins with a wipe or a key; None for others."""
        edit = item.event.edit
        name = _UNFOLLOWED.get(edit.transition)
        if name is None:
            return None
        kind = "transition" if edit.transition is EventTransition.WIPE else "blend"
        length = self.seconds(edit.length or item.end - item.start)
        part = UnfollowedPart(kind, name, TimeRange(start=Fraction(0), duration=length))
        return lambda: ItemFacts(unfollowed=(part,))


def _problem(message: str, subject: str, hint: str) -> Problem:
    return TimelineUnreadable(subject, message, hint).problem
