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

from shotlog_resolve.rates import exact_rate, exact_scalar, exact_time, nearest

Item = Dict[str, Any]
"""An object of the JSON."""


class Part(NamedTuple):
    """A clip of the export, or one inside of a compound clip.

    Attributes:
        name: Its name.
        start: Its first moment on the timeline, in seconds from the timeline's start.
        end: Its end there.
        source: The moment of the source that is shown at ``start``, in seconds from the start of
            its media.
        media_start: The timecode of that start, in seconds; None if the export does not tell it,
            and then ``source`` counts from timecode 0.
        speed: Source seconds per timeline second; negative backwards, 0 for a freeze frame.
        unknown: Why the speed is not known; None where it is.
        enabled: False if it, or something around it, is switched off.
        reference: Its media reference.
    """

    name: str
    start: Fraction
    end: Fraction
    source: Fraction
    media_start: Optional[Fraction]
    speed: Fraction
    unknown: Optional[str]
    enabled: bool
    reference: Item


class Place(NamedTuple):
    """What a track of the export holds at some frame.

    Attributes:
        nest: True for a compound clip or a nested timeline.
        length: Its length in frames.
        parts: The clip; for a nest all clips in it.
    """

    nest: bool
    length: int
    parts: List[Part]


class _View(NamedTuple):
    """The part of an item that the timeline shows, and the map to the item's own clock."""

    start: Fraction
    end: Fraction
    origin: Fraction
    speed: Fraction
    unknown: Optional[str] = None
    enabled: bool = True


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
            dict(_places(track, rate)) for track in stack["children"] if _is_picture(track)
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
    view = _View(Fraction(0), whole, Fraction(0), Fraction(1), enabled=_is_enabled(track))
    position = Fraction(0)
    for child in track["children"]:
        if _kind(child) == "Transition":  # takes no time: it lies over the clips on both sides
            continue
        length = _length(child)
        if _kind(child) != "Gap":
            parts = list(_parts(child, view, position))
            place = Place(_kind(child) != "Clip", nearest(length * rate), parts)
            yield nearest(position * rate), place
        position += length


def _parts(item: Item, parent: _View, at: Fraction) -> Iterator[Part]:
    """Yield the clips of an item that starts at a moment of its parent's clock."""
    view = _enter(item, parent, at)
    if view is None or _kind(item) == "Gap":
        return
    if _kind(item) == "Clip":
        reference = _reference(item)
        media = reference.get("available_range")
        start = _seconds(media["start_time"]) if media else None
        yield Part(
            str(item.get("name") or ""), view.start, view.end, view.origin - (start or 0), start,
            view.speed, view.unknown, view.enabled, reference,
        )  # fmt: skip
        return
    position = Fraction(0)
    for child in item.get("children") or []:
        if _kind(child) == "Transition" or not _is_picture(child):
            continue
        yield from _parts(child, view, position)
        if _kind(item) == "Track":
            position += _length(child)


def _enter(item: Item, parent: _View, at: Fraction) -> Optional[_View]:
    """Return the view of an item; None where nothing of it is shown."""
    speed, unknown = _speed(item)
    first, length = _own_range(item)
    start, end = parent.start, parent.end
    if parent.speed:
        edges = [parent.start + (p - parent.origin) / parent.speed for p in (at, at + length)]
        start, end = max(start, min(edges)), min(end, max(edges))
    elif not at <= parent.origin < at + length:
        return None
    if start >= end:
        return None
    own = parent.origin + (start - parent.start) * parent.speed - at
    origin = first + own * speed + (length * -speed if speed < 0 else 0)
    return _View(
        start, end, origin, parent.speed * speed,
        parent.unknown or unknown, parent.enabled and _is_enabled(item),
    )  # fmt: skip


def _speed(item: Item) -> Tuple[Fraction, Optional[str]]:
    """Return the product of an item's time effects, and why it is not known."""
    speed = Fraction(1)
    for effect in item.get("effects") or []:
        kind = _kind(effect)
        if effect.get("enabled") is False:
            continue
        if kind == "FreezeFrame":
            return Fraction(0), None
        if kind == "LinearTimeWarp":
            try:
                speed *= exact_scalar(effect["time_scalar"])
            except ValueError:
                return Fraction(1), f"it has a speed of {effect['time_scalar']}"
        elif kind == "TimeEffect":
            # The meaning of its key frames is not documented, so the curve cannot be computed.
            own = (effect.get("metadata") or {}).get("Resolve_OTIO") or {}
            keys = own.get("Key Frames")
            told = f" of {len(keys)} key frames" if isinstance(keys, list) else ""
            return Fraction(1), f"it has a speed ramp{told}, and ramps are not analysed yet"
    return speed, None


def _own_range(item: Item) -> Tuple[Fraction, Fraction]:
    """Return start and duration of an item on its own clock, in seconds."""
    own = item.get("source_range")
    if own is None and _kind(item) == "Clip":
        own = _reference(item).get("available_range")
    if own is not None:
        return _seconds(own["start_time"]), _seconds(own["duration"])
    lengths = [_length(c) for c in item.get("children") or [] if _kind(c) != "Transition"]
    if _kind(item) == "Track":
        return Fraction(0), sum(lengths, Fraction(0))
    return Fraction(0), max(lengths) if lengths else Fraction(0)


def _length(item: Item) -> Fraction:
    return _own_range(item)[1]


def _seconds(time: Optional[Item]) -> Fraction:
    return exact_time(time["value"]) / exact_rate(time["rate"]) if time else Fraction(0)


def _reference(clip: Item) -> Item:
    references = clip.get("media_references") or {}
    key = clip.get("active_media_reference_key") or "DEFAULT_MEDIA"
    return references.get(key) or clip.get("media_reference") or {}


def _kind(item: Item) -> str:
    return str(item.get("OTIO_SCHEMA")).split(".")[0]


def _is_picture(item: Item) -> bool:
    kind = str(item.get("kind") or "").casefold()
    return _kind(item) != "Track" or kind in ("video", "")


def _is_enabled(item: Item) -> bool:
    return item.get("enabled") is not False
