"""The contract of a dialect, with the conventions of OpenTimelineIO itself as defaults."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from shotlog.markers import (
    OTIO_COLOURS,
    PALETTE,
    MarkerOptions,
    MarkerTag,
    TextLimits,
    colour_in,
)
from shotlog.plugins import PluginKind
from shotlog.schema import MarkerFamily, TimeMap, TimeRange
from shotlog_otio.dialects.easing import KeyFrame

_COLOURS = MappingProxyType({family: str(colour_in("otio", family)) for family in PALETTE})
"""Names of ``opentimelineio.schema.MarkerColor`` (0.18)."""

_NAMED_COLOURS = MappingProxyType({name.capitalize(): name for name in OTIO_COLOURS})
"""Every colour of ``opentimelineio.schema.MarkerColor`` (0.18)."""

_NO_FORMATS: Mapping[str, Mapping[str, bool]] = MappingProxyType({})


@dataclass(frozen=True)
class Retiming:
    """The relation between an item's content and its place in its parent.

    Attributes:
        content: Range of the content that is shown, on the item's own clock, in seconds.
        length: Duration of the item on its parent's clock, in seconds.
        speed: Content seconds per second of the parent; negative backwards, 0 for a freeze frame;
            of a ramp the mean.
        curve: Of a speed ramp, the map from seconds since the item's start in its parent to the
            item's own clock.
    """

    content: TimeRange
    length: Fraction
    speed: Fraction
    curve: TimeMap | None = None

    @classmethod
    def of_ramp(cls, curve: TimeMap, length: Fraction) -> Retiming:
        """Return the relation under a speed ramp.

        Args:
            curve: From seconds since the item's start in its parent to the item's own clock.
            length: Duration of the item on its parent's clock, in seconds.
        """
        whole = TimeRange(start=Fraction(0), duration=length)
        curve = curve.within(whole)
        return cls(curve.range_to_source(whole), length, curve.mean_speed(whole), curve)

    def map_from(self, start: Fraction) -> TimeMap:
        """Return the map from the parent's clock to the item's own, with the item at ``start``."""
        if self.curve is not None:
            return self.curve.shifted(start)
        first = self.content.start if self.speed >= 0 else self.content.end
        return TimeMap(timeline_start=start, source_start=first, speed=self.speed)


@dataclass(frozen=True)
class Dialect(ABC):
    """Conventions of one NLE; every default is that of OpenTimelineIO itself.

    Attributes:
        name: Unique name, in lower case.
        palette: Colour of each kind of marker, as a name of ``opentimelineio.schema.MarkerColor``.
        colours: Colours that users may choose for markers in this NLE, by their names there; the
            value is the name of ``opentimelineio.schema.MarkerColor`` that is written.
        limits: Longest name and note of a marker.
        timecode_formats: By the end of a metadata key, the values that declare the timecode
            drop-frame (True) or non-drop-frame (False). Key and values are spelled in lower case,
            without punctuation.
        on_clips: False where it shows the markers of the timeline alone.
        one_per_frame: True where it keeps one marker on a frame.
        marker_shift: Frames by which it counts the markers of a timeline later than its clips.
    """

    name: str
    palette: Mapping[MarkerFamily, str] = field(default_factory=lambda: _COLOURS)
    colours: Mapping[str, str] = field(default_factory=lambda: _NAMED_COLOURS)
    limits: TextLimits = field(default_factory=TextLimits)
    timecode_formats: Mapping[str, Mapping[str, bool]] = field(default_factory=lambda: _NO_FORMATS)
    on_clips: bool = True
    one_per_frame: bool = False
    marker_shift: int = 0

    def coloured(self, options: MarkerOptions) -> Dialect:
        """Return this dialect with the user's colours of markers.

        Raises:
            KeyError: One of them is no colour of this NLE.
        """
        chosen = {family: options.colour(self.name, family) for family in MarkerFamily}
        own = {family: self.colours[name] for family, name in chosen.items() if name is not None}
        return replace(self, palette={**self.palette, **own}) if own else self

    @abstractmethod
    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of one object were written by this NLE."""

    def detect_part(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of a clip, track or marker show that it wrote the timeline.

        For an NLE that leaves no mark on the timeline itself; a clip may come from another.
        """
        del metadata
        return False

    def marker_texts(self, name: str, note: str) -> tuple[str, str]:
        """Return the name and the comment that are written for a marker.

        Args:
            name: Its name.
            note: Its note.
        """
        return name, note

    def marker_metadata(self, note: str, tag: MarkerTag) -> Mapping[str, Any]:
        """Return the metadata of a marker that this NLE reads.

        Args:
            note: Its note.
            tag: Its identity, for an NLE that drops the metadata of others.
        """
        del note, tag
        return {}

    def marker_note(self, metadata: Mapping[str, Any]) -> str:
        """Return the note of a marker that this NLE keeps in its metadata; "" for none."""
        del metadata
        return ""

    def import_doubts(self, stack: Any) -> tuple[str, ...]:
        """Return sentences on why this NLE may refuse to import a timeline that it exported.

        Args:
            stack: The JSON of the timeline's stack.
        """
        del stack
        return ()

    def marker_origin(self, own: TimeRange) -> Fraction:
        """Return the moment of a clip's own clock from which it counts the clip's markers.

        Args:
            own: The clip's ``source_range``.
        """
        del own
        return Fraction(0)

    def retime(self, own: TimeRange, speed: Fraction) -> Retiming:
        """Return the relation between an item's content and its place in its parent.

        OpenTimelineIO, EDL, AAF and DaVinci Resolve write the time that the item takes on the
        timeline as the duration of its ``source_range``; the item shows ``duration * |speed|`` of
        its content.

        ``source_range.start_time`` is the earliest content that is shown, also backwards. For
        Resolve the trim offsets in a reversed clip prove it (start 20, 41 frames of 100, 39 frames
        trimmed off the reversed head: frames 60 down to 20); for AAF the reference suite, where
        "Reverse 50%" of frames 0 to 99 starts at 49 with scalar -0.51 over 100 frames, and ends at
        100.

        Args:
            own: The item's ``source_range``, or its whole content where it has none.
            speed: Product of its time effects.
        """
        if speed == 1:  # most items
            return Retiming(own, own.duration, speed)
        content = TimeRange(start=own.start, duration=own.duration * abs(speed))
        return Retiming(content, own.duration, speed)

    def retime_warnings(self, speed: Fraction) -> tuple[str, ...]:
        """Return the sentences on what is uncertain about an item of this speed."""
        del speed
        return ()

    def key_frames(self, metadata: Mapping[str, Any]) -> Sequence[KeyFrame] | None:
        """Return the key frames of a time effect's speed ramp; None where they are not known.

        Args:
            metadata: Those of the effect.
        """
        del metadata
        return None

    def describe_effect(self, metadata: Mapping[str, Any]) -> str | None:
        """Return a description of a time effect whose curve is not known.

        Args:
            metadata: Those of the effect.

        Returns:
            The end of the sentence "it has ..."; None where the metadata do not tell.
        """
        del metadata
        return None


DIALECTS = PluginKind("shotlog.dialects", Dialect, "dialect")
"""Dialects; the metadata of a timeline tell which one it is written in."""
