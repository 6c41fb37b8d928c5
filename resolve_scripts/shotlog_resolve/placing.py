"""Places for markers: a frame each on a timeline where others have theirs already."""

from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from shotlog_resolve.host import Identity
from shotlog_resolve.tags import Tag, content_hash, parse_tag

COLOURS = (
    "Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia",
    "Rose", "Lavender", "Sky", "Mint", "Lemon", "Sand", "Cocoa", "Cream",
)  # fmt: skip
"""The colours that Resolve knows for markers; any other name is refused silently."""

FAMILY_COLOURS = {"shot": "Cyan", "move": "Purple", "highlight": "Yellow", "problem": "Red"}
"""Colours for markers whose own colour Resolve does not know."""

NUDGE = "nudge"
SKIP = "skip"
POLICIES = (NUDGE, SKIP)
"""What to do with a marker whose frame is taken: move it a little, or leave it out."""

_STEPS = (1, -1, 2, -2, 3, -3)
"""Frames by which a marker is moved to a free one, in the order of trial."""

TAKEN = "another marker is there"
BEYOND = "it lies after the end of the timeline"


class Placed(NamedTuple):
    """A marker with the frame that it is to have."""

    frame: int
    colour: str
    duration: int
    name: str
    note: str
    tag: Tag
    moved: bool

    @property
    def arguments(self) -> Tuple[int, str, str, str, int, str]:
        """Arguments of Resolve's ``AddMarker``."""
        data = self.tag.custom_data()
        return self.frame, self.colour, self.name, self.note, self.duration, data


class SkippedMarker(NamedTuple):
    """A marker that was left out."""

    name: str
    frame: int
    reason: str


def place_markers(
    ready: Iterable[Dict[str, Any]],
    taken: Set[int],
    length: int,
    policy: str,
    identity: Identity,
) -> Tuple[List[Placed], List[SkippedMarker]]:
    """Find a frame for each marker.

    Args:
        ready: Markers as the bridge gives them.
        taken: Frames of markers that stay.
        length: Frames of the timeline.
        policy: One of :data:`POLICIES`, for markers whose frame is taken.
        identity: Ids of the project and the timeline, for their tags.
    """
    fitting: List[Tuple[int, int, Dict[str, Any]]] = []
    skipped: List[SkippedMarker] = []
    for marker in sorted(ready, key=lambda m: int(m["frame"])):
        span = _clamped(marker, length)
        if span is None:
            skipped.append(SkippedMarker(marker["name"], int(marker["frame"]), BEYOND))
        else:
            fitting.append((span[0], span[1], marker))
    wanted = {first for first, _, _ in fitting}
    taken, placed = set(taken), []
    for first, end, marker in fitting:
        frame = None if first in taken else first
        if frame is None and policy == NUDGE:
            frame = _free_frame(first, end, _own_start(marker, first), taken | wanted)
        if frame is None:
            skipped.append(SkippedMarker(marker["name"], first, TAKEN))
            continue
        taken.add(frame)
        placed.append(_placed(marker, frame, max(1, end - frame), frame != first, identity))
    return placed, skipped


def _clamped(marker: Dict[str, Any], length: int) -> Optional[Tuple[int, int]]:
    """Return the marker's first frame and the one after its last, both on the timeline."""
    first = int(marker["frame"])
    end = first + max(1, int(marker["duration"]))
    if first == length and first > 0:  # a range that ends with the timeline, rounded up
        first = length - 1
    first, end = max(0, first), min(end, length)
    return (first, max(end, first + 1)) if first < length and end > 0 else None


def _own_start(marker: Dict[str, Any], first: int) -> int:
    """Return the first frame of the marker's subject, from which the bridge may have moved it."""
    tag = parse_tag(marker.get("custom_data"))
    return min(first, tag.at) if tag else first


def _free_frame(first: int, end: int, start: int, taken: Set[int]) -> Optional[int]:
    """Return the nearest free frame inside the shot; None if there is none within reach."""
    for step in _STEPS:
        if start <= first + step < end and first + step not in taken:
            return first + step
    return None


def _placed(
    marker: Dict[str, Any], frame: int, duration: int, moved: bool, identity: Identity
) -> Placed:
    colour, name, note = str(marker["colour"]), str(marker["name"]), str(marker["note"])
    family = str(marker["family"])
    if colour not in COLOURS:
        colour = FAMILY_COLOURS.get(family, FAMILY_COLOURS["shot"])
    told = parse_tag(marker.get("custom_data"))
    tag = Tag(
        id=str(marker["marker"]),
        family=family,
        at=told.at if told else int(marker["frame"]),
        hash=content_hash(colour, duration, name, note),
        project=identity[0],
        timeline=identity[1],
        frame=frame,
        clip=str(marker.get("clip") or ""),
    )
    return Placed(frame, colour, duration, name, note, tag, moved)
