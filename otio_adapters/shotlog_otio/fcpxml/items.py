"""Story elements: their kinds, their place on the timeline that holds them, and their own time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import TimeRange
from shotlog_otio.fcpxml.resources import Resources
from shotlog_otio.fcpxml.retiming import Course, course_of, pace_of
from shotlog_otio.fcpxml.times import length_in, time_in
from shotlog_otio.timeline import Address, Node
from shotlog_otio.xml_text import Element

MEDIA_TAGS = frozenset({"asset-clip", "video", "audio"})
CONTAINERS = frozenset({"clip", "sync-clip"})
"""Elements whose items without a lane are their content."""

NESTS = frozenset({"ref-clip", "mc-clip"})
GENERATED = frozenset({"title", "live-drawing"})
ITEMS = MEDIA_TAGS | CONTAINERS | NESTS | GENERATED | {"gap"}
"""Elements with a place in time that may hold markers."""

STORY = ITEMS | {"audition", "spine"}
"""Elements that stand in a storyline or are connected to an item; captions are neither picture nor
sound."""


class Timing(NamedTuple):
    """The timing of an element.

    Attributes:
        start: Start of its local timeline, in seconds.
        length: Its duration in its parent.
        pace: Seconds of its local timeline in a second of its parent.
        course: From its local timeline to the original time of its content; None for the same.
    """

    start: Fraction
    length: Fraction
    pace: Fraction
    course: Course | None

    @property
    def local(self) -> TimeRange:
        """Its part of its local timeline."""
        return TimeRange(start=self.start, duration=self.length * self.pace)


def timing_of(element: Element, resources: Resources, rate: Fraction | None) -> Timing:
    """Return the timing of an element.

    Args:
        element: One of :data:`ITEMS`.
        resources: Those of its file.
        rate: Frames per second of its parent's timeline.

    Raises:
        ValueError: A time of it is none, or it has no length.
    """
    pace, course = pace_of(element, rate), course_of(element)
    start, length = time_in(element, "start"), length_in(element)
    media = _media_range(element, resources)
    if course is not None:
        # The time map gives the element another range than its media.
        first, last = course.points[0][0], course.points[-1][0]
        media = TimeRange.between(first, last)
    if start is None:
        start = media.start if media is not None else Fraction(0)
    if length is None:
        if media is None:
            raise ValueError("its duration is missing")
        length = (media.end - start) / pace
    return Timing(start, max(length, Fraction(0)), pace, course)


def _media_range(element: Element, resources: Resources) -> TimeRange | None:
    """Return the range of the media that an element refers to, in its own time."""
    if element.tag in MEDIA_TAGS:
        asset = resources.asset(element.get("ref"))
        return asset.available if asset else None
    timeline = resources.timeline(element.get("ref")) if element.tag in NESTS else None
    if timeline is None:
        return None
    start = time_in(timeline, "tcStart") or Fraction(0)
    return TimeRange(start=start, duration=length_in(timeline) or Fraction(0))


@dataclass(frozen=True, eq=False)
class StoryItem:
    """An element on the timeline, as a place for markers.

    Attributes:
        element: The element.
        address: Its address in the file.
        range: Its range on the timeline.
        timing: Its timing.
        shift: What is added to its own time for the clock of its node.
    """

    element: Element
    address: Address
    range: TimeRange
    timing: Timing
    shift: Fraction = Fraction(0)

    def local(self, moment: Fraction) -> Fraction:
        """Return the time on its local timeline at a moment of the timeline."""
        return self.timing.start + (moment - self.range.start) * self.timing.pace


class Placed(NamedTuple):
    """A node on a lane of a timeline.

    Attributes:
        lane: Its lane; 0 is the storyline itself.
        start: Its start on the timeline's clock, in seconds.
        node: The node.
        item: Its element; None for a transition.
        primary: True for an item of the timeline's own storyline.
        hollow: True for one without picture, or sound, that is placed for its markers.
    """

    lane: int
    start: Fraction
    node: Node
    item: StoryItem | None = None
    primary: bool = False
    hollow: bool = False

    @property
    def end(self) -> Fraction:
        """Its end on the timeline's clock."""
        return self.start + self.node.retiming.length


def lane_of(element: Element) -> int:
    """Return the lane of an element; 0 where it tells none, or none that can be read."""
    text = (element.get("lane") or "0").strip()
    sign, digits = text[:1], text.lstrip("+-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        return 0
    return -int(digits) if sign == "-" else int(digits)


def offset_of(element: Element) -> Fraction | None:
    """Return the offset of an element; None where it tells none, or none that can be read."""
    try:
        return time_in(element, "offset")
    except ValueError:
        return None
