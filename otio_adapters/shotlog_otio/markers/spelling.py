"""The recognition of our markers in the JSON of OpenTimelineIO.

Every marker that we write carries, under our metadata key, its id and a hash of what an editor sees
of it: name, note, colour and range. A marker whose hash no longer fits was changed by an editor.
:mod:`shotlog_otio.markers.content` writes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.markers import (
    METADATA_KEY,
    NOTE_LIMIT,
    MarkerTag,
    clean,
    hash_in_file,
    hash_in_text,
    split_tag,
)
from shotlog.schema import MarkerFamily, TimeRange, exact_rate, nearest_frame
from shotlog_otio.dialects import Dialect
from shotlog_otio.exact import exact_seconds
from shotlog_otio.markers.results import WrittenMarker

_INT64 = 1 << 63
VERSION = 1
"""Version of the value under our metadata key."""


def own_data(marker: Any) -> Mapping[str, Any] | None:
    """Return the value under our key in a marker's metadata; None for a marker that is not ours."""
    if not isinstance(marker, dict) or not str(marker.get("OTIO_SCHEMA")).startswith("Marker."):
        return None
    metadata = marker.get("metadata")
    own = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    return own if isinstance(own, dict) and isinstance(own.get("id"), str) else None


def edited_data(tag: MarkerTag, rate: Fraction) -> dict[str, Any]:
    """Return the value under our key for a marker of ours that an editor has changed elsewhere.

    Args:
        tag: What we wrote with it. Its hash is that of the content before the change, so the marker
            is known as changed here, too.
        rate: Frames per second at which it is counted.
    """
    known = {"id": tag.id, "family": tag.family.value, "hash": tag.hash}
    return {"version": VERSION, **known, "rate": str(rate), "payload": {}}


def returned_tag(marker: Any, dialect: Dialect) -> MarkerTag | None:
    """Return our tag in the note of a marker that lost our metadata in a program; or None."""
    if not isinstance(marker, dict) or not str(marker.get("OTIO_SCHEMA")).startswith("Marker."):
        return None
    return split_tag(note_in(marker, dialect))[1]


def note_in(marker: Mapping[str, Any], dialect: Dialect) -> str:
    """Return the note of a marker as its program keeps it, with our tag."""
    metadata = marker.get("metadata")
    kept = dialect.marker_note(metadata) if isinstance(metadata, dict) else ""
    return kept or _text(marker.get("comment"))


def is_edited(marker: Mapping[str, Any], dialect: Dialect) -> bool:
    """Return whether the content of a marker of ours is another than we wrote."""
    own = own_data(marker)
    rate = _rate(own)
    if own is None:
        note, tag = split_tag(note_in(marker, dialect))
        counted = rate_in(_start_time(marker))
        frames = frames_of(marker, exact_rate(counted)) if counted else None
        if tag is None or frames is None:
            return True
        return hash_in_text(_text(marker.get("name")), note, "", frames) != tag.hash
    # A hash that cannot be checked, of a newer Shotlog or damaged, counts as edited, so that the
    # marker is left alone.
    if own is None or rate is None or own.get("version") != VERSION:
        return True
    return own.get("hash") != _hash(marker, rate)


def is_same(existing: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether an unedited marker of ours equals the one that would be written."""
    return own_data(existing) == own_data(new)


def parse_marker(
    marker: Mapping[str, Any], owner: str | None, dialect: Dialect
) -> WrittenMarker | None:
    """Return a marker of ours for people; None where it is too damaged to be shown.

    Args:
        marker: Its JSON.
        owner: Name of the clip that it stands on; None for a marker of the timeline.
        dialect: Of the timeline.
    """
    own, range_ = own_data(marker), range_of(marker)
    rate = _rate(own)
    note, tag = split_tag(note_in(marker, dialect))
    if own is None and tag is not None:  # it lost our metadata in a program
        own = {"id": tag.id, "family": tag.family.value}
        counted = rate_in(_start_time(marker))
        rate = exact_rate(counted) if counted else None
    if own is None or range_ is None or rate is None:
        return None
    try:
        family = MarkerFamily(str(own.get("family")))
    except ValueError:
        return None
    payload = own.get("payload")
    return WrittenMarker(
        id=own["id"],
        family=family,
        name=_text(marker.get("name")),
        note=note,
        colour=colour_of(marker),
        range=range_,
        rate=rate,
        owner=owner,
        wrote=_text(own.get("name")),
        edited=is_edited(marker, dialect),
        payload={k: plain(v) for k, v in payload.items()} if isinstance(payload, dict) else {},
    )


def start_of(marker: Mapping[str, Any]) -> Fraction | None:
    """Return the start of a marker in the time of its object, in seconds."""
    range_ = range_of(marker)
    return range_.start if range_ else None


def seconds_in(time: Any) -> Fraction | None:
    """Return the exact seconds of a ``RationalTime`` in JSON; None for anything else."""
    try:
        return exact_seconds(otio.opentime.RationalTime(time["value"], time["rate"]))
    except (KeyError, TypeError, ValueError):
        return None


def rate_in(time: Any) -> float | None:
    """Return the rate of a ``RationalTime`` in JSON, as it is written; None where it has none."""
    rate = time.get("rate") if isinstance(time, dict) else None
    if isinstance(rate, (int, float)) and math.isfinite(rate) and rate > 0:
        return float(rate)
    return None


def _hash(marker: Mapping[str, Any], rate: Fraction) -> str:
    frames = frames_of(marker, rate)
    name, note = _text(marker.get("name")), _text(marker.get("comment"))
    return hash_in_file(name, note, colour_of(marker), frames)


def frames_of(marker: Mapping[str, Any], rate: Fraction) -> tuple[int, int] | None:
    """Return the start and the length of a marker in frames; None where they cannot be read."""
    range_ = range_of(marker)
    if range_ is None:
        return None
    return nearest_frame(range_.start, rate), nearest_frame(range_.duration, rate)


def _start_time(marker: Mapping[str, Any]) -> Any:
    range_ = marker.get("marked_range", marker.get("range"))
    return range_.get("start_time") if isinstance(range_, dict) else None


def colour_of(marker: Mapping[str, Any]) -> str:
    """Return the colour of a marker, in capitals; "" where it has none."""
    color = marker.get("color")  # Marker.3 holds it in a Color.1 object
    return _text(color.get("name") if isinstance(color, dict) else color).upper()


def range_of(marker: Mapping[str, Any]) -> TimeRange | None:
    """Return the range of a marker in the time of its object; None where it cannot be read."""
    range_ = marker.get("marked_range", marker.get("range"))  # Marker.1 calls it range
    if not isinstance(range_, dict):
        return None
    start, duration = seconds_in(range_.get("start_time")), seconds_in(range_.get("duration"))
    if start is None or duration is None or duration < 0:
        return None
    return TimeRange(start=start, duration=duration)


def _rate(own: Mapping[str, Any] | None) -> Fraction | None:
    """Return the rate at which a marker of ours was written; None where that is damaged."""
    try:
        rate = Fraction(own["rate"]) if own else None
    # Fraction() raises all but the first: for "1/0", infinity, a list, or text that is no number.
    except (KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return rate if rate and rate > 0 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def plain(value: Any) -> str | int | float | None:
    """Return a value that JSON and OpenTimelineIO can hold: finite, 64 bits."""
    if isinstance(value, str):
        return clean(value, NOTE_LIMIT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if -_INT64 <= value < _INT64 else str(value)
    return None
