"""Exporters: the kinds of files that hold markers alone."""

from shotlog_otio.exporters.contract import EXPORTERS, Export, Exporter
from shotlog_otio.exporters.detection import (
    Exported,
    export_files,
    export_markers,
    find_exporter,
    part_of,
    to_export,
)
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted
from shotlog_otio.exporters.sources import Chosen, markers_in, to_export_marker

__all__ = [
    "EXPORTERS",
    "Chosen",
    "Crowd",
    "Export",
    "ExportMarker",
    "Exported",
    "Exporter",
    "Fitted",
    "export_files",
    "export_markers",
    "find_exporter",
    "markers_in",
    "part_of",
    "to_export",
    "to_export_marker",
]
