"""Exporters: the kinds of files that hold markers alone."""

from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.detection import (
    GROUP,
    export_markers,
    find_exporter,
    load_exporters,
    part_of,
)

__all__ = [
    "GROUP",
    "Exporter",
    "export_markers",
    "find_exporter",
    "load_exporters",
    "part_of",
]
