"""The markers of a timeline that was read, as they are exported."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from shotlog.markers import PALETTE, any_colour
from shotlog.schema import MarkerFamily, TimeRange, nearest_frame
from shotlog_otio.exporters.fitting import ExportMarker, count
from shotlog_otio.markers import FoundMarker
from shotlog_otio.timeline import Reading, ShownMarker

DEFAULT_COLOUR = "GREEN"
"""Colour of a marker whose file tells none: that of OpenTimelineIO's library in C++, and that for
which Premiere Pro writes nothing."""


class Chosen(NamedTuple):
    """Markers of a timeline, and sentences on those that are not among them."""

    markers: list[ExportMarker]
    notes: tuple[str, ...] = ()


def markers_in(
    reading: Reading, *, everything: bool = False, families: Collection[MarkerFamily] = ()
) -> Chosen:
    """Return the markers of a timeline at its own frames, as they now stand in the file.

    Args:
        reading: The timeline.
        everything: True for the markers of others as well.
        families: The kinds of ours that are wanted; empty for all, and for those of others.
    """
    wanted = [item for item in reading.markers if _is_wanted(item, everything, families)]
    shown = [(item, item.shown) for item in wanted if item.shown is not None]
    hidden = len(wanted) - len(shown)
    notes = [f"{count(hidden, 'marker')} outside what their clips show left out"] if hidden else []
    markers = [_export(item, place, reading) for item, place in shown]
    return Chosen(sorted(markers, key=lambda marker: marker.frame), tuple(notes))


def _is_wanted(item: ShownMarker, everything: bool, families: Collection[MarkerFamily]) -> bool:
    tag = item.marker.tag
    if tag is None:
        return everything and not families
    return not families or tag.family in families


def _export(item: ShownMarker, place: TimeRange, reading: Reading) -> ExportMarker:
    clip = "" if item.clip is None else reading.clips[item.clip].range.name
    return to_export_marker(item.marker, place, reading.edit.rate, clip=clip)


def to_export_marker(
    marker: FoundMarker, place: TimeRange, rate: Fraction, *, clip: str = ""
) -> ExportMarker:
    """Return a marker of a file as it is exported.

    Args:
        marker: The marker.
        place: Its range on the timeline.
        rate: The timeline's frame rate.
        clip: Name of the clip that it stands on; empty for the timeline.
    """
    known = PALETTE[marker.tag.family] if marker.tag else DEFAULT_COLOUR
    frame = nearest_frame(place.start, rate)
    return ExportMarker(
        frame=frame,
        duration=max(1, nearest_frame(place.end, rate) - frame),
        colour=any_colour(marker.colour) or known,
        name=marker.name,
        note=marker.note,
        id=marker.id,
        family=marker.family,
        edited=marker.edited,
        clip=clip,
    )
