"""The part of an item that the timeline shows, through the trims of all items around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

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
    """

    map: TimeMap
    window: TimeRange
    forward: bool = True

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
        window = self._window_of(retiming.length, start)
        if window is None:
            return None
        inner = self.map.after(retiming.map_from(start))
        moved = TimeMap(
            timeline_start=window.start,
            source_start=inner.to_source(window.start),
            speed=inner.speed,
        )
        frozen, backwards = self.map.speed == 0, retiming.speed < 0
        forward = not frozen or retiming.speed == 0 or self.forward != backwards
        return VisiblePart(moved, window, forward)

    def range_shown(self, item: TimeRange) -> TimeRange | None:
        """Return the range of the timeline that shows a range of the item's own clock.

        It may lie outside of :attr:`window`.

        Returns:
            None where a frozen item shows another moment.
        """
        if self.map.speed:
            return self.map.range_to_timeline(item)
        shown = item.start <= self.map.source_start <= item.end
        return self.window if shown else None

    def _window_of(self, length: Fraction, start: Fraction) -> TimeRange | None:
        """Return the part of the timeline that shows a range of this item's own clock."""
        if self.map.speed == 0:
            offset = self.map.source_start - start
            # Of two children that touch at the frozen moment, the one with the frozen frame.
            shown = 0 <= offset < length if self.forward else 0 < offset <= length
            return self.window if shown else None
        whole = self.map.range_to_timeline(TimeRange(start=start, duration=length))
        # An item without a length is kept, so that its fault is reported.
        if length == 0:
            return whole if self.window.start <= whole.start <= self.window.end else None
        return whole.intersection(self.window)

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
