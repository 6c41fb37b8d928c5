"""The way from a clip to its media: master clip, file, and the tape or import behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aaf2 import components, mobs
from aaf2.components import Timecode

from shotlog_otio.aaf.values import Aaf, edit_rate, length_of, seconds, value_of

_LONGEST_CHAIN = 32
"""References from clip to tape beyond which a chain is an error in the file; films have six."""

_PRIMARY = 1
"""``PhysicalTrackNumber`` of the timecode that counts; Avid writes eight of other kinds beside."""


@dataclass(frozen=True)
class Hop:
    """A mob on the way from a clip to its media.

    Attributes:
        mob: The mob.
        slot: Its slot that is referred to.
        moment: The place in that slot, in seconds.
    """

    mob: Aaf
    slot: Aaf
    moment: Fraction

    @property
    def rate(self) -> Fraction:
        """Units per second of the slot."""
        return edit_rate(self.slot)


@dataclass(frozen=True)
class Clock:
    """A timecode track.

    Attributes:
        start: Its first frame, in seconds.
        drop_frame: True where it drops frame numbers.
    """

    start: Fraction
    drop_frame: bool


def slot_of(mob: Aaf, number: int) -> Aaf | None:
    """Return the slot of a mob with a number; None where it has none."""
    return next((slot for slot in mob.slots if value_of(slot, "SlotID") == number), None)


def timecode_slot(mob: Aaf) -> Aaf | None:
    """Return the slot of a mob's timecode, its first track of such; None where it has none.

    Others count film, or the same frames at other rates.
    """
    found = [s for s in mob.slots if isinstance(_first(value_of(s, "Segment")), Timecode)]
    primary = (s for s in found if value_of(s, "PhysicalTrackNumber", _PRIMARY) == _PRIMARY)
    return next(primary, next(iter(found), None))


def timecode_of(mob: Aaf) -> Clock | None:
    """Return the timecode of a mob; None where it has none."""
    slot = timecode_slot(mob)
    if slot is None:
        return None
    code, rate = _first(value_of(slot, "Segment")), edit_rate(slot)
    frames, drop = value_of(code, "FPS", 0), bool(value_of(code, "Drop", False))
    # Timecode counts whole frames: 30 in a track of 29.97.
    if frames and frames != round(rate):
        rate = Fraction(frames * 1000, 1001) if rate.denominator == 1001 else Fraction(frames)
    return Clock(seconds(value_of(code, "Start", 0), rate), drop)


def _first(segment: Aaf) -> Aaf:
    if isinstance(segment, components.Sequence):
        return next(iter(segment.components), None)
    return segment


def follow(clip: Aaf, moment: Fraction) -> Iterator[Hop]:
    """Yield the mobs behind a source clip, the nearest first.

    Args:
        clip: The source clip.
        moment: A place in what it refers to, in seconds.
    """
    for _ in range(_LONGEST_CHAIN):
        mob = clip.mob
        slot = slot_of(mob, clip.slot_id) if mob is not None else None
        if mob is None or slot is None:
            return
        rate = edit_rate(slot)
        moment += seconds(value_of(slot, "Origin", 0), rate)
        yield Hop(mob, slot, moment)
        found = _source_at(value_of(slot, "Segment"), moment, rate)
        if found is None:
            return
        clip, offset = found
        moment = offset + seconds(value_of(clip, "StartTime", 0), rate)


def _source_at(segment: Aaf, moment: Fraction, rate: Fraction) -> tuple[Aaf, Fraction] | None:
    """Return the source clip at a place of a segment, and the place in that clip, in seconds."""
    for _ in range(_LONGEST_CHAIN):
        if isinstance(segment, components.SourceClip):
            return segment, moment
        if isinstance(segment, components.Sequence):
            segment, moment = _component_at(segment, moment, rate)
        elif isinstance(segment, components.EssenceGroup):
            segment = _best_choice(value_of(segment, "Choices", ()))
        elif isinstance(segment, components.Selector):
            segment = value_of(segment, "Selected")
        elif isinstance(segment, components.OperationGroup):
            if value_of(value_of(segment, "Operation"), "IsTimeWarp", False):
                return None
            segment = next(iter(value_of(segment, "InputSegments", ())), None)
        else:
            return None
    return None


def _component_at(sequence: Aaf, moment: Fraction, rate: Fraction) -> tuple[Aaf, Fraction]:
    start, last, begun = Fraction(0), None, Fraction(0)
    for component in sequence.components:
        length = length_of(component, rate)
        if isinstance(component, components.Transition):
            start -= length
            continue
        if last is not None and moment < start:
            break
        last, begun = component, start
        start += length
    return last, moment - begun


def _best_choice(choices: Aaf) -> Aaf | None:
    """Return the first of several essences of the same pictures that refers to a mob."""
    known = (item for item in choices if getattr(item, "mob", None) is not None)
    return next(known, next(iter(choices), None))


def is_file(mob: Aaf) -> bool:
    """Return whether a mob stands for a file that holds frames or samples, not a tape or import."""
    if not isinstance(mob, mobs.SourceMob):
        return False
    description = value_of(mob, "EssenceDescription")
    return description is not None and value_of(description, "SampleRate") is not None


def is_straight(hop: Hop) -> bool:
    """Return whether all of a hop's slot is one reference, so that every part of it leads on."""
    segment = value_of(hop.slot, "Segment")
    if isinstance(segment, components.Sequence):
        segment = segment.components[0] if len(segment.components) == 1 else None
    return isinstance(segment, components.SourceClip)


def length_in(hop: Hop) -> Fraction | None:
    """Return the length of the media at a hop, in seconds; None where it tells none."""
    length = length_of(value_of(hop.slot, "Segment"), hop.rate)
    return length or None
