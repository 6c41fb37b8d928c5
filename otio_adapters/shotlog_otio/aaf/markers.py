"""The markers in an AAF file, in the forms of Media Composer and of DaVinci Resolve.

Points are events of an ``EventMobSlot``, ranges lie among filler in a ``TimelineMobSlot``. Both
name the slot that they describe, and the slot that holds them has the number of the track. Markers
of master clips are not read: Media Composer copies them into the sequence with the clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from aaf2 import components, mobslots

from shotlog.markers import PALETTE, MarkerOptions, hash_in_text, split_tag
from shotlog.schema import MarkerFamily, NoPicture, Problem
from shotlog_otio.aaf.opening import FAULTS
from shotlog_otio.aaf.values import Aaf, attributes_of, edit_rate, seconds, text_of, value_of
from shotlog_otio.markers import FoundMarker

DIALECT = "avid"
"""The program whose colours users choose for this format."""

COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType({
    "Red": (41471, 12134, 6564), "Green": (13107, 52428, 13107), "Blue": (13107, 13107, 52428),
    "Cyan": (13107, 52428, 52428), "Magenta": (52428, 13107, 52428),
    "Yellow": (58981, 58981, 6553), "Black": (0, 0, 0), "White": (65535, 65535, 65535),
})  # fmt: skip
"""Colours of Media Composer, 16 bits each, as in files of its versions 8.6 to 2023."""

_INSTEAD = MappingProxyType({"Purple": "Magenta"})
_NAMES = MappingProxyType({rgb: name for name, rgb in COLOURS.items()})

USER = "c4c45d9a-0967-11d4-a08a-006094eb75cb"
"""Identity of the property that Avid spells ``CommentMarkerUSer``, and others correctly."""

COLOUR_NAME = "_ATN_CRM_COLOR"
COMMENT = "_ATN_CRM_COM"
LENGTH = "_ATN_CRM_LENGTH"
USER_NAME = "_ATN_CRM_USER"
"""Avid's attributes of a marker."""


def colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return the name of the colour for a kind of marker."""
    name = options.colour(DIALECT, family) or PALETTE[family]
    return _INSTEAD.get(name, name)


def markers_in(mob: Aaf) -> tuple[tuple[FoundMarker, ...], tuple[Problem, ...]]:
    """Return the markers of a composition on its own clock, and a problem for each damaged one."""
    found: list[FoundMarker] = []
    problems: list[Problem] = []
    for slot in mob.slots:
        try:
            for number, marker, position, rate in marker_positions(slot):
                found.append(_read(marker, slot, number, position, rate))
        except FAULTS as error:
            problems.append(unreadable_track(mob, error))
    return tuple(found), tuple(problems)


def unreadable_track(mob: Aaf, error: Exception) -> Problem:
    """Return the problem of a track that cannot be read."""
    reason = str(error) if isinstance(error, ValueError) else "what it holds is damaged"
    message = f"one of its tracks cannot be read: {reason}"
    return NoPicture(mob.name or "", message, "Mend the sequence and export it again.").problem


def marker_positions(slot: Aaf) -> Iterator[tuple[int, Aaf, int, Fraction]]:
    """Yield the markers of a slot: number, marker, position, and the units per second it counts."""
    segment = value_of(slot, "Segment")
    parts = segment.components if isinstance(segment, components.Sequence) else (segment,)
    reached, rate = 0, Fraction(0)
    for number, part in enumerate(parts):
        length = value_of(part, "Length", 0) if part is not None else 0
        if isinstance(part, components.CommentMarker):
            rate = rate or edit_rate(slot)
            timed = isinstance(slot, mobslots.EventMobSlot)
            yield number, part, value_of(part, "Position", 0 if timed else reached), rate
        reached += length


def described_by(marker: Aaf) -> int:
    """Return the slot that a marker stands on; 0 where it names none."""
    return min(value_of(marker, "DescribedSlots", ()), default=0)


def _read(marker: Aaf, slot: Aaf, number: int, position: int, rate: Fraction) -> FoundMarker:
    attributes = attributes_of(marker, "CommentMarkerAttributeList")
    comment = text_of(marker, "Comment") or str(attributes.get(COMMENT) or "")
    body, tag = split_tag(comment)
    length = value_of(marker, "Length") or attributes.get(LENGTH) or 0
    length = max(length, 0) if isinstance(length, int) else 0
    colour = _colour(marker, attributes)
    frames = (position, length)
    user = "" if tag else _user(marker)
    # DaVinci Resolve has the marker's name in the place of Avid's user, who is rarely its name.
    lines = (user, body) if user and (USER_NAME not in attributes or not body) else _split(body)
    return FoundMarker(
        start=seconds(position, rate),
        duration=seconds(length, rate),
        name=lines[0],
        note=lines[1],
        colour=colour,
        owner=(described_by(marker), value_of(slot, "PhysicalTrackNumber", 0)),
        key=(value_of(slot, "SlotID"), number),
        tag=tag,
        edited=tag is not None and tag.hash != hash_in_text("", body, colour, frames),
    )


def _split(text: str) -> tuple[str, str]:
    """Return the first line of a comment, and the others."""
    first, *others = text.splitlines() or [""]
    return first, "\n".join(others)


def _user(marker: Aaf) -> str:
    names = ("CommentMarkerUSer", "CommentMarkerUser")
    return next(filter(None, (text_of(marker, name) for name in names)), "")


def _colour(marker: Aaf, attributes: Mapping[str, Any]) -> str:
    """Return Avid's name of a colour, else ``#rrggbb``; "" where there is none."""
    name = attributes.get(COLOUR_NAME)
    if isinstance(name, str) and name:
        return name
    rgb = value_of(marker, "CommentMarkerColor")
    if not isinstance(rgb, Mapping):
        return ""
    parts = [int(rgb.get(part, 0)) for part in ("red", "green", "blue")]
    if known := _NAMES.get((parts[0], parts[1], parts[2])):
        return known
    # Of 16 bits; some writers put 8 into them.
    shift = 8 if max(parts) > 255 else 0
    return "#" + "".join(f"{part >> shift & 255:02x}" for part in parts)
