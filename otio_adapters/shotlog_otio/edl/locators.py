"""The markers in a list, and the places where further ones are put."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from shotlog.markers import hash_in_text
from shotlog_otio.edl.counting import Counting
from shotlog_otio.edl.events import EdlContent, LocatorLine
from shotlog_otio.edl.layout import PlacedEvent
from shotlog_otio.markers import FoundMarker

_OVERLAPPING = 64
"""Events before a place that are searched for the one that it lies in."""


def found_locators(content: EdlContent, counting: Counting, start: int) -> Iterator[FoundMarker]:
    """Yield the markers of a list, on the clock of the timeline.

    A marker holds the timecode of the record, whatever event it follows, so it stands on the
    timeline. One whose timecode does not exist is passed over.

    Args:
        content: The list.
        counting: How it counts.
        start: The first frame of the timeline.
    """
    rate = counting.clock.rate
    for line in content.locators:
        frame = _frame(line, counting)
        if frame is None:
            content.faults.append(
                f"line {line.first + 1} is a marker without a timecode that can be read"
            )
            continue
        note = "\n".join(line.more)
        own = line.own
        frames = (frame - start, own.frames if own else 0)
        written = hash_in_text(line.locator.text, note, line.locator.colour.upper(), frames)
        yield FoundMarker(
            start=Fraction(frames[0]) / rate,
            duration=Fraction(frames[1]) / rate,
            name=line.locator.text,
            note=note,
            colour=line.locator.colour,
            key=(line.first, line.last),
            tag=own.tag if own else None,
            edited=own is not None and own.tag.hash != written,
        )


def _frame(line: LocatorLine, counting: Counting) -> int | None:
    at = line.locator.at
    if at is None:
        return None
    drop = at.drop
    if drop is None and line.event is not None:
        drop = counting.counts_drop_frame(line.event)
    elif drop is None:
        drop = counting.record_drops(line.counting)
    try:
        return counting.clock.frames(at, drop)
    except ValueError:
        return None


class Places:
    """The events under frames of the record.

    Args:
        placed: The events.
    """

    def __init__(self, placed: Sequence[PlacedEvent]) -> None:
        sure = [item for item in placed if item.fault is None]
        picture = [item for item in sure if item.event.edit.channels.picture]
        self._items = sorted(picture or sure or placed, key=lambda item: item.start)
        self._starts = [item.start for item in self._items]

    def under(self, frame: int) -> PlacedEvent:
        """Return the event that shows a frame, counted from timecode 0, else the one before it."""
        at = bisect_right(self._starts, frame)
        for item in reversed(self._items[max(at - _OVERLAPPING, 0) : at]):
            if frame < item.end:
                return item
        return self._items[max(at - 1, 0)]
