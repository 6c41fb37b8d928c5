"""Markers as Media Composer writes them: objects of pyaaf2.

A marker is an event of its track's ``EventMobSlot``. It has no ``Length``: Media Composer writes
none for points, and longer ones do not show on its timeline (pyaaf2, issue 78). The length is
kept in Avid's own attribute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from aaf2 import components, mobslots
from aaf2.auid import AUID
from aaf2.rational import AAFRational

from shotlog.markers import MarkerTag, colour_in, join_tag
from shotlog_otio.aaf.markers import COLOUR_NAME, COMMENT, LENGTH, PALETTE, USER_NAME
from shotlog_otio.aaf.values import Aaf, value_of
from shotlog_otio.markers import PlacedText

SIGNATURE = "Shotlog"
"""Our name: the user of our markers, and the name of the slots that we add."""

_DESCRIPTIVE = "01030201-1000-0000-060e-2b3404010101"
"""Identity of the kind of data that markers are; writers name it differently."""

_FIRST_SLOT = 1000
"""Media Composer numbers the slots of markers from here on."""

_PROPERTIES = {
    "user": "c4c45d9a-0967-11d4-a08a-006094eb75cb",
    "date": "c4c45d9b-0967-11d4-a08a-006094eb75cb",
    "time": "c4c45d9c-0967-11d4-a08a-006094eb75cb",
    "colour": "e96e6d44-c383-11d3-a069-006094eb75cb",
    "attributes": "c72cc817-aac5-499b-af34-bc47fec1eaa8",
}
"""Identities of Avid's properties of a marker."""


def define_properties(file: Aaf) -> None:
    """Define Avid's properties of markers in a file that has never held one."""
    kind = file.metadict.lookup_classdef("CommentMarker")
    known = {definition.auid for definition in kind.all_propertydefs()}
    if not {AUID(identity) for identity in _PROPERTIES.values()} <= known:
        file.metadict.register_extensions()


class MarkerMaker:
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
        self._set(marker, "user", SIGNATURE)
        if isinstance(rgb := colour_in(PALETTE, item.colour), tuple):
            self._set(marker, "colour", dict(zip(("red", "green", "blue"), rgb, strict=True)))
        attributes: dict[str, str | int] = {
            USER_NAME: SIGNATURE,
            COLOUR_NAME: item.colour,
            COMMENT: comment,
            LENGTH: length,
            "_ATN_CRM_ID": _avid_id(tag),
        }
        if isinstance(self._date, datetime):
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
        slot["SlotName"].value = SIGNATURE
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
