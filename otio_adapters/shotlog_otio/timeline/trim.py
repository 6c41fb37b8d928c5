"""The part of an item that the timeline shows, through the trims of all items around it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.dialects import Retiming

_FRAME_NOISE = Fraction(1, 1000)
"""Part of a frame by which a frozen moment may miss the start of its frame: a moment that was
rounded at one rate and is counted at another (29.97 frames at 23.976 for frame 30 at 24)."""


@dataclass(frozen=True)
class VisiblePart:
    """The part of one item that the timeline shows.

    Attributes:
        map: From the timeline's clock to the item's own.
        window: Range of the timeline in which the item is shown, in seconds.
        forward: For a frozen item: True where the frozen moment stands for the frame that starts
            then, False where it stands for the frame that ends then, as the item is frozen inside
            of something that runs backwards.
        broken: True where other things are shown between, as something around it runs forwards and
            backwards: then :attr:`window` is from the first moment to the last.
        before: Seconds of the timeline for which transitions show it before its window.
        after: The same after its window.
    """

    map: TimeMap
    window: TimeRange
    forward: bool = True
    broken: bool = False
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)

    @classmethod
    def of_timeline(cls, length: Fraction) -> VisiblePart:
        """Return the visible part of a timeline as a whole.

        Args:
            length: Duration of the timeline, in seconds.
        """
        origin = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
        return cls(origin, TimeRange(start=Fraction(0), duration=length))

    def of_child(
        self,
        retiming: Retiming,
        start: Fraction,
        head: Fraction = Fraction(0),
        tail: Fraction = Fraction(0),
    ) -> VisiblePart | None:
        """Return the visible part of a child.

        Args:
            retiming: Content and length of the child.
            start: Its start on this item's own clock, in seconds.
            head: Seconds of its content that a transition before it shows.
            tail: The same after it.

        Returns:
            None where nothing of the child is shown.
        """
        plain = retiming.length and retiming.curve is None
        if plain and self._shift is not None and not (head or tail or self.before or self.after):
            return self._of_simple_child(retiming, start + self._shift if self._shift else start)
        windows = self._windows_of(retiming.length, start)
        if not windows:
            return None
        window = TimeRange.between(windows[0].start, windows[-1].end)
        own = retiming.map_from(start)
        moved = self.map.after(own).within(window)
        speed = own.speed_at(self.map.source_start)
        forward = not self.map.is_freeze or speed == 0 or self.forward != (speed < 0)
        item = TimeRange(start=start, duration=retiming.length)
        before, after = self._beyond(window, own, item, head, tail)
        return VisiblePart(moved, window, forward, self.broken or len(windows) > 1, before, after)

    @cached_property
    def _shift(self) -> Fraction | None:
        """Seconds by which the timeline's clock is ahead of the item's; None under a retime."""
        if self.map.bends or self.map.speed != 1:
            return None
        return self.map.timeline_start - self.map.source_start

    @cached_property
    def _end(self) -> Fraction:
        return self.window.end

    def _of_simple_child(self, retiming: Retiming, start: Fraction) -> VisiblePart | None:
        """Return the visible part of a child without ramp and transition, in nothing retimed.

        So are nearly all items of nearly all timelines, and this takes a third of the time.

        Args:
            retiming: Content and length of the child; not without a length.
            start: Its start on the timeline, in seconds.
        """
        whole = TimeRange(start=start, duration=retiming.length)
        own = retiming.map_from(start)
        if start >= self.window.start and whole.end <= self._end:
            return VisiblePart(own, whole, broken=self.broken)
        window = whole.intersection(self.window)
        if window is None:
            return None
        return VisiblePart(own.within(window), window, broken=self.broken)

    @property
    def handles(self) -> tuple[Fraction, Fraction]:
        """What transitions show of the item before and after :attr:`window`, in its own seconds."""
        if not (self.before or self.after):
            return Fraction(0), Fraction(0)
        first, last = _end_speeds(self.map, self.window)
        return self.before * abs(first), self.after * abs(last)

    def _beyond(
        self, window: TimeRange, own: TimeMap, item: TimeRange, head: Fraction, tail: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return how long a child is shown before and after its window, on the timeline.

        Args:
            window: Its window.
            own: From this item's clock to the child's.
            item: Its range on this item's clock.
            head: See :meth:`of_child`.
            tail: See :meth:`of_child`.
        """
        if self.map.is_freeze or not (head or tail or self.before or self.after):
            return Fraction(0), Fraction(0)
        first, last = _end_speeds(own, item)
        early = head / abs(first) if first else Fraction(0)
        late = tail / abs(last) if last else Fraction(0)
        whole = TimeRange.between(self.window.start - self.before, self.window.end + self.after)
        shown = self.map.find(TimeRange.between(item.start - early, item.end + late), whole)
        # Inside of what runs forwards and backwards, what lies beyond is not clear.
        if len(shown) != 1:
            return Fraction(0), Fraction(0)
        return window.start - shown[0].start, shown[0].end - window.end

    def range_shown(self, item: TimeRange) -> TimeRange | None:
        """Return the range of the timeline that shows a range of the item's own clock.

        It may lie outside of :attr:`window`.

        Returns:
            None where a frozen item shows another moment.
        """
        if self.map.is_freeze:
            shown = item.start <= self.map.source_start <= item.end
            return self.window if shown else None
        with suppress(ValueError):  # a ramp that never shows it
            return self.map.range_to_timeline(item)
        return None

    def _windows_of(self, length: Fraction, start: Fraction) -> list[TimeRange]:
        """Return the parts of the timeline that show a range of this item's own clock."""
        if self.map.is_freeze:
            offset = self.map.source_start - start
            # Of two children that touch at the frozen moment, the one with the frozen frame.
            shown = 0 <= offset < length if self.forward else 0 < offset <= length
            return [self.window] if shown else []
        item = TimeRange(start=start, duration=length)
        if length:
            return self.map.find(item, self.window)
        # An item without a length is kept, so that its fault is reported.
        whole = self.range_shown(item)
        inside = whole is not None and self.window.start <= whole.start <= self.window.end
        return [whole] if whole is not None and inside else []

    @property
    def source(self) -> TimeRange:
        """Range on the item's own clock that is shown; empty where it is frozen."""
        return self.map.range_to_source(self.window)

    def frozen_frame(self, frames: Fraction) -> int:
        """Return the number of the frame that a frozen item shows.

        Args:
            frames: The frozen moment, in frames.
        """
        if self.forward:
            return math.floor(frames + _FRAME_NOISE)
        return math.ceil(frames - _FRAME_NOISE) - 1


def _end_speeds(time_map: TimeMap, item: TimeRange) -> tuple[Fraction, Fraction]:
    """Return the speeds at the start and at the end of a range."""
    pieces = time_map.pieces(item)
    if not pieces:
        return time_map.speed_at(item.start), time_map.speed_at(item.start)
    return pieces[0][1].speed, pieces[-1][1].speed
