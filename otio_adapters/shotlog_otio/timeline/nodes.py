"""A timeline as a tree of nodes, in exact seconds, whatever kind of file it was read from.

Readers make the tree; :mod:`shotlog_otio.timeline.reader` makes clip ranges of it. A node has a
clock of its own: that of a clip counts as its media does, start timecode included (the source
clock); that of a track, stack or gap starts at 0 unless the file says otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import Problem, TimeRange
from shotlog_otio.dialects import Retiming
from shotlog_otio.markers import FoundMarker
from shotlog_otio.references import ClipMedia
from shotlog_otio.timeline.facts import FactsReader

Address = tuple[str | int, ...]
"""Position of an object in its file, in a form that the file's format defines."""


class Kind(StrEnum):
    """Kinds of nodes."""

    CLIP = "clip"
    GAP = "gap"
    TRACK = "track"
    STACK = "stack"


class Child(NamedTuple):
    """A node in its parent.

    Attributes:
        key: Its number among the parent's items; the part of a clip's id after its track.
        start: Its start on the parent's own clock, in seconds.
        node: The node.
    """

    key: int
    start: Fraction
    node: Node


@dataclass(frozen=True, eq=False)
class Node:
    """An item of a timeline.

    Attributes:
        kind: Its kind.
        name: Its name; may be empty.
        retiming: Its content on its own clock, its length in its parent, and its speed.
        path: Its position in the file, for writing markers on it.
        children: The items of a track, in order; the tracks of a stack, the lowest first.
        media: The media of a clip.
        rate: The rate of a clip's media, as far as the file tells.
        counted_at: The rate at which its own range is counted, where it holds nothing else.
        enabled: False where it is switched off.
        picture: False for a track of sound, and for all that it holds.
        foreign: The kind of a track that holds neither picture nor sound.
        unknown_speed: The end of the sentence "its speed is not known: ..."; None where it is
            known.
        fault: The reason why its length is not known; it then takes no time.
        record_start: The start timecode of a track whose own range holds nothing else, in seconds.
        warnings: A sentence for each assumption about it.
        markers: The markers on it, whoever wrote them, on its own clock.
        head: Content seconds that a transition shows before its start in its parent: of content
            before its range, or after it where it runs backwards. 0 where its range holds them.
        tail: The same after its end in its parent.
        facts: Reads its levels of sound, and its parts that no render follows; None where it has
            none.
    """

    kind: Kind
    name: str
    retiming: Retiming
    path: Address = ()
    children: tuple[Child, ...] = ()
    media: ClipMedia | None = None
    rate: Fraction | None = None
    counted_at: Fraction | None = None
    enabled: bool = True
    picture: bool = True
    foreign: str | None = None
    unknown_speed: str | None = None
    fault: str | None = None
    record_start: Fraction | None = None
    warnings: tuple[str, ...] = ()
    markers: tuple[FoundMarker, ...] = ()
    head: Fraction = Fraction(0)
    tail: Fraction = Fraction(0)
    facts: FactsReader | None = None


def track_of(
    items: tuple[Child, ...],
    *,
    picture: bool = True,
    enabled: bool = True,
    name: str = "",
    facts: FactsReader | None = None,
) -> Node:
    """Return a track of items that start where they say; gaps need no nodes.

    Args:
        items: Its clips and nests, by start. They may overlap, as under transitions.
        picture: False for a track of sound.
        enabled: False where it is switched off or muted.
        name: Its name.
        facts: Reads its facts for renders.
    """
    return Node(
        Kind.TRACK, name, _whole(items), children=items, picture=picture, enabled=enabled,
        facts=facts,
    )  # fmt: skip


def stack_of(
    tracks: tuple[Node, ...],
    *,
    name: str = "",
    length: Fraction | None = None,
    markers: tuple[FoundMarker, ...] = (),
    path: Address = (),
) -> Node:
    """Return a stack of tracks that all start at 0, as a sequence is.

    Args:
        tracks: Its tracks, the lowest picture first.
        name: Its name.
        length: Its length in seconds; None takes that of the longest track.
        markers: The markers on the sequence itself, from its first frame on.
        path: Its position in the file.
    """
    children = tuple(Child(n, Fraction(0), track) for n, track in enumerate(tracks))
    retiming = _whole(children, length)
    return Node(Kind.STACK, name, retiming, path=path, children=children, markers=markers)


def _whole(children: tuple[Child, ...], length: Fraction | None = None) -> Retiming:
    if length is None:
        ends = (child.start + child.node.retiming.length for child in children)
        length = max([Fraction(0), *ends])  # items may lie before the start
    whole = TimeRange(start=Fraction(0), duration=length)
    return Retiming(whole, length, Fraction(1))


class SequenceInfo(NamedTuple):
    """A sequence of a file that holds several.

    Attributes:
        name: Its name.
        rate: Frames per second.
        duration: Its length in frames.
        key: Its position in the file.
        contained: True where another sequence of the file shows it.
        open: True where the file marks it as the open one.
        chosen: True for the one that was read.
    """

    name: str
    rate: Fraction
    duration: int
    key: Hashable = None
    contained: bool = False
    open: bool = False
    chosen: bool = False


@dataclass(frozen=True, eq=False)
class TimelineTree:
    """A timeline: its clock, and its tree.

    Attributes:
        name: Its name.
        rate: Frames per second.
        root: Its stack of tracks, with the timeline's own markers.
        start: Timecode of its first frame, in seconds.
        drop_frame: True where its timecode is drop-frame; None where the file does not tell.
        warnings: A sentence for each assumption about it.
        problems: Parts of the file that were not understood and belong to no clip.
        sequences: All sequences of the file, where there are several.
        sound_crosses: True where clips of sound overlap on a track only in a transition.
        pictures_sound: True where clips of picture are heard beside tracks of sound.
    """

    name: str
    rate: Fraction
    root: Node
    start: Fraction = Fraction(0)
    drop_frame: bool | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    sequences: tuple[SequenceInfo, ...] = ()
    sound_crosses: bool = False
    pictures_sound: bool = False
