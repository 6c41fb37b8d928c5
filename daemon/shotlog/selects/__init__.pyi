from .cards import draw_card
from .carrying import EditorMarker, editor_markers
from .clips import WrittenClip, write_clips
from .correcting import correct_labels
from .grouping import GROUPINGS, Arrangement, Grouping, ShotOrder, arrange_shots
from .lengths import Length
from .making import Layout, make_selects, make_stringouts
from .marked import MarkedTimeline, read_marked_timeline
from .passages import group_by_highlight, with_highlights
from .picks import Pick, PickGroup, PlacedGroup, Selects, count_of_shots
from .writing import write_selects

__all__ = [
    "GROUPINGS",
    "Arrangement",
    "EditorMarker",
    "Grouping",
    "Layout",
    "Length",
    "MarkedTimeline",
    "Pick",
    "PickGroup",
    "PlacedGroup",
    "Selects",
    "ShotOrder",
    "WrittenClip",
    "arrange_shots",
    "correct_labels",
    "count_of_shots",
    "draw_card",
    "editor_markers",
    "group_by_highlight",
    "make_selects",
    "make_stringouts",
    "read_marked_timeline",
    "with_highlights",
    "write_clips",
    "write_selects",
]
