"""Nodes of the tree that an AAF's segments make: clips, nests, and parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.schema import NoPicture, TimeMap, TimeRange
from shotlog_otio.aaf.warps import Warp
from shotlog_otio.dialects import Retiming
from shotlog_otio.references import ClipMedia
from shotlog_otio.timeline import Child, Kind, Node, track_of

_DEEPEST = 100
"""Levels of effects and nests beyond which a file is not followed; Avid has 24 tracks in an effect
at most, and nobody nests by the hundred."""

ZERO = Fraction(0)


class FileTooDeep(ValueError):
    """A composition that shows itself, or holds more than its file has room for."""


@dataclass(frozen=True)
class Place:
    """The place of a segment.

    Attributes:
        rate: Units per second of the track around it.
        picture: False on a track of sound.
        depth: Number of segments around it.
    """

    rate: Fraction
    picture: bool
    depth: int = 0

    def inside(self) -> Place:
        """Return the place of what a segment here holds.

        Raises:
            FileTooDeep: No edit is nested as deeply.
        """
        if self.depth >= _DEEPEST:
            raise FileTooDeep("it is nested too deeply to be an edit")
        return replace(self, depth=self.depth + 1)


def retiming_of(length: Fraction) -> Retiming:
    """Return the retiming of an item that is shown from its start, as it is."""
    return Retiming(TimeRange(start=ZERO, duration=length), length, Fraction(1))


def clip_of(name: str, retiming: Retiming, media: ClipMedia, place: Place) -> Node:
    """Return a clip."""
    return Node(Kind.CLIP, name, retiming, media=media, counted_at=place.rate)


def unreadable(length: Fraction, reason: str) -> Node:
    """Return an item that takes its place, but shows nothing that is known."""
    problem = NoPicture(
        "", f"it cannot be read: {reason}", "Mend the clip and export again."
    ).problem
    return Node(Kind.CLIP, "", retiming_of(length), media=ClipMedia(problem=problem))


def nest_of(name: str, tracks: Sequence[Node], length: Fraction) -> Node:
    """Return a nest of tracks that all start with it."""
    children = tuple(Child(n, ZERO, track) for n, track in enumerate(tracks))
    return Node(Kind.STACK, name, retiming_of(length), children=children)


def part_of(name: str, tracks: Sequence[Node], content: TimeRange) -> Node:
    """Return a part of a nest; a subclip, which holds one clip alone, is that clip."""
    inner = tracks[0].children if len(tracks) == 1 else ()
    if len(inner) == 1 and inner[0].node.kind is Kind.CLIP and inner[0].start == 0:
        node = inner[0].node
        own = node.retiming
        if own.speed == 1 and content.end <= own.length:
            shown = TimeRange(start=own.content.start + content.start, duration=content.duration)
            retiming = Retiming(shown, content.duration, Fraction(1))
            return replace(node, name=name or node.name, retiming=retiming)
    retiming = Retiming(content, content.duration, Fraction(1))
    return replace(nest_of(name, tracks, content.duration), retiming=retiming)


def sole_item(items: tuple[Child, ...], length: Fraction, place: Place) -> Node | None:
    """Return what a sequence within an effect shows: its only item, or a nest of them."""
    if not items:
        return None
    if len(items) == 1 and items[0].start == 0 and items[0].node.retiming.length == length:
        return items[0].node
    return nest_of("", (track_of(items, picture=place.picture),), length)


def in_length(node: Node, length: Fraction, place: Place) -> Node:
    """Return an item in the length of the effect around it."""
    if node.retiming.length == length:
        return node
    return nest_of(node.name, (track_of((Child(0, ZERO, node),), picture=place.picture),), length)


def at_speed(node: Node, warp: Warp, length: Fraction, place: Place) -> Node:
    """Return an item at the speed of the effect around it."""
    if node.kind is not Kind.CLIP or node.retiming.speed != 1 or node.unknown_speed:
        node = nest_of(
            node.name, (track_of((Child(0, ZERO, node),), picture=place.picture),), length
        )
    return replace(
        node,
        retiming=_retimed(warp, node.retiming.content.start, length, place.rate),
        unknown_speed=warp.unknown,
    )


def _retimed(warp: Warp, base: Fraction, length: Fraction, rate: Fraction) -> Retiming:
    """Return the retiming of what an effect shows, whose own clock begins at ``base``."""
    if warp.points:
        points = [(at / rate, base + shown / rate) for at, shown in warp.points]
        return Retiming.of_ramp(TimeMap.through(points), length)
    first, size = base + warp.start / rate, length * abs(warp.speed)
    start = first - size if warp.speed < 0 else first
    return Retiming(TimeRange(start=start, duration=size), length, warp.speed)
