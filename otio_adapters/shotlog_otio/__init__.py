"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers."""

from shotlog.markers import markers_of
from shotlog_otio.documents import check_output_file, output_errors, save
from shotlog_otio.exact import LONGEST, exact_range, exact_scalar, exact_seconds, simplest_fraction
from shotlog_otio.exporters import (
    Exported,
    Exporter,
    ExportMarker,
    export_files,
    export_markers,
    exporter_named,
    find_exporter,
    load_exporters,
    part_of,
)
from shotlog_otio.formats import (
    check_marker_lists,
    check_output,
    clear_markers,
    is_timeline,
    read_edit,
    read_markers,
    read_timeline,
    write_markers,
)
from shotlog_otio.inspection import (
    InspectedClip,
    Inspection,
    inspect_file,
    inspected_sequence,
    inspection_of,
)
from shotlog_otio.lookup import FileFinder
from shotlog_otio.markers import WriteResult, WrittenMarker
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.relinking import Relinks
from shotlog_otio.timeline import FootageClock, footage_clock, make_timeline
from shotlog_otio.urls import candidate_paths, is_remote

__all__ = [
    "DEFAULT_READING",
    "LONGEST",
    "ExportMarker",
    "Exported",
    "Exporter",
    "FileFinder",
    "FootageClock",
    "InspectedClip",
    "Inspection",
    "ReadOptions",
    "Relinks",
    "WriteResult",
    "WrittenMarker",
    "candidate_paths",
    "check_marker_lists",
    "check_output",
    "check_output_file",
    "clear_markers",
    "exact_range",
    "exact_scalar",
    "exact_seconds",
    "export_files",
    "export_markers",
    "exporter_named",
    "find_exporter",
    "footage_clock",
    "inspect_file",
    "inspected_sequence",
    "inspection_of",
    "is_remote",
    "is_timeline",
    "load_exporters",
    "make_timeline",
    "markers_of",
    "output_errors",
    "part_of",
    "read_edit",
    "read_markers",
    "read_timeline",
    "save",
    "simplest_fraction",
    "write_markers",
]
