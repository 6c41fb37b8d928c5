"""Our markers put into the objects of an AAF file, and taken out; all others stay as they are."""

from __future__ import annotations

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from fractions import Fraction
from pathlib import Path
from shutil import copyfile
from typing import Any

from aaf2 import components, mobslots

from shotlog.files import output_errors
from shotlog.markers import MarkerTag
from shotlog_otio.aaf.marker_objects import SIGNATURE, MarkerMaker, define_properties
from shotlog_otio.aaf.markers import described_by, marker_positions
from shotlog_otio.aaf.opening import faults_of, library_file
from shotlog_otio.aaf.values import Aaf, value_of
from shotlog_otio.markers import MarkerChanges, PlacedText

_INSTEAD = "Write a list of markers in place of the file: -o markers.txt."

New = tuple[PlacedText, MarkerTag]


def patched(path: Path, composition: Hashable, rate: Fraction, changes: MarkerChanges) -> bytes:
    """Return the content of a file with other markers of ours.

    pyaaf2 writes in place, so a copy is patched; the file itself is only read.

    Args:
        path: The file.
        composition: Identity of the composition.
        rate: Frames per second of the composition.
        changes: The changes.

    Raises:
        TimelineUnreadable: It is damaged in a part that was not read before.
        OutputNotWritable: There is no place for the copy.
        DiskFull: There is no room for the copy.
    """
    with output_errors(path), tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        copy = Path(folder, "patched.aaf")
        copyfile(path, copy)
        with faults_of(path, _INSTEAD), library_file(copy, "rw") as file:
            _patch(file, composition, rate, changes)
        return copy.read_bytes()


def _patch(file: Aaf, composition: Hashable, rate: Fraction, changes: MarkerChanges) -> None:
    mob = next(mob for mob in file.content.mobs if str(mob.mob_id) == composition)
    removed: dict[int, set[int]] = defaultdict(set)
    for marker in (*changes.removed, *(old for old, _, _ in changes.replaced)):
        if isinstance(marker.key, tuple):
            removed[marker.key[0]].add(marker.key[1])
    added: dict[tuple[int, int], list[New]] = defaultdict(list)
    for item, tag in (*changes.added, *((item, tag) for _, item, tag in changes.replaced)):
        if isinstance(item.owner, tuple):
            added[item.owner].append((item, tag))
    slots = {value_of(slot, "SlotID"): slot for slot in mob.slots}
    if added:
        define_properties(file)
    make = MarkerMaker(file, mob)
    # Numbers of markers in their slots hold until one is added.
    for number, gone in removed.items():
        _rearrange(slots[number].segment.components, gone)
    for owner, new in added.items():
        _add(mob, owner, rate, [make.marker(item, tag) for item, tag in new], make)
    _drop_empty(mob)


def _add(
    mob: Aaf, owner: tuple[int, int], rate: Fraction, new: Sequence[Aaf], make: MarkerMaker
) -> None:
    """Put markers on a track, in the order of their positions."""
    slot = _slot_for(mob, owner)
    if slot is None:
        mob.slots.append(make.slot(mob, owner, rate, sorted(new, key=_position)))
        return
    listed = slot.segment.components
    listed.extend(new)
    _rearrange(listed, frozenset(), _position)


def _position(marker: Aaf) -> int:
    position: int = value_of(marker, "Position", 0)
    return position


def _slot_for(mob: Aaf, owner: tuple[int, int]) -> Aaf | None:
    """Return the slot that holds the markers of a track; None where there is none."""
    described, number = owner
    for slot in mob.slots:
        if not isinstance(slot, mobslots.EventMobSlot):
            continue
        if value_of(slot, "PhysicalTrackNumber") != number:
            continue
        if not isinstance(slot.segment, components.Sequence):
            continue
        markers = [marker for _, marker, _, _ in marker_positions(slot)]
        if markers and all(described_by(marker) == described for marker in markers):
            return slot
    return None


def _drop_empty(mob: Aaf) -> None:
    """Take out the slots that we had added and that hold no marker any more."""
    empty = {
        number
        for number, slot in enumerate(mob.slots)
        if value_of(slot, "SlotName") == SIGNATURE
        and isinstance(slot, mobslots.EventMobSlot)
        and not any(True for _ in marker_positions(slot))
    }
    _rearrange(mob.slots, empty)


def _rearrange(
    vector: Any, gone: Collection[int], order: Callable[[Aaf], int] | None = None
) -> None:
    """Take objects out of a vector of pyaaf2, and sort the others.

    Its own ``pop`` and ``insert`` take time by the length of the vector for every object.

    Args:
        vector: The property.
        gone: Numbers of the objects to be taken out.
        order: Returns the key of an object; None leaves their order.
    """
    listed = list(enumerate(vector))
    kept = [(number, item) for number, item in listed if number not in gone]
    if order is not None:
        kept = sorted(kept, key=lambda pair: order(pair[1]))
    if kept == listed:
        return
    vector.references = [vector.references[number] for number, _ in kept]
    vector.objects = weakref.WeakValueDictionary({n: item for n, (_, item) in enumerate(kept)})
    vector.mark_modified()
    for number, item in listed:
        if number in gone:
            item.detach(delete=True)
