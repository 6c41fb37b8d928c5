"""Findings to markers, and markers into the text of a timeline."""

from shotlog_otio.markers.locations import check_marker_lists
from shotlog_otio.markers.marker_edits import Changes, change, spelling
from shotlog_otio.markers.patch import clear_markers, read_markers, write_markers

__all__ = [
    "Changes",
    "change",
    "check_marker_lists",
    "clear_markers",
    "read_markers",
    "spelling",
    "write_markers",
]
