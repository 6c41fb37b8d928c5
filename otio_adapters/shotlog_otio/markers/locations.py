"""Where markers stand: on which object of a timeline's JSON, and where in that object's time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from shotlog.schema import ClipRange, Edit, Marker, TimelineUnreadable, exact_rate, nearest_frame
from shotlog_otio.formats import load
from shotlog_otio.marker_json import hash_of, is_edited, own_data, rate_in, seconds_in, start_of
from shotlog_otio.markers.marker_edits import MARKERS

Place = tuple[str | int, ...]
"""Keys and positions from the root of a JSON document to an object in it."""


_DEFAULT_MEDIA = "DEFAULT_MEDIA"
"""OpenTimelineIO's key of a clip's media where the clip does not choose."""


@dataclass(frozen=True)
class Wanted:
    """A marker that is to be written: on which object, and where in that object's time."""

    marker: Marker
    owner: Place
    start: Fraction
    duration: Fraction
    rate: float

    @property
    def hash(self) -> str:
        """Of what an editor will see of it."""
        return hash_of(self.marker, self.start, self.duration, self.rate)


@dataclass(frozen=True, eq=False)
class Standing:
    """A marker of ours that stands in a file: on which object, at which position of its list.

    Its hash is of what we wrote, whatever an editor has made of that.
    """

    owner: Place
    position: int
    marker: Mapping[str, Any]
    id: str
    family: str
    start: Fraction | None
    edited: bool
    hash: str

    @classmethod
    def found(cls, owner: Place, position: int, marker: Any) -> Standing | None:
        """What stands there, if it is ours."""
        own = own_data(marker)
        if own is None:
            return None
        family, start, wrote = str(own.get("family")), start_of(marker), str(own.get("hash"))
        return cls(owner, position, marker, own["id"], family, start, is_edited(marker), wrote)


def standing_markers(data: Mapping[str, Any]) -> list[Standing]:
    """Every marker of ours, on whatever object; others' metadata is not looked into."""
    found: list[Standing] = []
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, list):
            waiting += [((*place, i), value) for i, value in reversed(list(enumerate(item)))]
        if not isinstance(item, dict):
            continue
        listed = item.get(MARKERS)
        here = enumerate(listed if isinstance(listed, list) else ())
        found += filter(None, (Standing.found(place, n, marker) for n, marker in here))
        inner = [(k, v) for k, v in item.items() if k not in (MARKERS, "metadata")]
        waiting += [((*place, key), value) for key, value in reversed(inner)]
    return found


def wanted_markers(
    markers: Sequence[Marker], edit: Edit, data: Mapping[str, Any], on: str
) -> list[Wanted]:
    """Where each marker goes."""
    clips = {clip.id: clip for clip in edit.clips}
    stack = _stack_place(edit, data)
    origin = _origin(object_at(data, stack), edit)
    wanted = []
    for marker in markers:
        clip = clips.get(marker.clip or "") if on == "clips" else None
        if clip is not None and marker.source_start is not None:
            wanted.append(_on_clip(marker, clip, _clip_rate(object_at(data, clip.path), edit.rate)))
            continue
        start, duration = Fraction(marker.frame), Fraction(marker.duration)
        wanted.append(
            Wanted(
                marker=marker,
                owner=stack,
                start=start / marker.rate + origin,
                duration=duration / marker.rate,
                rate=float(marker.rate),
            )
        )
    return wanted


def unmarkable(data: Mapping[str, Any], places: Iterable[Place]) -> frozenset[Place]:
    """Return the places of objects that markers cannot be put on without losing something.

    There something else stands in the place of the list of markers; nothing and null give way.
    """
    listed = {place: object_at(data, place).get(MARKERS) for place in places}
    return frozenset(place for place, found in listed.items() if not isinstance(found, list | None))


def _owners(edit: Edit, data: Mapping[str, Any], on: str) -> tuple[Place, ...]:
    """Return the places of all objects that markers may be put on."""
    clips = (clip.path for clip in edit.clips) if on == "clips" else ()
    return (_stack_place(edit, data), *clips)


def check_marker_lists(
    source: Path, edit: Edit, *, on: Literal["timeline", "clips"] = "timeline"
) -> None:
    """Refuses, before the long work, a timeline that not one marker can be put into.

    Args:
        source: The timeline; ``edit`` was read from it.
        edit: Its clips. Where reading it gave no warning nothing is damaged, and it is not read
            again.
        on: Where markers are to go, as for :func:`shotlog_otio.markers.patch.write_markers`.

    Raises:
        TimelineUnreadable: something else stands in the place of every list of markers.
    """
    if not edit.warnings:
        return
    data = load(source).data
    places = _owners(edit, data, on)
    if unmarkable(data, places).issuperset(places):
        raise nowhere(source, on)


def nowhere(source: Path, on: str) -> TimelineUnreadable:
    """Return the error for a timeline that not one marker can be put into."""
    where, other = ("it", "clips") if on == "timeline" else ("its clips", "timeline")
    return TimelineUnreadable(
        str(source),
        f"no marker can be put on {where}: what stands in the place of the list of markers is no"
        " list",
        f"Put them on the {other} with --on {other}, or export the timeline again.",
    )


def object_at(data: Any, place: Place) -> Any:
    """What stands at a place; raises ``LookupError`` or ``TypeError`` where nothing does."""
    for step in place:
        data = data[step]
    return data


def _on_clip(marker: Marker, clip: ClipRange, rate: float) -> Wanted:
    """In whole frames of the clip's own rate, at least one, within what the clip uses."""
    exact = exact_rate(rate)
    begin, finish = marker.source_start or Fraction(0), marker.source_duration or Fraction(0)
    finish += begin
    first = math.ceil(clip.source.start * exact)
    last = max(first + 1, math.floor(clip.source.end * exact))
    start = min(max(nearest_frame(begin, exact), first), last - 1)
    end = min(max(nearest_frame(finish, exact), start + 1), last)
    return Wanted(marker, clip.path, start / exact, (end - start) / exact, rate)


def _stack_place(edit: Edit, data: Mapping[str, Any]) -> Place:
    """Where the timeline's stack stands: above all clips; the root where that is no timeline."""
    path = edit.clips[0].path if edit.clips else ()
    if "tracks" in path:
        return path[: path.index("tracks") + 1]
    return ("tracks",) if "tracks" in data else ()


def _origin(stack: Mapping[str, Any], edit: Edit) -> Fraction:
    """What the stack's own time says at the timeline's first frame.

    A stack or track counts from 0 unless it is trimmed; a clip that stands alone counts in the
    time of its media.
    """
    if str(stack.get("OTIO_SCHEMA")).startswith("Clip.") and edit.clips:
        return edit.clips[0].source.start
    trimmed = stack.get("source_range")
    start = seconds_in(trimmed.get("start_time")) if isinstance(trimmed, dict) else None
    return start or Fraction(0)


def _clip_rate(clip: Mapping[str, Any], timeline_rate: Fraction) -> float:
    """The rate at which a clip counts its source: of its range, its media, or the timeline."""
    references = clip.get("media_references")
    active = str(clip.get("active_media_reference_key") or _DEFAULT_MEDIA)
    media = references.get(active) if isinstance(references, dict) else clip.get("media_reference")
    available = media.get("available_range") if isinstance(media, dict) else None
    for found in (clip.get("source_range"), available):
        if isinstance(found, dict) and (rate := rate_in(found.get("start_time"))):
            return rate
    return float(timeline_rate)
