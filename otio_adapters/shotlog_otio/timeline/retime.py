"""Time effects: how fast, and in which direction, an item shows what lies in it.

Two conventions are in the field for the ``source_range`` of a retimed item:

* OpenTimelineIO's own, and that of EDL, AAF and DaVinci Resolve: its duration is the time that the
  item takes on the timeline; it shows ``duration * |speed|`` of its content.
* Premiere's: its duration is the content that is shown; the item takes ``duration / |speed|``.

In both, ``source_range.start_time`` is the earliest content that is shown, also backwards. For
Resolve the trim offsets in a reversed clip prove it (start 20, 41 frames of 100, 39 frames
trimmed off the reversed head: frames 60 down to 20); for AAF the reference suite, where "Reverse
50%" of frames 0 to 99 starts at 49 with scalar -0.51 over 100 frames, and ends at 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimeMap, TimeRange
from shotlog_otio.exact import exact_scalar


@dataclass(frozen=True)
class Speed:
    """How fast an item shows its content.

    Attributes:
        value: Content seconds per second outside; negative backwards, 0 for a freeze frame. 1
            where it is not known.
        unknown: Why it is not known; None where it is.
    """

    value: Fraction = Fraction(1)
    unknown: str | None = None


def speed_of(item: Any) -> Speed:
    """The product of an item's enabled time effects."""
    value = Fraction(1)
    for effect in item.effects:
        if not isinstance(effect, otio.schema.TimeEffect) or not getattr(effect, "enabled", True):
            continue
        if isinstance(effect, otio.schema.FreezeFrame):
            return Speed(Fraction(0))
        if not isinstance(effect, otio.schema.LinearTimeWarp):
            return Speed(unknown=_description(effect))
        try:
            value *= exact_scalar(effect.time_scalar)
        except ValueError:
            return Speed(unknown=f"it has a speed of {effect.time_scalar}")
    return Speed(value)


def _description(effect: Any) -> str:
    resolve = effect.metadata.get("Resolve_OTIO")
    frames = resolve.get("Key Frames") if isinstance(resolve, Mapping) else None
    if isinstance(frames, Sequence):
        return f"it has a speed ramp of {len(frames)} key frames"
    name = effect.effect_name or effect.name
    called = f" ({name})" if name else ""
    return f"it has a speed effect{called} whose curve the timeline does not tell"


def is_premiere(root: Any) -> bool:
    """Whether Premiere's convention holds: its metadata lie on the timeline or on its tracks."""
    tracks = root.tracks if isinstance(root, otio.schema.Timeline) else None
    return any("PremierePro_OTIO" in item.metadata for item in (root, tracks) if item is not None)


@dataclass(frozen=True)
class Timing:
    """How an item shows its content.

    Attributes:
        content: What it shows, on its own clock.
        length: How long it takes, on its parent's clock.
        speed: Content seconds per second of the parent.
    """

    content: TimeRange
    length: Fraction
    speed: Fraction

    def placed(self, start: Fraction) -> TimeMap:
        """The map from the parent's clock to the item's own, with the item at ``start``."""
        first = self.content.start if self.speed >= 0 else self.content.end
        return TimeMap(timeline_start=start, source_start=first, speed=self.speed)


def timing(range_: TimeRange, speed: Fraction, *, premiere: bool) -> Timing:
    """How an item with this own range, as the file gives it, shows its content."""
    if premiere and speed:
        return Timing(range_, range_.duration / abs(speed), speed)
    content = TimeRange(start=range_.start, duration=range_.duration * abs(speed))
    return Timing(content, range_.duration, speed)
