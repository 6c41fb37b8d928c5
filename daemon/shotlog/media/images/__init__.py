"""Pictures as such: HEIF boxes, orientation, planes, image sequences, filter graphs."""

from shotlog.media.images.filters import filter_graph
from shotlog.media.images.heif import read_primary
from shotlog.media.images.orientation import UPRIGHT, Orientation, orientation_of
from shotlog.media.images.planes import samples
from shotlog.media.images.sequence import (
    NumberedName,
    Pictures,
    as_displayed,
    damaged,
    sequence_files,
)

__all__ = [
    "UPRIGHT",
    "NumberedName",
    "Orientation",
    "Pictures",
    "as_displayed",
    "damaged",
    "filter_graph",
    "orientation_of",
    "read_primary",
    "samples",
    "sequence_files",
]
