"""A timeline's OpenTimelineIO export: what Resolve's calls do not tell about its clips.

One call exports the whole timeline. It is the only way to tell a speed ramp from a constant speed,
in any version of Resolve, and it tells the content of compound clips, speeds as exact numbers, and
source ranges to a part of a frame. The meaning of its numbers is that of shotlog_otio, which reads
the same files when they are given to Shotlog directly; both give the same clips.

The export is not handed to the bridge as it is: the script must know the timeline item of each
clip, limit itself to a scope, and leave out what is switched off.
"""

import json
import shutil
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from shotlog_resolve.otio_items import (
    Item,
    Part,
    View,
    is_enabled,
    is_picture,
    kind_of,
    length_of,
    parts_of,
)
from shotlog_resolve.rates import nearest


class Place(NamedTuple):
    """The item that a track of the export holds at some frame.

    Attributes:
        nest: True for a compound clip or a nested timeline.
        length: Its length in frames.
        parts: The clip; for a nest all clips in it.
    """

    nest: bool
    length: int
    parts: List[Part]


class Export:
    """The clips of an export.

    Args:
        timeline: The object of the JSON.
        rate: Frames per second of the timeline.

    Attributes:
        tracks: Of each video track, the places by their first frame on the timeline.
    """

    def __init__(self, timeline: Item, rate: Fraction) -> None:
        stack = timeline["tracks"]
        self.tracks: List[Dict[int, Place]] = [
            dict(_places(track, rate)) for track in stack["children"] if is_picture(track)
        ]

    def place(self, track: int, start: int, length: int) -> Optional[Place]:
        """Return what a track, counted from 1, holds at a frame; None where the lengths differ."""
        places = self.tracks[track - 1] if track <= len(self.tracks) else {}
        found = places.get(start)
        return found if found is not None and abs(found.length - length) <= 1 else None


def export_timeline(
    resolve: Any, timeline: Any, rate: Fraction, folder: Optional[str] = None
) -> Optional[Export]:
    """Export a timeline to a temporary place and read it.

    Args:
        resolve: It holds the constant of the format.
        timeline: The timeline.
        rate: Its frames per second.
        folder: Folder for the temporary file; Resolve from the App Store may write in few. None
            takes the system's.

    Returns:
        None if this version does not export OpenTimelineIO, or the export fails.
    """
    kind = getattr(resolve, "EXPORT_OTIO", None)
    if kind is None:
        return None
    place = None
    try:
        place = tempfile.mkdtemp(prefix="shotlog-", dir=folder)
        path = Path(place, "timeline.otio")
        if timeline.Export(str(path), kind) is not True:
            return None
        # A name that is no UTF-8 must not cost the timeline.
        return Export(json.loads(path.read_text("utf-8", "surrogateescape")), rate)
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return None
    finally:
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


def _places(track: Item, rate: Fraction) -> Iterator[Tuple[int, Place]]:
    whole = Fraction(10**9)
    view = View(Fraction(0), whole, Fraction(0), Fraction(1), enabled=is_enabled(track))
    position = Fraction(0)
    for child in track["children"]:
        if kind_of(child) == "Transition":  # takes no time: it lies over the clips on both sides
            continue
        length = length_of(child)
        if kind_of(child) != "Gap":
            parts = list(parts_of(child, view, position))
            place = Place(kind_of(child) != "Clip", nearest(length * rate), parts)
            yield nearest(position * rate), place
        position += length
