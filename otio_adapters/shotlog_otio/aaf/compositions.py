"""The compositions of an AAF file: the one that is meant, its tracks, clock and markers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from aaf2 import components, mobs, mobslots

from shotlog.schema import TimelineEmpty, TimelineUnreadable, nearest_frame
from shotlog_otio.aaf.chain import timecode_of, timecode_slot
from shotlog_otio.aaf.layout import TreeBuilder
from shotlog_otio.aaf.markers import markers_in
from shotlog_otio.aaf.media import FootageReader
from shotlog_otio.aaf.shapes import FileTooDeep
from shotlog_otio.aaf.values import Aaf, edit_rate, kind_of, length_of, text_of, value_of
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import (
    Node,
    SequenceInfo,
    TimelineTree,
    choose_sequence,
    stack_of,
)

_TOP_LEVEL = "Usage_TopLevel"
"""``UsageCode`` of sequences; subclips, templates and rendered effects have others."""

_PARTS = 128
"""Bytes that every object of a compound file takes at least: its entry in the folder."""

_FEW = 1000

TrackPlace = tuple[int, int]
"""A track as markers name it: its slot, and its number there."""


@dataclass(frozen=True)
class Composition:
    """A composition that was read.

    Attributes:
        key: Identity of its mob in the file.
        tree: The timeline.
        tracks: By name of a track, its place as markers name it: those of picture, ``V1`` the
            lowest, and the timecode track, ``TC1``.
    """

    key: Hashable
    tree: TimelineTree
    tracks: Mapping[str, TrackPlace]


def read_composition(file: Aaf, path: Path, size: int, options: ReadOptions) -> Composition:
    """Read the sequence of a file that is meant.

    Args:
        file: The file, opened.
        path: Its path.
        size: Its size in bytes.
        options: The sequence and the places of media.

    Raises:
        TimelineEmpty: It holds no sequence with picture.
        TimelineAmbiguous: It holds several, and it is not known which is meant.
        TimelineUnreadable: It cannot be an edit.
    """
    found = [mob for mob in file.content.mobs if isinstance(mob, mobs.CompositionMob)]
    meant = [mob for mob in found if value_of(mob, "UsageCode") == _TOP_LEVEL] or found
    if not meant:
        raise TimelineEmpty(str(path), "there are clips in this file, but no sequence")
    infos = list(_describe(meant, found))
    info = choose_sequence(infos, options.sequence, str(path))
    several = tuple(item._replace(chosen=item is info) for item in infos) if infos[1:] else ()
    mob = next(mob for mob in meant if str(mob.mob_id) == info.key)
    finder = MediaFinder.beside(path, options.relinks)
    builder = TreeBuilder(FootageReader(finder), size // _PARTS + _FEW)
    try:
        return _read(mob, info, several, builder)
    except FileTooDeep as error:
        raise TimelineUnreadable(str(path), str(error)) from error


def _describe(meant: Sequence[Aaf], found: Sequence[Aaf]) -> Iterator[SequenceInfo]:
    """Yield each composition that may be meant, with what can be known without reading it."""
    shown = _shown_by_others(found) if meant[1:] else frozenset()
    for mob in meant:
        rate, length = _extent(mob)
        yield SequenceInfo(
            mob.name or "",
            rate,
            nearest_frame(length, rate),
            key=str(mob.mob_id),
            contained=mob.mob_id in shown,
        )


def _shown_by_others(found: Sequence[Aaf]) -> frozenset[Hashable]:
    """Return the identities of the mobs to which compositions refer."""
    return frozenset(
        item.mob_id
        for mob in found
        for item, _ in mob.walk_references()
        if isinstance(item, components.SourceReference) and item.mob_id != mob.mob_id
    )


def _media_slots(mob: Aaf, kind: str) -> list[Aaf]:
    """Return the slots of picture or of sound, in the order of their numbers."""
    slots = [
        slot
        for slot in mob.slots
        if isinstance(slot, mobslots.TimelineMobSlot) and kind_of(value_of(slot, "Segment")) == kind
    ]
    return sorted(slots, key=lambda slot: value_of(slot, "PhysicalTrackNumber", 0) or 0)


def _extent(mob: Aaf) -> tuple[Fraction, Fraction]:
    """Return the frame rate of a composition, and its length in seconds."""
    slots = [*_media_slots(mob, "picture"), *_media_slots(mob, "sound")]
    if not slots:
        return Fraction(24), Fraction(0)
    lengths = (length_of(value_of(slot, "Segment"), edit_rate(slot)) for slot in slots)
    return edit_rate(slots[0]), max(lengths)


def _read(
    mob: Aaf, info: SequenceInfo, several: tuple[SequenceInfo, ...], builder: TreeBuilder
) -> Composition:
    tracks: list[Node] = []
    places: dict[str, TrackPlace] = {}
    for slot in _media_slots(mob, "picture"):
        number = value_of(slot, "PhysicalTrackNumber", 1) or 1
        for track in builder.tracks(slot):
            tracks.append(replace(track, name=text_of(slot, "SlotName")))
            # Media Composer numbers the tracks of a scope on from that of the slot.
            places[f"V{len(tracks)}"] = (value_of(slot, "SlotID", 0), number)
            number += 1
    if (clock := timecode_slot(mob)) is not None:
        places["TC1"] = (value_of(clock, "SlotID", 0), value_of(clock, "PhysicalTrackNumber", 1))
    for slot in _media_slots(mob, "sound"):
        tracks += builder.tracks(slot)
    _, length = _extent(mob)
    length = max([length, *(track.retiming.length for track in tracks)])
    markers, problems = markers_in(mob)
    code = timecode_of(mob)
    tree = TimelineTree(
        name=info.name,
        rate=info.rate,
        root=stack_of(tuple(tracks), name=info.name, length=length, markers=markers),
        start=code.start if code else Fraction(0),
        drop_frame=code.drop_frame if code else None,
        problems=problems,
        sequences=several,
    )
    return Composition(info.key, tree, places)
