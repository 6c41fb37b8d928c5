"""DaVinci Resolve's lists of markers, which have the form of an EDL but hold no cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from shotlog_otio.edl.events import Event
from shotlog_otio.edl.layout import PlacedEvent
from shotlog_otio.markers import FoundMarker

_FIELD = re.compile(r"\|([CMD]):([^|]*)")
_COLOUR = "ResolveColor"
_FRAMES = re.compile(r"\d{1,9}")


def is_marker_list(events: Sequence[Event]) -> bool:
    """Return whether every event is a marker."""
    return all(_fields(event) for event in events)


def listed_markers(
    placed: Sequence[PlacedEvent], rate: Fraction, start: int
) -> Iterator[FoundMarker]:
    """Yield the markers that events stand for.

    Args:
        placed: The events.
        rate: Frames per second.
        start: The first frame of the timeline.
    """
    for item in placed:
        fields = _fields(item.event)
        if not fields or item.fault is not None:
            continue
        length = fields.get("D", "")
        yield FoundMarker(
            start=Fraction(item.start - start) / rate,
            duration=Fraction(int(length) if _FRAMES.fullmatch(length) else 1) / rate,
            name=fields["M"],
            note="\n".join(item.event.notes).partition("|")[0].strip(),
            colour=fields.get("C", "").removeprefix(_COLOUR),
        )


def _fields(event: Event) -> dict[str, str]:
    """Return the fields of a marker, by letter; none where the event is no marker."""
    fields = {letter: value.strip() for letter, value in _FIELD.findall("\n".join(event.notes))}
    return fields if "M" in fields else {}
