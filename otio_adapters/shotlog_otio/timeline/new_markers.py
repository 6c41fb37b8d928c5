"""Markers of editors on new timelines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.markers import METADATA_KEY, NAME_LIMIT, NOTE_LIMIT, MarkerTag, any_colour, clean
from shotlog.schema import TimeRange
from shotlog_otio.markers import edited_data


@dataclass(frozen=True)
class NewMarker:
    """A marker that a new timeline gets as an editor made it.

    Attributes:
        range: Its range: from the first frame of the timeline, or in media time on a piece.
        name: Its name.
        note: Its note.
        colour: Its colour as any program names it; "" for none.
        tag: What we wrote with it, for a marker of ours that the editor has changed; None for one
            of the editor's own.
    """

    range: TimeRange
    name: str
    note: str = ""
    colour: str = ""
    tag: MarkerTag | None = None


def marker_object(marker: NewMarker, counted: Any, rate: Fraction) -> Any:
    """Return a marker as an object of OpenTimelineIO.

    Args:
        marker: The marker.
        counted: Its range on the clock of its owner.
        rate: Frames per second in which that is counted.
    """
    made = otio.schema.Marker(
        name=clean(marker.name, NAME_LIMIT),
        marked_range=counted,
        # A name that is no colour of any program stays as it is: OpenTimelineIO takes any text.
        color=any_colour(marker.colour) or clean(marker.colour, NAME_LIMIT),
        comment=clean(marker.note, NOTE_LIMIT),
    )
    if marker.tag is not None:
        made.metadata[METADATA_KEY] = edited_data(marker.tag, rate)
    return made
