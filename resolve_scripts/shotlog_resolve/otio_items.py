"""The items of an OpenTimelineIO export: what each shows of its media, and when.

The meaning of the numbers is that of shotlog_otio for Resolve: the duration of a ``source_range``
is time on the timeline, its start the earliest content that is shown, also backwards.
"""

from fractions import Fraction
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

from shotlog_resolve.rates import exact_rate, exact_scalar, exact_time

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
        media_length: Its length, in seconds.
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
    media_length: Fraction
    speed: Fraction
    unknown: Optional[str]
    enabled: bool
    reference: Item


class View(NamedTuple):
    """The part of an item that the timeline shows, and the map to the item's own clock.

    Attributes:
        start: First moment on the timeline, in seconds.
        end: End there.
        origin: The moment of the item's own clock that is shown at ``start``, in seconds.
        speed: Seconds of that clock per second of the timeline.
        unknown: Why the speed is not known; None where it is.
        enabled: False if the item, or something around it, is switched off.
    """

    start: Fraction
    end: Fraction
    origin: Fraction
    speed: Fraction
    unknown: Optional[str] = None
    enabled: bool = True


def parts_of(item: Item, parent: View, at: Fraction) -> Iterator[Part]:
    """Yield the clips of an item that starts at a moment of its parent's clock."""
    view = _enter(item, parent, at)
    if view is None or kind_of(item) == "Gap":
        return
    if kind_of(item) == "Clip":
        reference = _reference(item)
        media = reference.get("available_range")
        start = _seconds(media["start_time"]) if media else None
        length = _seconds(media["duration"]) if media else Fraction(0)
        yield Part(
            str(item.get("name") or ""), view.start, view.end, view.origin - (start or 0), start,
            length, view.speed, view.unknown, view.enabled, reference,
        )  # fmt: skip
        return
    position = Fraction(0)
    for child in item.get("children") or []:
        if kind_of(child) == "Transition" or not is_picture(child):
            continue
        yield from parts_of(child, view, position)
        if kind_of(item) == "Track":
            position += length_of(child)


def _enter(item: Item, parent: View, at: Fraction) -> Optional[View]:
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
    return View(
        start, end, origin, parent.speed * speed,
        parent.unknown or unknown, parent.enabled and is_enabled(item),
    )  # fmt: skip


def _speed(item: Item) -> Tuple[Fraction, Optional[str]]:
    """Return the product of an item's time effects, and why it is not known."""
    speed = Fraction(1)
    for effect in item.get("effects") or []:
        kind = kind_of(effect)
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
    if own is None and kind_of(item) == "Clip":
        own = _reference(item).get("available_range")
    if own is not None:
        return _seconds(own["start_time"]), _seconds(own["duration"])
    lengths = [length_of(c) for c in item.get("children") or [] if kind_of(c) != "Transition"]
    if kind_of(item) == "Track":
        return Fraction(0), sum(lengths, Fraction(0))
    return Fraction(0), max(lengths) if lengths else Fraction(0)


def length_of(item: Item) -> Fraction:
    """Return the time that an item takes on its parent's clock, in seconds."""
    return _own_range(item)[1]


def _seconds(time: Optional[Item]) -> Fraction:
    return exact_time(time["value"]) / exact_rate(time["rate"]) if time else Fraction(0)


def _reference(clip: Item) -> Item:
    references = clip.get("media_references") or {}
    key = clip.get("active_media_reference_key") or "DEFAULT_MEDIA"
    return references.get(key) or clip.get("media_reference") or {}


def kind_of(item: Item) -> str:
    """Return the schema of an object, without its version."""
    return str(item.get("OTIO_SCHEMA")).split(".")[0]


def is_picture(item: Item) -> bool:
    """Return whether an item may hold picture: all but tracks of another kind."""
    kind = str(item.get("kind") or "").casefold()
    return kind_of(item) != "Track" or kind in ("video", "")


def is_enabled(item: Item) -> bool:
    """Return whether an item is switched on; older files do not tell."""
    return item.get("enabled") is not False
