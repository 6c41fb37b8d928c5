"""Our markers as OpenTimelineIO writes them, and how they are known again.

Every marker that we write carries, under the metadata key ``shotlog``, its id and a hash of what
an editor sees of it: name, note, colour and range. Where the hash no longer fits, the editor has
spoken, and the marker is theirs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, PALETTE, clean, hash_in_file
from shotlog.schema import (
    Marker,
    MarkerFamily,
    Model,
    Rate,
    Seconds,
    TimeRange,
    exact_rate,
    nearest_frame,
)
from shotlog_otio.exact import exact_seconds

KEY = "shotlog"
"""Our key in the metadata of markers and of timelines that we make; nothing else is ours."""

COLOURS = {family: name.upper() for family, name in PALETTE.items()}
"""Names of ``opentimelineio.schema.MarkerColor`` (0.18)."""

_VERSION = 1
_INT64 = 1 << 63


class Written(Model):
    """What writing markers did.

    Attributes:
        added: Markers that were not there before.
        replaced: Markers of ours that now say something else.
        removed: Markers of ours that no finding stands for any more.
        unchanged: Markers of ours that already said the same.
        kept: Ids of the markers that an editor has changed: their word, left as it is.
        changed: Whether the file differs from its source at all.
        astray: Paths of media that are named relative to the timeline's folder, so that the
            result, in another folder, looks for them elsewhere.
        unmarked: Names of the clips, or "the timeline", whose markers were not written, because
            something that is no list stands in the place of their list of markers.
    """

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    changed: bool = False
    astray: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()


class WrittenMarker(Model):
    """A marker of ours as it now stands in a timeline file.

    Attributes:
        id: What it speaks about; see :class:`shotlog.schema.findings.Marker`.
        family: Its kind.
        name: Its name as it now is.
        note: Its comment as it now is.
        colour: Its colour as it now is, in OpenTimelineIO's words.
        range: Its range as it now is, in the time of the object that it stands on.
        rate: The frame rate that it was written at.
        owner: Name of the clip that it stands on; None for one of the timeline.
        wrote: The name that we gave it.
        edited: Whether an editor has changed its name, note, colour or range.
        payload: What was kept for machines.
    """

    id: str
    family: MarkerFamily
    name: str
    note: str
    colour: str
    range: TimeRange
    rate: Rate
    owner: str | None
    wrote: str
    edited: bool
    payload: dict[str, str | int | float | None]


def spelled(
    marker: Marker, start: Seconds, duration: Seconds, rate: float, was: str | None
) -> dict[str, Any]:
    """A marker as a ``Marker.2`` object.

    ``range`` repeats ``marked_range`` because OpenTimelineIO 0.19-dev upgrades a Marker.2 as if it
    were a Marker.1 and would refuse the file without it; 0.18 keeps the extra key unread.

    Args:
        marker: The marker.
        start: Where it starts in the time of the object that it stands on.
        duration: Its length.
        rate: The rate to count frames at, as the file writes it.
        was: How the object's empty list of markers was spelled before us, where not ``[]``.
    """
    exact = exact_rate(rate)
    place = {
        "OTIO_SCHEMA": "TimeRange.1",
        "duration": _rational_time(duration * exact, rate),
        "start_time": _rational_time(start * exact, rate),
    }
    facts: dict[str, Any] = {
        "OTIO_SCHEMA": "Marker.2",
        "metadata": {},
        "name": clean(marker.name, NAME_LIMIT),
        "color": COLOURS[marker.family],
        "marked_range": place,
        "range": place,
        "comment": clean(marker.note, NOTE_LIMIT),
    }
    own: dict[str, Any] = {
        "version": _VERSION,
        "id": marker.id,
        "family": marker.family.value,
        "name": facts["name"],
        "rate": str(exact),
        "hash": _hash(facts, exact),
        "payload": {clean(key, NAME_LIMIT): _plain(v) for key, v in marker.payload.items()},
    }
    facts["metadata"] = {KEY: own if was is None else {**own, "was": was}}
    return facts


def hash_of(marker: Marker, start: Seconds, duration: Seconds, rate: float) -> str:
    """The hash that :func:`spelled` keeps with a marker; arguments likewise."""
    return str(spelled(marker, start, duration, rate, None)["metadata"][KEY]["hash"])


def own_data(marker: Any) -> Mapping[str, Any] | None:
    """What stands under our key in a marker's metadata; None for a marker that is not ours."""
    if not isinstance(marker, dict) or not str(marker.get("OTIO_SCHEMA")).startswith("Marker."):
        return None
    metadata = marker.get("metadata")
    own = metadata.get(KEY) if isinstance(metadata, dict) else None
    return own if isinstance(own, dict) and isinstance(own.get("id"), str) else None


def is_edited(marker: Mapping[str, Any]) -> bool:
    """Whether a marker of ours no longer says what we wrote.

    One whose hash cannot be judged, because a newer Shotlog wrote it or it is damaged, counts as
    edited: what we do not understand we do not touch.
    """
    own = own_data(marker)
    rate = _rate(own)
    if own is None or rate is None or own.get("version") != _VERSION:
        return True
    return own.get("hash") != _hash(marker, rate)


def is_same(standing: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    """Whether an unedited marker of ours already is the one that would be written."""
    return own_data(standing) == own_data(fresh)


def as_found(marker: Mapping[str, Any], owner: str | None) -> WrittenMarker | None:
    """A marker of ours for showing; None where it is too damaged to be shown."""
    own, place = own_data(marker), _range(marker)
    rate = _rate(own)
    if own is None or place is None or rate is None or place.duration < 0:
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
        note=_text(marker.get("comment")),
        colour=_colour(marker),
        range=place,
        rate=rate,
        owner=owner,
        wrote=_text(own.get("name")),
        edited=is_edited(marker),
        payload={k: _plain(v) for k, v in payload.items()} if isinstance(payload, dict) else {},
    )


def start_of(marker: Mapping[str, Any]) -> Fraction | None:
    """Where a marker starts in the time of its object, in seconds."""
    place = _range(marker)
    return place.start if place else None


def seconds_in(time: Any) -> Fraction | None:
    """The exact seconds of a ``RationalTime`` in JSON; None where it is none."""
    try:
        return exact_seconds(otio.opentime.RationalTime(time["value"], time["rate"]))
    except (KeyError, TypeError, ValueError):
        return None


def rate_in(time: Any) -> float | None:
    """The rate of a ``RationalTime`` in JSON, as it is written; None where it is no rate."""
    rate = time.get("rate") if isinstance(time, dict) else None
    if isinstance(rate, (int, float)) and math.isfinite(rate) and rate > 0:
        return float(rate)
    return None


def _hash(marker: Mapping[str, Any], rate: Fraction) -> str:
    """Return the hash of what an editor sees of a marker."""
    place = _range(marker)
    frames = None
    if place is not None:
        frames = nearest_frame(place.start, rate), nearest_frame(place.duration, rate)
    name, note = _text(marker.get("name")), _text(marker.get("comment"))
    return hash_in_file(name, note, _colour(marker), frames)


def _colour(marker: Mapping[str, Any]) -> str:
    """The colour's name; Marker.3 holds it in a ``Color.1`` object."""
    color = marker.get("color")
    return _text(color.get("name") if isinstance(color, dict) else color).upper()


def _range(marker: Mapping[str, Any]) -> TimeRange | None:
    """The marked range in seconds (Marker.1 calls it ``range``); None where it has none."""
    place = marker.get("marked_range", marker.get("range"))
    if not isinstance(place, dict):
        return None
    start, duration = seconds_in(place.get("start_time")), seconds_in(place.get("duration"))
    if start is None or duration is None or duration < 0:
        return None
    return TimeRange(start=start, duration=duration)


def _rate(own: Mapping[str, Any] | None) -> Fraction | None:
    try:
        rate = Fraction(own["rate"]) if own else None
    except (KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return rate if rate and rate > 0 else None


def _rational_time(frames: Fraction, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(frames)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> str | int | float | None:
    """A value that JSON and OpenTimelineIO can hold: finite, 64 bits."""
    if isinstance(value, str):
        return clean(value, NOTE_LIMIT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if -_INT64 <= value < _INT64 else str(value)
    return None
