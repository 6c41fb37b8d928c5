"""Our markers in the objects of an AAF file, as Media Composer writes its own.

A marker is an event of its track's ``EventMobSlot``. It has no ``Length``: Media Composer writes
none for points, and longer ones do not show on its timeline (pyaaf2, issue 78). The length is
kept in Avid's own attribute.
"""

from __future__ import annotations

import tempfile
import weakref
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from shutil import copyfile
from typing import Any

import aaf2
from aaf2 import components, mobslots
from aaf2.auid import AUID
from aaf2.rational import AAFRational

from shotlog.markers import MarkerTag, join_tag
from shotlog_otio.aaf.markers import (
    COLOUR_NAME,
    COLOURS,
    COMMENT,
    LENGTH,
    USER,
    USER_NAME,
    described_by,
    marker_positions,
)
from shotlog_otio.aaf.opening import faults_of
from shotlog_otio.aaf.values import Aaf, value_of
from shotlog_otio.documents import output_errors
from shotlog_otio.markers import MarkerChanges, PlacedText

_SIGNATURE = "Shotlog"
"""Our name: the user of our markers, and the name of the slots that we add."""

_DESCRIPTIVE = "01030201-1000-0000-060e-2b3404010101"
"""Identity of the kind of data that markers are; writers name it differently."""

_FIRST_SLOT = 1000
"""Media Composer numbers the slots of markers from here on."""

_PROPERTIES = {
    "user": USER,
    "date": "c4c45d9b-0967-11d4-a08a-006094eb75cb",
    "time": "c4c45d9c-0967-11d4-a08a-006094eb75cb",
    "colour": "e96e6d44-c383-11d3-a069-006094eb75cb",
    "attributes": "c72cc817-aac5-499b-af34-bc47fec1eaa8",
}
"""Identities of Avid's properties of a marker."""

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
        DiskFull: There is no room for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        copy = Path(folder, "patched.aaf")
        with output_errors(copy):
            copyfile(path, copy)
        with faults_of(path), aaf2.open(str(copy), "rw", extensions=False) as file:
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
        _define_properties(file)
    make = _Maker(file, mob)
    # Numbers of markers in their slots hold until one is added.
    for number, gone in removed.items():
        _rearrange(slots[number].segment.components, gone)
    for owner, new in added.items():
        _add(mob, owner, rate, [make.marker(item, tag) for item, tag in new], make)
    _drop_empty(mob)


def _add(
    mob: Aaf, owner: tuple[int, int], rate: Fraction, new: Sequence[Aaf], make: _Maker
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
        if value_of(slot, "SlotName") == _SIGNATURE
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


def _define_properties(file: Aaf) -> None:
    """Define Avid's properties of markers in a file that has never held one."""
    kind = file.metadict.lookup_classdef("CommentMarker")
    known = {definition.auid for definition in kind.all_propertydefs()}
    if not {AUID(identity) for identity in _PROPERTIES.values()} <= known:
        file.metadict.register_extensions()


class _Maker:
    """Maker of markers in a file.

    Args:
        file: The file.
        mob: The composition, whose date they get: what is written depends on the file alone.
    """

    def __init__(self, file: Aaf, mob: Aaf) -> None:
        self._file = file
        self._date = value_of(mob, "LastModified")
        kinds = file.dictionary["DataDefinitions"]
        identity = AUID(_DESCRIPTIVE)
        if identity not in kinds:
            kinds.append(file.create.DataDef(identity, "DataDef_DescriptiveMetadata", ""))
        self._kind = kinds[identity]
        self._names: Mapping[AUID, str] = {}

    def marker(self, item: PlacedText, tag: MarkerTag) -> Aaf:
        """Return a marker."""
        marker = self._new(components.DescriptiveMarker)
        frame, length = item.frames
        comment = join_tag(item.note, tag)
        marker["Position"].value = frame
        marker["Comment"].value = comment
        if isinstance(item.owner, tuple):
            marker["DescribedSlots"].value = {item.owner[0]}
        red, green, blue = COLOURS[item.colour]
        self._set(marker, "user", _SIGNATURE)
        self._set(marker, "colour", {"red": red, "green": green, "blue": blue})
        attributes: dict[str, str | int] = {
            USER_NAME: _SIGNATURE,
            COLOUR_NAME: item.colour,
            COMMENT: comment,
            LENGTH: length,
            "_ATN_CRM_ID": _avid_id(tag),
        }
        if self._date is not None:
            self._set(marker, "date", date := self._date.strftime("%m/%d/%Y"))
            self._set(marker, "time", time := self._date.strftime("%H:%M"))
            attributes |= {"_ATN_CRM_DATE": date, "_ATN_CRM_TIME": time}
        values = [self._file.create.TaggedValue(name, value) for name, value in attributes.items()]
        self._set(marker, "attributes", values)
        return marker

    def slot(self, mob: Aaf, owner: tuple[int, int], rate: Fraction, markers: list[Aaf]) -> Aaf:
        """Return a slot with the markers of a track."""
        described, number = owner
        sequence = self._new(components.Sequence)
        sequence["Components"].value = markers
        slot = mobslots.EventMobSlot.__new__(mobslots.EventMobSlot)
        slot.root = self._file
        slot["SlotID"].value = _free_number(mob, _FIRST_SLOT + described + number - 2)
        slot["SlotName"].value = _SIGNATURE
        slot["PhysicalTrackNumber"].value = number
        slot["EditRate"].value = AAFRational(rate.numerator, rate.denominator)
        slot["Segment"].value = sequence
        return slot

    def _new(self, kind: Any) -> Aaf:
        # Not through its __init__, which looks the kind of data up by a name, and sets a length.
        item = kind.__new__(kind)
        item.root = self._file
        item["DataDefinition"].value = self._kind
        return item

    def _set(self, marker: Aaf, name: str, value: Any) -> None:
        if not self._names:
            definitions = marker.classdef.all_propertydefs()
            self._names = {item.auid: item.property_name for item in definitions}
        marker[self._names[AUID(_PROPERTIES[name])]].value = value


def _free_number(mob: Aaf, wanted: int) -> int:
    used = {value_of(slot, "SlotID") for slot in mob.slots}
    return wanted if wanted not in used else max(used) + 1


def _avid_id(tag: MarkerTag) -> str:
    """Return an identity in Avid's form: a UMID of its own prefix."""
    digits = blake2b(tag.id.encode(), digest_size=16).hexdigest()
    return f"060a2b340101010501010f1013-000000-{digits[:16]}-{digits[16:28]}-{digits[28:]}"
