"""What a marker says, its colours, and how we know it again: one place for every door."""

from shotlog.markers.making import markers_of
from shotlog.markers.ownership import custom_data, hash_in_file
from shotlog.markers.palette import PALETTE
from shotlog.markers.text import NAME_LIMIT, NOTE_LIMIT, clean

__all__ = [
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "PALETTE",
    "clean",
    "custom_data",
    "hash_in_file",
    "markers_of",
]
