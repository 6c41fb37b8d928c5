"""Single pictures: HEIF boxes, orientation, planes, filter graphs, and image sequences."""

from shotlog.media.images.filters import build_filter_graph
from shotlog.media.images.heif import read_primary
from shotlog.media.images.numbered_files import NumberedName, describe_damaged, list_sequence_files
from shotlog.media.images.orientation import UPRIGHT, Orientation, read_orientation
from shotlog.media.images.planes import plane_samples
from shotlog.media.images.sequence import SequenceReader, apply_display_transfer

__all__ = [
    "UPRIGHT",
    "NumberedName",
    "Orientation",
    "SequenceReader",
    "apply_display_transfer",
    "build_filter_graph",
    "describe_damaged",
    "list_sequence_files",
    "plane_samples",
    "read_orientation",
    "read_primary",
]
