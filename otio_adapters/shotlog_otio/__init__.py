"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers."""

from shotlog.markers import markers_of
from shotlog_otio.formats.bundle import check_copy
from shotlog_otio.formats.document import is_timeline, suffix_of
from shotlog_otio.formats.saving import check_save, output_errors, save
from shotlog_otio.marker_json import Written, WrittenMarker
from shotlog_otio.markers.locations import check_marker_lists
from shotlog_otio.markers.patch import clear_markers, read_markers, write_markers
from shotlog_otio.timeline.footage import FootageClock, footage_clock
from shotlog_otio.timeline.new_timeline import make_timeline
from shotlog_otio.timeline.reader import read_edit

__all__ = [
    "FootageClock",
    "Written",
    "WrittenMarker",
    "check_copy",
    "check_marker_lists",
    "check_save",
    "clear_markers",
    "footage_clock",
    "is_timeline",
    "make_timeline",
    "markers_of",
    "output_errors",
    "read_edit",
    "read_markers",
    "save",
    "suffix_of",
    "write_markers",
]
