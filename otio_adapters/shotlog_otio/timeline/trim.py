"""What can be seen of an item from the timeline, through all that lies around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.timeline.retime import Timing

_FRAME_NOISE = Fraction(1, 1000)
"""Part of a frame by which a frozen moment may miss the start of its frame: a moment that was
rounded at one rate and is counted at another (29.97 frames at 23.976 for frame 30 at 24)."""


@dataclass(frozen=True)
class View:
    """The sight from the timeline into one item.

    Attributes:
        map: From the timeline's clock to the item's own.
        window: Where on the timeline the item is seen.
        forward: For a frozen view, whether the frozen moment stands for the frame that starts
            there, or (seen through something that runs backwards) for the one that ends there.
    """

    map: TimeMap
    window: TimeRange
    forward: bool = True

    @classmethod
    def of(cls, length: Fraction) -> View:
        """The sight onto a timeline as a whole."""
        origin = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
        return cls(origin, TimeRange(start=Fraction(0), duration=length))

    def into(self, timing: Timing, start: Fraction) -> View | None:
        """The sight into a child that starts at ``start`` on this item's clock.

        Returns:
            None where the child lies outside of what is seen of this item.
        """
        window = self._range_of(timing.length, start)
        if window is None:
            return None
        inner = self.map.after(timing.placed(start))
        moved = TimeMap(
            timeline_start=window.start,
            source_start=inner.to_source(window.start),
            speed=inner.speed,
        )
        frozen, backwards = self.map.speed == 0, timing.speed < 0
        forward = not frozen or timing.speed == 0 or self.forward != backwards
        return View(moved, window, forward)

    def _range_of(self, length: Fraction, start: Fraction) -> TimeRange | None:
        """Where on the timeline a stretch of this item's clock is seen; None for nowhere."""
        if self.map.speed == 0:
            offset = self.map.source_start - start
            seen = 0 <= offset < length if self.forward else 0 < offset <= length
            return self.window if seen else None
        whole = self.map.range_to_timeline(TimeRange(start=start, duration=length))
        if length == 0:
            return whole if self.window.start <= whole.start <= self.window.end else None
        return whole.intersection(self.window)

    @property
    def source(self) -> TimeRange:
        """What is seen, on the item's own clock; empty where it is frozen."""
        return self.map.range_to_source(self.window)

    def frozen_frame(self, frames: Fraction) -> int:
        """The number of the frame that a frozen view shows at a moment, given in frames."""
        if self.forward:
            return math.floor(frames + _FRAME_NOISE)
        return math.ceil(frames - _FRAME_NOISE) - 1
