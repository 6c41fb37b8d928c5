"""Exporters: the kinds of files that hold markers alone."""

from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.detection import GROUP, find_exporter, load_exporters

__all__ = ["GROUP", "Exporter", "find_exporter", "load_exporters"]
