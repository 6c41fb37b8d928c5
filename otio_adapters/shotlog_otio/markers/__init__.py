"""Markers of timelines: put into the JSON text, taken out of it, and read from it."""

from shotlog_otio.markers.locations import Target, check_marker_lists
from shotlog_otio.markers.marker_edits import ListChanges, build_splice, read_empty_list
from shotlog_otio.markers.patch import add_markers, list_markers, remove_markers
from shotlog_otio.markers.results import WriteResult, WrittenMarker
from shotlog_otio.markers.spelling import marker_json

__all__ = [
    "ListChanges",
    "Target",
    "WriteResult",
    "WrittenMarker",
    "add_markers",
    "build_splice",
    "check_marker_lists",
    "list_markers",
    "marker_json",
    "read_empty_list",
    "remove_markers",
]
