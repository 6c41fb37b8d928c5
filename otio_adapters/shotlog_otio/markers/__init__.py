"""Markers of timelines: in the JSON text of OpenTimelineIO, and in files of any other kind."""

from shotlog.markers import markers_of
from shotlog_otio.markers.changes import hash_of, plan_changes
from shotlog_otio.markers.content import marker_json
from shotlog_otio.markers.found import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.markers.locations import Target, check_marker_lists
from shotlog_otio.markers.marker_edits import ListChanges, build_splice, read_empty_list
from shotlog_otio.markers.otio_markers import found_in
from shotlog_otio.markers.patch import add_markers, list_markers, remove_markers
from shotlog_otio.markers.results import WriteResult, WrittenMarker
from shotlog_otio.markers.spelling import edited_data

__all__ = [
    "FoundMarker",
    "ListChanges",
    "MarkerChanges",
    "PlacedText",
    "Target",
    "WriteResult",
    "WrittenMarker",
    "add_markers",
    "build_splice",
    "check_marker_lists",
    "edited_data",
    "found_in",
    "hash_of",
    "list_markers",
    "marker_json",
    "markers_of",
    "plan_changes",
    "read_empty_list",
    "remove_markers",
]
