"""Crops of clips as key frames in editors' files, and back."""

from shotlog_otio.crops.reading import read_reframing
from shotlog_otio.crops.writing import (
    CROP_SUFFIXES,
    WrittenCrops,
    check_crop_output,
    lost_markers,
    write_reframing,
)

__all__ = [
    "CROP_SUFFIXES",
    "WrittenCrops",
    "check_crop_output",
    "lost_markers",
    "read_reframing",
    "write_reframing",
]
