"""The part of a timeline that a menu entry is about."""

from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host

TIMELINE, RANGE, SELECTION, CLIP = "timeline", "range", "selection", "clip"
"""Everything, between in and out point, the selected clips, the clip at the playhead."""

OUT_IS_INCLUSIVE = True
"""The frame of the out point belongs to the range, as in Resolve's viewer. Not documented for
``GetMarkInOut``; ``docs/manual-checks.md`` has the check."""


class Track(NamedTuple):
    """Items of one video track.

    Attributes:
        number: Number of the track, from 1.
        enabled: False if it is switched off.
        name: Its name.
        items: Its items in the scope.
    """

    number: int
    enabled: bool
    name: str
    items: List[Any]


def marked_range(host: Host, length: int) -> Tuple[int, int]:
    """Return in and out point of the open timeline: the first frame, and that after the last.

    Args:
        host: Resolve.
        length: Length of the timeline, in frames.

    Raises:
        ScriptError: None is set, or this version does not tell.
    """
    timeline = host.timeline
    if not host.has(timeline, "GetMarkInOut"):
        raise ScriptError(
            f"DaVinci Resolve {host.version_text} does not tell scripts the in and out point.",
            "Update Resolve, or analyse the whole timeline.",
        )
    marks = (timeline.GetMarkInOut() or {}).get("video") or {}
    if not marks:
        raise ScriptError(
            "The timeline has no in or out point.", "Set them with I and O, then run Shotlog again."
        )
    # Relative to the start of the timeline; what is not set is left out.
    start = max(0, round(float(marks.get("in", 0))))
    last = marks.get("out")
    end = length if last is None else round(float(last)) + (1 if OUT_IS_INCLUSIVE else 0)
    return start, min(length, end)


def tracks_in(host: Host, scope: str) -> Iterator[Track]:
    """Yield the video tracks of the open timeline with the items in a scope.

    Raises:
        ScriptError: This version of Resolve does not tell, or the scope is empty.
    """
    if scope in (TIMELINE, RANGE):
        yield from _all_tracks(host)
        return
    found = _selected(host) if scope == SELECTION else [_current(host)]
    for index in sorted({index for index, _ in found}):
        yield _track(host.timeline, index, [item for at, item in found if at == index])


def _all_tracks(host: Host) -> Iterator[Track]:
    timeline = host.timeline
    for index in range(1, int(timeline.GetTrackCount("video") or 0) + 1):
        items = host.items(timeline.GetItemListInTrack("video", index))
        if items:
            yield _track(timeline, index, items)


def _track(timeline: Any, index: int, items: List[Any]) -> Track:
    enabled = timeline.GetIsTrackEnabled("video", index) is not False
    return Track(index, enabled, str(timeline.GetTrackName("video", index) or ""), items)


def _selected(host: Host) -> List[Tuple[int, Any]]:
    timeline = host.timeline
    if not host.has(timeline, "GetSelectedClips"):
        raise ScriptError(
            f"DaVinci Resolve {host.version_text} does not tell scripts which clips are selected;"
            " version 21.0.4 and later do.",
            "Set an in and an out point around them and analyse that range.",
        )
    found = []
    for item in host.items(timeline.GetSelectedClips()):
        index = _video_track(host, item)
        if index is not None:
            found.append((index, item))
    if not found:
        raise ScriptError(
            "No video clip is selected.", "Select clips in the timeline, then run Shotlog again."
        )
    return found


def _current(host: Host) -> Tuple[int, Any]:
    item = host.timeline.GetCurrentVideoItem()
    index = _video_track(host, item) if item is not None else None
    if index is None:
        raise ScriptError(
            "There is no video clip at the playhead.",
            "Move the playhead over a clip, then run Shotlog again.",
        )
    return index, item


def _video_track(host: Host, item: Any) -> Optional[int]:
    """Return the number of the video track that holds an item; None for sound."""
    if host.has(item, "GetTrackTypeAndIndex"):
        kind, index = host.items(item.GetTrackTypeAndIndex())[:2] or ("", 0)
        return int(index) if kind == "video" else None
    wanted = item.GetUniqueId()
    for track in _all_tracks(host):
        if any(other.GetUniqueId() == wanted for other in track.items):
            return track.number
    return None
