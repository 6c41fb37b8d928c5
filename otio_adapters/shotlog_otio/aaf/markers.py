"""The markers in an AAF file, in the forms of Media Composer and of DaVinci Resolve.

Points are events of an ``EventMobSlot``, ranges lie among filler in a ``TimelineMobSlot``. Both
name the slot that they describe, and the slot that holds them has the number of the track. Markers
of master clips are not read: Media Composer copies them into the sequence with the clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from aaf2 import components, mobslots

from shotlog.markers import PALETTES, MarkerOptions, colour_named, hash_in_text, split_tag
from shotlog.schema import MarkerFamily, NoPicture, Problem
from shotlog_otio.aaf.opening import FAULTS
from shotlog_otio.aaf.values import Aaf, attributes_of, edit_rate, seconds, text_of, value_of
from shotlog_otio.markers import FoundMarker

PALETTE = "avid-aaf"
"""The table of the colours of this format, and the name by which users choose among them."""

_NAMES = MappingProxyType({colour.value: colour.name for colour in PALETTES[PALETTE].colours})
_AVID_USER = ("CommentMarkerUSer", "CommentMarkerUser")
"""The user of a marker; Avid misspells it, and pyaaf2 does not."""

COLOUR_NAME = "_ATN_CRM_COLOR"
COMMENT = "_ATN_CRM_COM"
LENGTH = "_ATN_CRM_LENGTH"
USER_NAME = "_ATN_CRM_USER"
"""Avid's attributes of a marker."""


def colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return the name of the colour for a kind of marker."""
    return colour_named(PALETTE, options.colour(PALETTE, family) or family).name


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
    parts = list(segment.components) if isinstance(segment, components.Sequence) else [segment]
    markers = [
        (n, part) for n, part in enumerate(parts) if isinstance(part, components.CommentMarker)
    ]
    if not markers:
        return
    rate, starts = edit_rate(slot), list(accumulate(map(_length, parts), initial=0))
    told = {number: value_of(part, "Position") for number, part in markers}
    # A range lies where the filler before it ends; some writers tell its position as well.
    placed = not isinstance(slot, mobslots.EventMobSlot) and not any(told.values())
    for number, marker in markers:
        yield number, marker, starts[number] if placed else told[number] or 0, rate


def _length(part: Aaf) -> int:
    length: int = 0 if part is None else value_of(part, "Length", 0)
    return length


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
    return next(filter(None, (text_of(marker, name) for name in _AVID_USER)), "")


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
