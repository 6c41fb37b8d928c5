"""What an element stands in: its timeline, with its rate and its way of counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.schema import TimeRange
from shotlog_otio.fcpxml.hearing import NO_ROLES
from shotlog_otio.fcpxml.items import STORY, Timing
from shotlog_otio.fcpxml.times import time_in
from shotlog_otio.timeline import Address
from shotlog_otio.xml_text import Element

_NONE = Fraction(0)


@dataclass(frozen=True)
class Surroundings:
    """What an element stands in.

    Attributes:
        address: Its own address: the numbers of the elements from the timeline down to it.
        rate: Frames per second of its timeline.
        depth: Levels of nests and connections around it.
        primary: True in the storyline of the timeline that is read.
        media: Ids of the compound and multicam clips around it.
        window: The part of its timeline that is shown, where that is a nest's: a compound clip may
            be shown a thousand times, a second of it each time.
        muted: The roles of sound that are switched off around it.
        muted_connected: Those for what is connected to it; None for the same.
    """

    address: Address
    rate: Fraction | None
    depth: int = 0
    primary: bool = False
    media: frozenset[str] = frozenset()
    window: TimeRange | None = None
    muted: frozenset[str] = NO_ROLES
    muted_connected: frozenset[str] | None = None

    def shows(self, range_: TimeRange) -> bool:
        """Return whether a range of the timeline is shown, at least in part."""
        return self.window is None or self.window.intersection(range_) is not None

    def inside(self, number: int) -> Surroundings:
        """Return those of an element inside, by its number."""
        return replace(self, address=(*self.address, number))

    def deeper(self, number: int) -> Surroundings:
        """Return those of an element a level deeper."""
        return replace(self, address=(*self.address, number), depth=self.depth + 1)


def shown_of(timing: Timing) -> TimeRange:
    """Return the part of the original time of an element that it shows."""
    if timing.course is None:
        return timing.local
    return timing.course.retiming(timing.local, _NONE).content


def shift_of(timing: Timing, start: Fraction) -> Fraction:
    """Return the shift from a nest's own time, with its start timecode, to that of its items.

    A start below the timecode counts from 0.
    """
    return -start if shown_of(timing).start >= start else _NONE


def base_of(storylines: Sequence[Sequence[Element]], start: Fraction) -> Fraction:
    """Return the offset of the first moment of a timeline: its start timecode, or 0.

    Projects and compound clips count offsets from their start timecode, multicam clips from 0
    though their timecode starts elsewhere; so does DaVinci Resolve.

    Args:
        storylines: The storylines of the timeline, or its angles.
        start: Its start timecode.
    """
    offsets = []
    for elements in storylines:
        first = next((item for item in elements if item.tag in STORY), None)
        if first is not None:
            try:
                offsets.append(time_in(first, "offset") or _NONE)
            except ValueError:
                continue
    return start if not offsets or min(offsets) >= start else _NONE
