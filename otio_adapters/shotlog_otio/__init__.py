"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers."""

from shotlog.markers import markers_of
from shotlog_otio.exact import LONGEST, exact_range, exact_scalar, exact_seconds, simplest
from shotlog_otio.formats import check_copy, check_save, is_timeline, output_errors, save, suffix_of
from shotlog_otio.lookup import Finder
from shotlog_otio.marker_json import COLOURS, Written, WrittenMarker, spelled
from shotlog_otio.markers import check_marker_lists, clear_markers, read_markers, write_markers
from shotlog_otio.timeline import FootageClock, footage_clock, make_timeline, read_edit
from shotlog_otio.urls import is_remote, readings

__all__ = [
    "COLOURS",
    "LONGEST",
    "Finder",
    "FootageClock",
    "Written",
    "WrittenMarker",
    "check_copy",
    "check_marker_lists",
    "check_save",
    "clear_markers",
    "exact_range",
    "exact_scalar",
    "exact_seconds",
    "footage_clock",
    "is_remote",
    "is_timeline",
    "make_timeline",
    "markers_of",
    "output_errors",
    "read_edit",
    "read_markers",
    "readings",
    "save",
    "simplest",
    "spelled",
    "suffix_of",
    "write_markers",
]
