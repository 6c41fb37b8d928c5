"""Markers of findings: texts, colours, and ownership; for timeline files and the bridge alike."""

from shotlog.markers.colours import RGB, Colour, ColourValue, Palette
from shotlog.markers.making import markers_of
from shotlog.markers.naming import (
    DEFECT,
    REFRAMED,
    NamedLabels,
    families_of_name,
    labels_of_name,
    same_name,
)
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
from shotlog.markers.palette_table import OTIO_COLOURS, PALETTES
from shotlog.markers.palettes import (
    any_colour,
    colour_in,
    colour_named,
    names_in,
    nearest,
    standard_colour,
)
from shotlog.markers.placing import PlacedMarker, frames_of, free_frames, place_markers
from shotlog.markers.text import NAME_LIMIT, NOTE_LIMIT, TextLimits, clean

__all__ = [
    "DEFAULT_OPTIONS",
    "DEFECT",
    "METADATA_KEY",
    "NAME_LIMIT",
    "NOTE_LIMIT",
    "OTIO_COLOURS",
    "PALETTE",
    "PALETTES",
    "REFRAMED",
    "RGB",
    "Colour",
    "ColourValue",
    "MarkerColours",
    "MarkerOptions",
    "MarkerTag",
    "NamedLabels",
    "Palette",
    "PlacedMarker",
    "TextLimits",
    "any_colour",
    "clean",
    "colour_in",
    "colour_named",
    "custom_data",
    "families_of_name",
    "frames_of",
    "free_frames",
    "hash_in_file",
    "hash_in_text",
    "join_tag",
    "labels_of_name",
    "markers_of",
    "names_in",
    "nearest",
    "place_markers",
    "same_name",
    "split_tag",
    "standard_colour",
]
