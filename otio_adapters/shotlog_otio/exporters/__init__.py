"""Exporters: the kinds of files that hold markers alone."""

from shotlog_otio.exporters.contract import Export, Exporter
from shotlog_otio.exporters.detection import (
    GROUP,
    Exported,
    export_files,
    export_markers,
    exporter_named,
    find_exporter,
    load_exporters,
    part_of,
    to_export,
)
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted
from shotlog_otio.exporters.sources import Chosen, markers_in, to_export_marker

__all__ = [
    "GROUP",
    "Chosen",
    "Crowd",
    "Export",
    "ExportMarker",
    "Exported",
    "Exporter",
    "Fitted",
    "export_files",
    "export_markers",
    "exporter_named",
    "find_exporter",
    "load_exporters",
    "markers_in",
    "part_of",
    "to_export",
    "to_export_marker",
]
