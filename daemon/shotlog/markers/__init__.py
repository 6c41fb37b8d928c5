"""Markers of findings: texts, colours, and ownership; for timeline files and the bridge alike."""

from shotlog.markers.making import markers_of
from shotlog.markers.options import DEFAULT_OPTIONS, MarkerColours, MarkerOptions
from shotlog.markers.ownership import (
    METADATA_KEY,
    MarkerTag,
    custom_data,
    hash_in_file,
    hash_in_text,
    join_tag,
    split_tag,
)
from shotlog.markers.palette import PALETTE
from shotlog.markers.placing import PlacedMarker, place_markers
from shotlog.markers.text import NAME_LIMIT, NOTE_LIMIT, TextLimits, clean

__all__ = [
    "DEFAULT_OPTIONS",
    "METADATA_KEY",
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "PALETTE",
    "MarkerColours",
    "MarkerOptions",
    "MarkerTag",
    "PlacedMarker",
    "TextLimits",
    "clean",
    "custom_data",
    "hash_in_file",
    "hash_in_text",
    "join_tag",
    "markers_of",
    "place_markers",
    "split_tag",
]
