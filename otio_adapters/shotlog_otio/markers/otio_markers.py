"""The markers in the JSON of OpenTimelineIO, those of others among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from shotlog.markers import MarkerTag, split_tag
from shotlog.schema import MarkerFamily, exact_rate
from shotlog_otio.dialects import Dialect
from shotlog_otio.documents import JsonPath
from shotlog_otio.markers.found import FoundMarker
from shotlog_otio.markers.locations import get_object
from shotlog_otio.markers.marker_edits import MARKERS
from shotlog_otio.markers.spelling import (
    colour_of,
    is_edited,
    note_in,
    own_data,
    range_of,
    rate_in,
)


def found_in(
    data: Mapping[str, Any],
    path: JsonPath,
    dialect: Dialect,
    *,
    origin: Fraction = Fraction(0),
    shift: int = 0,
    wanted: Callable[[str], bool] | None = None,
) -> Iterator[FoundMarker]:
    """Yield the markers of the object at a path, those that cannot be read excepted.

    Args:
        data: The JSON of the file.
        path: The object.
        dialect: That of the timeline.
        origin: The moment of the object's own clock from which its markers are counted.
        shift: Frames by which they are counted too late.
        wanted: Test of the names of markers to be found; None finds all.
    """
    try:
        item = get_object(data, path)
    except (LookupError, TypeError):  # a part that was repaired stands elsewhere in the file
        return
    listed = item.get(MARKERS) if isinstance(item, dict) else None
    for number, marker in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(marker, dict):
            continue
        name, comment = (_text(marker.get(key)) for key in ("name", "comment"))
        # Kdenlive writes the text of a marker as its comment, and no name.
        name = name or comment.partition("\n")[0]
        if wanted is not None and not wanted(name):
            continue
        range_ = range_of(marker)
        if range_ is None:
            continue
        note, returned = split_tag(comment or note_in(marker, dialect))
        tag = _tag(marker) or returned
        rate = rate_in(marker.get("marked_range", {}).get("start_time")) if shift else None
        yield FoundMarker(
            start=range_.start + origin - (shift / exact_rate(rate) if rate else 0),
            duration=range_.duration,
            name=name,
            note=note,
            colour=colour_of(marker),
            owner=path,
            key=number,
            tag=tag,
            edited=tag is not None and is_edited(marker, dialect),
        )


def _tag(marker: Mapping[str, Any]) -> MarkerTag | None:
    own = own_data(marker)
    if own is None:
        return None
    try:
        return MarkerTag(own["id"], MarkerFamily(str(own.get("family"))), str(own.get("hash")))
    except ValueError:  # of a newer Shotlog
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
