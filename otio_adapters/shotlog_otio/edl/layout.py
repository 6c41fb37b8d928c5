"""The places of events on the record: their frames, and the tracks that hold them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shotlog_otio.edl.counting import Counting
from shotlog_otio.edl.events import Event, is_shadow, sound_tracks
from shotlog_otio.edl.statements import EventTransition

MOST_TRACKS = 99
"""Number of the highest track; more events than that at one time are an error of the list."""


@dataclass(eq=False)
class PlacedEvent:
    """An event with its place on the record.

    Attributes:
        event: The event.
        start: Its first frame, from timecode 0.
        end: The frame after its last.
        source: Its source in and out, in frames.
        fault: The reason why it has no length that can be trusted; it then takes no time.
        tail: Frames for which a transition shows it beyond its end.
    """

    event: Event
    start: int
    end: int
    source: tuple[int, int] = (0, 0)
    fault: str | None = None
    tail: int = 0


def place_events(events: Sequence[Event], counting: Counting) -> list[PlacedEvent]:
    """Return the events that are clips, with their places; those of no track are left out."""
    placed: list[PlacedEvent] = []
    midnight: int | None = None  # the start of the event that the record runs over midnight in
    for number, event in enumerate(events):
        if is_shadow(events, number) or not (event.edit.channels.picture or sound_tracks(event)):
            continue
        item = _place(event, counting)
        if item.fault is None:
            day = counting.clock.day(counting.record_drops(event.counting))
            if midnight is not None and item.start < midnight:
                item.start, item.end = item.start + day, item.end + day
            elif item.end < item.start:
                if item.end + day - item.start == item.source[1] - item.source[0]:
                    item.end, midnight = item.end + day, item.start
                else:
                    item.fault = "its record out lies before its record in"
        if item.fault is None and event.edit.transition in (
            EventTransition.DISSOLVE,
            EventTransition.WIPE,
        ):
            before = events[number - 1] if number and is_shadow(events, number - 1) else None
            _extend(placed, item, before, counting)
        placed.append(item)
    return placed


def _place(event: Event, counting: Counting) -> PlacedEvent:
    try:
        source, (start, end) = counting.source(event), counting.record(event)
    except ValueError as error:
        return PlacedEvent(event, 0, 0, fault=str(error))
    return PlacedEvent(event, start, end, source)


def _extend(
    placed: Sequence[PlacedEvent], item: PlacedEvent, before: Event | None, counting: Counting
) -> None:
    """Let the clip before a transition go on under it, where the list says that it does."""
    tracks = item.event.edit.channels
    outgoing = next(
        (
            other
            for other in reversed(placed[-4:])
            if other.end == item.start and other.event.edit.channels == tracks and not other.fault
        ),
        None,
    )
    if outgoing is None:
        return
    if before is not None and outgoing.event.motion is None:
        try:
            if counting.source(before)[0] != outgoing.source[1]:
                return  # the transition begins with something else
        except ValueError:
            return
    outgoing.tail = min(item.event.edit.length, item.end - item.start)


class Tracks:
    """Tracks of one kind, on which events do not overlap."""

    def __init__(self) -> None:
        self._taken: list[list[tuple[int, int]]] = []
        self._items: list[list[PlacedEvent]] = []

    def add(self, item: PlacedEvent, number: int) -> bool:
        """Put an event on a track, or on the next one above with room.

        Args:
            item: The event.
            number: Number of its track, from 1.

        Returns:
            False where no track has room.
        """
        for track in range(number - 1, MOST_TRACKS):
            while len(self._items) <= track:
                self._taken.append([])
                self._items.append([])
            taken = self._taken[track]
            at = bisect_right(taken, (item.start, item.end))
            free = (at == 0 or taken[at - 1][1] <= item.start) and (
                at == len(taken) or item.end <= taken[at][0]
            )
            if item.start == item.end or free:
                if item.start < item.end:
                    insort(taken, (item.start, item.end))
                self._items[track].append(item)
                return True
        return False

    def __iter__(self) -> Iterator[list[PlacedEvent]]:
        for items in self._items:
            yield sorted(items, key=lambda item: item.start)
