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

_NOTHING = Fraction(0)


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
    """

    map: TimeMap
    window: TimeRange
    forward: bool = True
    broken: bool = False

    @classmethod
    def of_timeline(cls, length: Fraction) -> VisiblePart:
        """Return the visible part of a timeline as a whole.

        Args:
            length: Duration of the timeline, in seconds.
        """
        origin = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
        return cls(origin, TimeRange(start=Fraction(0), duration=length))

    def of_child(self, retiming: Retiming, start: Fraction) -> VisiblePart | None:
        """Return the visible part of a child.

        Args:
            retiming: Content and length of the child.
            start: Its start on this item's own clock, in seconds.

        Returns:
            None where nothing of the child is shown.
        """
        if retiming.length and retiming.curve is None and self._shift is not None:
            return self._of_simple_child(retiming, start + self._shift)
        windows = self._windows_of(retiming.length, start)
        if not windows:
            return None
        window = TimeRange.between(windows[0].start, windows[-1].end)
        own = retiming.map_from(start)
        moved = self.map.after(own).within(window)
        speed = own.speed_at(self.map.source_start)
        forward = not self.map.is_freeze or speed == 0 or self.forward != (speed < 0)
        return VisiblePart(moved, window, forward, self.broken or len(windows) > 1)

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
        """Return the visible part of a child without a ramp, where nothing around it is retimed.

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

    def handles(
        self, retiming: Retiming, head: Fraction, tail: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return the handles before and after this item on the timeline, in its own seconds.

        An end that something around it trims off has none. Where that runs backwards, the item's
        tail is shown before it.

        Args:
            retiming: Content and length of this item.
            head: Its handle before its start in its parent.
            tail: Its handle after its end there.
        """
        if not (head or tail) or self.map.is_freeze:
            return _NOTHING, _NOTHING
        own = retiming.map_from(Fraction(0))
        begins, ends = own.to_source(Fraction(0)), own.to_source(retiming.length)
        first = self.map.to_source(self.window.start)
        last = self.map.to_source(self.window.end)
        before = head if first == begins else tail if first == ends else _NOTHING
        after = tail if last == ends else head if last == begins else _NOTHING
        return before, after

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
