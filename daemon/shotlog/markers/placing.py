"""Markers as an editing program holds them: one on a frame, with its colour and clean texts."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from typing import NamedTuple

from shotlog.markers.options import DEFAULT_OPTIONS, MarkerOptions
from shotlog.markers.ownership import custom_data
from shotlog.markers.palettes import colour_in
from shotlog.markers.text import NAME_LIMIT, NOTE_LIMIT, clean
from shotlog.schema import Edit, Marker

DIALECT = "resolve"
"""The dialect whose colours placed markers have: no other program takes markers of this form."""


class PlacedMarker(NamedTuple):
    """A marker with everything that is set in the editing program.

    Attributes:
        frame: Its frame, from the timeline's first frame.
        duration: Length in frames, at least 1.
        colour: Its colour, as DaVinci Resolve calls it.
        name: Its name.
        note: Its note; may have several lines.
        custom_data: Text that identifies it as ours; see :func:`custom_data`.
        marker: The marker that it was made of.
    """

    frame: int
    duration: int
    colour: str
    name: str
    note: str
    custom_data: str
    marker: Marker


def place_markers(
    markers: Sequence[Marker], edit: Edit, options: MarkerOptions = DEFAULT_OPTIONS
) -> list[PlacedMarker]:
    """Return markers by frame, each on a frame of its own.

    Args:
        markers: Markers by frame; of several on one frame, the first stays and the others move.
        edit: The timeline that they belong to.
        options: Their colours.
    """
    frames = free_frames([marker.frame for marker in markers], frames_of(edit))
    placed = [_placed(m, frame, options) for m, frame in zip(markers, frames, strict=True)]
    return sorted(placed, key=lambda marker: marker.frame)


def frames_of(edit: Edit) -> int:
    """Return the number of frames of a timeline, the last one counted in where it is cut."""
    return math.ceil(edit.duration * edit.rate)


def free_frames(wanted: Sequence[int], length: int) -> list[int]:
    """Return a frame of its own for each marker, in the order given.

    Args:
        wanted: The frames that the markers want; of several on one, the first stays.
        length: Number of frames of the timeline, in which the others look for free ones.
    """
    # All frames that markers want are taken at once: none moves to a frame that another needs.
    taken = set(wanted)
    # Of each frame the place where the last marker went, as all up to there are taken: to search
    # them again for each of thousands on one frame would take minutes.
    reached: dict[int, int] = {}
    found = []
    for frame in wanted:
        free = _free(frame, reached[frame], taken, length) if frame in reached else frame
        reached[frame] = max(free, reached.get(frame, frame))
        taken.add(free)
        found.append(free)
    return found


def _free(frame: int, reached: int, taken: Container[int], frames: int) -> int:
    """Return the next free frame, or, if there is none up to the end, the last free one before."""
    after = next((n for n in range(reached + 1, frames) if n not in taken), None)
    if after is not None:
        return after
    return next((n for n in range(frame - 1, -1, -1) if n not in taken), frame)


def _placed(marker: Marker, frame: int, options: MarkerOptions) -> PlacedMarker:
    name, note = clean(marker.name, NAME_LIMIT), clean(marker.note, NOTE_LIMIT)
    colour = options.colour(DIALECT, marker.family) or str(colour_in(DIALECT, marker.family))
    duration = max(1, marker.duration - max(0, frame - marker.frame))
    own = custom_data(
        marker.id, marker.family.value, marker.frame,
        colour=colour, duration=duration, name=name, note=note,
    )  # fmt: skip
    return PlacedMarker(frame, duration, colour, name, note, own, marker)
