"""Formats: the kinds of timeline files that are read and marked."""

from shotlog_otio.formats.collector import collector_paused
from shotlog_otio.formats.contract import FORMATS, Format, checked
from shotlog_otio.formats.detection import (
    check_marker_lists,
    check_output,
    clear_markers,
    find_format,
    is_timeline,
    is_timeline_content,
    read_edit,
    read_markers,
    read_render_facts,
    read_timeline,
    write_markers,
)
from shotlog_otio.formats.otio import OtioFormat
from shotlog_otio.formats.otio_text import OtioTextFormat
from shotlog_otio.formats.patched import (
    PatchedFormat,
    SourceFile,
    moved_to_timeline,
    walk,
)

__all__ = [
    "FORMATS",
    "Format",
    "OtioFormat",
    "OtioTextFormat",
    "PatchedFormat",
    "SourceFile",
    "check_marker_lists",
    "check_output",
    "checked",
    "clear_markers",
    "collector_paused",
    "find_format",
    "is_timeline",
    "is_timeline_content",
    "moved_to_timeline",
    "read_edit",
    "read_markers",
    "read_render_facts",
    "read_timeline",
    "walk",
    "write_markers",
]
