"""Timelines to clip ranges: layout, time effects, clocks; new timelines of footage."""

from shotlog_otio.timeline.facts import (
    FactsReader,
    ItemFacts,
    ItemFade,
    Level,
    LevelPoint,
    UnfollowedPart,
    checked_gain,
    fades,
    gain_of_decibels,
    gap_fade,
    is_dissolve,
    joined,
    level_of,
    points_of_decibels,
    steady,
)
from shotlog_otio.timeline.footage import FootageClock, footage_clock
from shotlog_otio.timeline.keyed_speed import retiming_by_keys
from shotlog_otio.timeline.new_markers import NewMarker
from shotlog_otio.timeline.new_timeline import (
    make_timeline,
    make_timeline_of_pieces,
    pieces_clock,
)
from shotlog_otio.timeline.nodes import (
    Address,
    Child,
    Kind,
    Node,
    SequenceInfo,
    TimelineTree,
    stack_of,
    track_of,
)
from shotlog_otio.timeline.otio_tree import tree_of
from shotlog_otio.timeline.pieces import Blank, MediaPiece, check_piece
from shotlog_otio.timeline.reader import ReadClip, Reading, ShownMarker, reading_of
from shotlog_otio.timeline.sequences import choose_sequence

__all__ = [
    "Address",
    "Blank",
    "Child",
    "FactsReader",
    "FootageClock",
    "ItemFacts",
    "ItemFade",
    "Kind",
    "Level",
    "LevelPoint",
    "MediaPiece",
    "NewMarker",
    "Node",
    "ReadClip",
    "Reading",
    "SequenceInfo",
    "ShownMarker",
    "TimelineTree",
    "UnfollowedPart",
    "check_piece",
    "checked_gain",
    "choose_sequence",
    "fades",
    "footage_clock",
    "gain_of_decibels",
    "gap_fade",
    "is_dissolve",
    "joined",
    "level_of",
    "make_timeline",
    "make_timeline_of_pieces",
    "pieces_clock",
    "points_of_decibels",
    "reading_of",
    "retiming_by_keys",
    "stack_of",
    "steady",
    "track_of",
    "tree_of",
]
