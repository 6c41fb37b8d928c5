"""The compositions of an AAF file: the one that is meant, its tracks, clock and markers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from aaf2 import components, mobs, mobslots

from shotlog.schema import (
    Problem,
    TimelineEmpty,
    TimelineUnreadable,
    knows_drop_frame,
    nearest_frame,
)
from shotlog_otio.aaf.chain import timecode_of, timecode_slot
from shotlog_otio.aaf.layout import AafTreeBuilder
from shotlog_otio.aaf.markers import markers_in, unreadable_track
from shotlog_otio.aaf.media import AafFootageReader
from shotlog_otio.aaf.opening import FAULTS
from shotlog_otio.aaf.shapes import FileTooDeep
from shotlog_otio.aaf.values import Aaf, attributes_of, edit_rate, kind_of, length_of, value_of
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

FALLBACK_RATE = Fraction(24)
"""Frames per second of a composition without picture or sound."""

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
    builder = AafTreeBuilder(AafFootageReader(finder), size // _PARTS + _FEW)
    try:
        return _read(mob, info, several, builder)
    except FileTooDeep as error:
        raise TimelineUnreadable(str(path), str(error)) from error


def _describe(meant: Sequence[Aaf], found: Sequence[Aaf]) -> Iterator[SequenceInfo]:
    """Yield each composition that may be meant, with what can be known without reading it."""
    shown = _shown_by_others(found) if meant[1:] else frozenset()
    for mob in meant:
        slots = _Slots.of(mob)
        yield SequenceInfo(
            mob.name or "",
            slots.rate,
            nearest_frame(slots.length, slots.rate),
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


@dataclass
class _Slots:
    """The slots of a composition that hold media, each kind in the order of its numbers.

    Attributes:
        picture: Those of picture.
        sound: Those of sound.
        rate: Frames per second of the lowest of picture, else units of the first of sound.
        length: Length of the longest, in seconds.
        problems: One for each slot that cannot be read.
    """

    picture: list[Aaf] = field(default_factory=list)
    sound: list[Aaf] = field(default_factory=list)
    rate: Fraction = FALLBACK_RATE
    length: Fraction = Fraction(0)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, mob: Aaf) -> _Slots:
        """Return those of a composition."""
        found = cls()
        kinds = {"picture": found.picture, "sound": found.sound}
        for slot in mob.slots:
            if not isinstance(slot, mobslots.TimelineMobSlot):
                continue
            try:
                segment = value_of(slot, "Segment")
                if (kind := kind_of(segment)) in kinds:
                    found.length = max(found.length, length_of(segment, edit_rate(slot)))
                    kinds[kind].append(slot)
            except FAULTS as error:
                found.problems.append(unreadable_track(mob, error))
        for slots in kinds.values():
            slots.sort(key=lambda slot: value_of(slot, "PhysicalTrackNumber", 0))
        if slots := [*found.picture, *found.sound]:
            found.rate = edit_rate(slots[0])
        return found


def _read(
    mob: Aaf, info: SequenceInfo, several: tuple[SequenceInfo, ...], builder: AafTreeBuilder
) -> Composition:
    slots = _Slots.of(mob)
    heard = _heard(slots.sound)
    tracks: list[Node] = []
    places: dict[str, TrackPlace] = {}
    for slot in (*slots.picture, *slots.sound):
        try:
            made = builder.tracks(slot)
        except FileTooDeep:
            raise
        except FAULTS as error:
            slots.problems.append(unreadable_track(mob, error))
            continue
        if made[0].picture:
            places |= _places_of(slot, len(tracks), len(made))
        muted = slot in slots.sound and slot not in heard
        tracks += [replace(track, enabled=False) for track in made] if muted else made
    if (clock := timecode_slot(mob)) is not None:
        places["TC1"] = (value_of(clock, "SlotID", 0), value_of(clock, "PhysicalTrackNumber", 1))
    markers, problems = markers_in(mob)
    code = timecode_of(mob)
    length = max([slots.length, *(track.retiming.length for track in tracks)])
    tree = TimelineTree(
        name=info.name,
        rate=info.rate,
        root=stack_of(tuple(tracks), name=info.name, length=length, markers=markers),
        sound_crosses=True,
        start=code.start if code else Fraction(0),
        drop_frame=code.drop_frame and knows_drop_frame(info.rate) if code else None,
        problems=(*slots.problems, *problems),
        sequences=several,
    )
    return Composition(info.key, tree, places)


def _heard(slots: Sequence[Aaf]) -> list[Aaf]:
    """Return the tracks of sound that are heard: those that are solo, else all that are not muted.

    Media Composer keeps both switches of its mixer with the track.
    """
    switches = [attributes_of(slot, "TimelineMobAttributeList") for slot in slots]
    told = list(zip(slots, switches, strict=True))
    solo = [slot for slot, switch in told if switch.get("AudioMixerCompSolo") == 1]
    return solo or [slot for slot, switch in told if switch.get("AudioMixerCompMute") != 1]


def _places_of(slot: Aaf, before: int, count: int) -> dict[str, TrackPlace]:
    """Return the places of the tracks of a slot, as markers name them.

    Media Composer numbers the tracks of a scope on from the number of the slot.
    """
    first, identity = value_of(slot, "PhysicalTrackNumber", 1), value_of(slot, "SlotID", 0)
    return {f"V{before + n + 1}": (identity, first + n) for n in range(count)}
