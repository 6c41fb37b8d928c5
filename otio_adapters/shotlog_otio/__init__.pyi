from .documents import check_output_file, output_errors, save
from .exact import LONGEST, exact_range, exact_scalar, exact_seconds, simplest_fraction
from .exporters import (
    Exported,
    Exporter,
    ExportMarker,
    export_files,
    export_markers,
    exporter_named,
    find_exporter,
    load_exporters,
    markers_in,
    part_of,
)
from .formats import (
    check_marker_lists,
    check_output,
    clear_markers,
    is_timeline,
    is_timeline_content,
    read_edit,
    read_markers,
    read_timeline,
    write_markers,
)
from .identity import timeline_identity
from .inspection import (
    InspectedClip,
    Inspection,
    choices_of,
    inspect_file,
    inspection_of,
)
from .lookup import FileFinder
from .markers import WriteResult, WrittenMarker, markers_of
from .outputs import output_exporter
from .reading_options import DEFAULT_READING, ReadOptions
from .relinking import Relinks
from .timeline import (
    FootageClock,
    MediaPiece,
    Reading,
    check_piece,
    footage_clock,
    make_timeline,
    make_timeline_of_pieces,
    pieces_clock,
)
from .urls import candidate_paths, is_remote

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
    "MediaPiece",
    "ReadOptions",
    "Reading",
    "Relinks",
    "WriteResult",
    "WrittenMarker",
    "candidate_paths",
    "check_marker_lists",
    "check_output",
    "check_output_file",
    "check_piece",
    "choices_of",
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
    "inspection_of",
    "is_remote",
    "is_timeline",
    "is_timeline_content",
    "load_exporters",
    "make_timeline",
    "make_timeline_of_pieces",
    "markers_in",
    "markers_of",
    "output_errors",
    "output_exporter",
    "part_of",
    "pieces_clock",
    "read_edit",
    "read_markers",
    "read_timeline",
    "save",
    "simplest_fraction",
    "timeline_identity",
    "write_markers",
]
