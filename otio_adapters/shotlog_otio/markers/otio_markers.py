"""The markers in the JSON of OpenTimelineIO, those of others among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shotlog.markers import MarkerTag
from shotlog.schema import MarkerFamily
from shotlog_otio.documents import JsonPath
from shotlog_otio.markers.found import FoundMarker
from shotlog_otio.markers.locations import get_object
from shotlog_otio.markers.marker_edits import MARKERS
from shotlog_otio.markers.spelling import colour_of, is_edited, own_data, range_of


def found_in(data: Mapping[str, Any], path: JsonPath) -> Iterator[FoundMarker]:
    """Yield the markers of the object at a path, those that cannot be read excepted."""
    try:
        item = get_object(data, path)
    except (LookupError, TypeError):  # a part that was repaired stands elsewhere in the file
        return
    listed = item.get(MARKERS) if isinstance(item, dict) else None
    for number, marker in enumerate(listed if isinstance(listed, list) else ()):
        range_ = range_of(marker) if isinstance(marker, dict) else None
        if range_ is None:
            continue
        name, comment = (_text(marker.get(key)) for key in ("name", "comment"))
        tag = _tag(marker)
        yield FoundMarker(
            start=range_.start,
            duration=range_.duration,
            # Kdenlive writes the text of a marker as its comment, and no name.
            name=name or comment.partition("\n")[0],
            note=comment or _resolve_note(marker),
            colour=colour_of(marker),
            owner=path,
            key=number,
            tag=tag,
            edited=tag is not None and is_edited(marker),
        )


def _tag(marker: Mapping[str, Any]) -> MarkerTag | None:
    own = own_data(marker)
    if own is None:
        return None
    try:
        return MarkerTag(own["id"], MarkerFamily(str(own.get("family"))), str(own.get("hash")))
    except ValueError:  # of a newer Shotlog
        return None


def _resolve_note(marker: Mapping[str, Any]) -> str:
    """Return the note in the metadata of DaVinci Resolve, which writes no comment."""
    metadata = marker.get("metadata")
    own = metadata.get("Resolve_OTIO") if isinstance(metadata, dict) else None
    return _text(own.get("Note")) if isinstance(own, dict) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
