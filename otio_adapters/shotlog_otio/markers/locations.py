"""Locations of markers: the object of a timeline's JSON that holds each, and its time there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from shotlog.markers import METADATA_KEY
from shotlog.schema import (
    ClipRange,
    Edit,
    Marker,
    TimelineUnreadable,
    TimeRange,
    exact_rate,
    nearest_frame,
    seconds_of,
)
from shotlog_otio.dialects import Dialect
from shotlog_otio.documents import Document, JsonPath
from shotlog_otio.markers.marker_edits import MARKERS
from shotlog_otio.markers.spelling import (
    is_edited,
    own_data,
    rate_in,
    returned_tag,
    seconds_in,
    start_of,
)

Target = Literal["timeline", "clips"]
"""The objects that markers are put on: the timeline's stack, or the clips."""

_DEFAULT_MEDIA = "DEFAULT_MEDIA"
"""OpenTimelineIO's key of a clip's media where the clip does not choose."""


@dataclass(frozen=True)
class PlannedMarker:
    """A marker to be written.

    Attributes:
        marker: The marker.
        owner: The object that is to hold it.
        start: Its start in the owner's time, in seconds.
        duration: Its length, in seconds.
        rate: The rate at which the owner counts frames, as the file writes it.
    """

    marker: Marker
    owner: JsonPath
    start: Fraction
    duration: Fraction
    rate: float


@dataclass(frozen=True, eq=False)
class ExistingMarker:
    """A marker of ours in a file.

    Attributes:
        owner: The object that holds it.
        position: Its position in the owner's list of markers.
        marker: Its JSON.
        id: Its identity.
        family: Its kind.
        start: Its start in the owner's time, in seconds; None where that cannot be read.
        edited: True where an editor has changed it.
        hash: The hash of what we wrote, whatever an editor has changed.
    """

    owner: JsonPath
    position: int
    marker: Mapping[str, Any]
    id: str
    family: str
    start: Fraction | None
    edited: bool
    hash: str

    @classmethod
    def parse(
        cls, owner: JsonPath, position: int, marker: Any, dialect: Dialect
    ) -> ExistingMarker | None:
        """Return an element of a list of markers, where it is ours."""
        own = own_data(marker)
        tag = returned_tag(marker, dialect) if own is None else None
        if own is not None:
            id_, family, wrote = own["id"], str(own.get("family")), str(own.get("hash"))
        elif tag is not None:
            id_, family, wrote = tag.id, tag.family.value, tag.hash
        else:
            return None
        edited = is_edited(marker, dialect)
        return cls(owner, position, marker, id_, family, start_of(marker), edited, wrote)


def find_own_markers(document: Document, dialect: Dialect) -> list[ExistingMarker]:
    """Return every marker of ours on any object, outer objects before inner."""
    if METADATA_KEY not in document.text:  # nor is our tag, which begins with the same word
        return []
    markers: list[ExistingMarker] = []
    pending: list[tuple[JsonPath, Any]] = [((), document.data)]
    while pending:
        path, item = pending.pop()
        if isinstance(item, list):
            pending += [
                ((*path, i), value)
                for i, value in reversed(list(enumerate(item)))
                if isinstance(value, (dict, list))
            ]
        if not isinstance(item, dict):
            continue
        listed = item.get(MARKERS)
        elements = enumerate(listed if isinstance(listed, list) else ())
        parsed = (ExistingMarker.parse(path, n, marker, dialect) for n, marker in elements)
        markers += filter(None, parsed)
        # Metadata are other tools' own: copies of markers in them are not on the timeline.
        inner = [
            ((*path, key), value)
            for key, value in item.items()
            if isinstance(value, (dict, list)) and key not in (MARKERS, "metadata")
        ]
        # Reversed, as a stack gives back the last first: markers come in the order of the file.
        pending += reversed(inner)
    return markers


def plan_markers(
    markers: Sequence[Marker], edit: Edit, data: Mapping[str, Any], on: Target, dialect: Dialect
) -> list[PlannedMarker]:
    """Return each marker with its location.

    Args:
        markers: The markers.
        edit: The clips that they speak of.
        data: The JSON of the timeline that ``edit`` was read from.
        on: The objects to put markers on; those that belong to no clip go on the stack either way.
        dialect: Of the timeline; one that shows no markers of clips gets all on the stack.
    """
    clips = {clip.id: clip for clip in edit.clips} if dialect.on_clips else {}
    stack = stack_path(edit, data)
    origin = _origin(get_object(data, stack), edit)
    planned = []
    for marker in markers:
        clip = clips.get(marker.clip or "") if on == "clips" else None
        if clip is not None and marker.source_start is not None:
            rate = _clip_rate(get_object(data, clip.path), edit.rate)
            item = _plan_on_clip(marker, clip, rate)
            counted_from = _counted_from(get_object(data, clip.path), dialect)
            planned.append(replace(item, start=item.start - counted_from))
            continue
        planned.append(
            PlannedMarker(
                marker=marker,
                owner=stack,
                start=seconds_of(marker.frame + dialect.marker_shift, marker.rate) + origin,
                duration=seconds_of(marker.duration, marker.rate),
                rate=float(marker.rate),
            )
        )
    return planned


def _counted_from(clip: Mapping[str, Any], dialect: Dialect) -> Fraction:
    """Return the moment of a clip's own clock from which its markers are counted."""
    own = clip.get("source_range")
    start = seconds_in(own.get("start_time")) if isinstance(own, dict) else None
    if start is None:
        return Fraction(0)
    return dialect.marker_origin(TimeRange(start=start, duration=Fraction(0)))


def find_unusable_lists(data: Mapping[str, Any], paths: Iterable[JsonPath]) -> frozenset[JsonPath]:
    """Return the paths of the objects whose member ``markers`` holds something else than a list.

    To put markers there would lose what it holds. No member and ``null`` are empty lists.
    """
    lists = {path: get_object(data, path).get(MARKERS) for path in paths}
    return frozenset(path for path, value in lists.items() if not isinstance(value, list | None))


def check_marker_lists(document: Document, edit: Edit, *, on: Target = "timeline") -> None:
    """Check that a timeline can hold at least one marker.

    Args:
        document: The timeline.
        edit: The clips that were read from it.
        on: The objects to put markers on.

    Raises:
        TimelineUnreadable: Every list of markers is something else than a list.
    """
    clips = (clip.path for clip in edit.clips) if on == "clips" else ()
    paths = (stack_path(edit, document.data), *clips)
    if find_unusable_lists(document.data, paths).issuperset(paths):
        raise no_list_error(document.path, on)


def no_list_error(source: Path, on: Target) -> TimelineUnreadable:
    """Return the error for a timeline that cannot hold a single marker."""
    where, other = ("it", "clips") if on == "timeline" else ("its clips", "timeline")
    return TimelineUnreadable(
        str(source),
        f"no marker can be put on {where}: what stands in the place of the list of markers is no"
        " list",
        f"Put them on the {other} with --on {other}, or export the timeline again.",
    )


def get_object(data: Any, path: JsonPath) -> Any:
    """Return the value at a path.

    Raises:
        LookupError: There is no value at the path.
        TypeError: A step of the path leads into something that has no members.
    """
    for step in path:
        data = data[step]
    return data


def _plan_on_clip(marker: Marker, clip: ClipRange, rate: float) -> PlannedMarker:
    exact = exact_rate(rate)
    begin, finish = marker.source_start or Fraction(0), marker.source_duration or Fraction(0)
    finish += begin
    # Whole frames of the clip's own rate, one at least, which begin within the range that the clip
    # uses: editors do not show markers outside of it. Of the last frame it may use a part.
    first = math.ceil(clip.source.start * exact)
    last = max(first, math.ceil(clip.source.end * exact) - 1)
    start = min(max(nearest_frame(begin, exact), first), last)
    end = max(min(nearest_frame(finish, exact), math.floor(clip.source.end * exact)), start + 1)
    return PlannedMarker(marker, clip.path, start / exact, (end - start) / exact, rate)


def stack_path(edit: Edit, data: Mapping[str, Any]) -> JsonPath:
    """Return the path of the timeline's stack; that of the root where the file holds no stack."""
    path = edit.clips[0].path if edit.clips else ()
    if "tracks" in path:
        return path[: path.index("tracks") + 1]
    return ("tracks",) if "tracks" in data else ()


def _origin(stack: Mapping[str, Any], edit: Edit) -> Fraction:
    """Return the stack's own time at the timeline's first frame, in seconds."""
    # A clip that stands alone counts in the time of its media.
    if str(stack.get("OTIO_SCHEMA")).startswith("Clip.") and edit.clips:
        return edit.clips[0].source.start
    # A stack or track counts from 0 unless it is trimmed.
    trimmed = stack.get("source_range")
    start = seconds_in(trimmed.get("start_time")) if isinstance(trimmed, dict) else None
    return start or Fraction(0)


def _clip_rate(clip: Mapping[str, Any], timeline_rate: Fraction) -> float:
    """Return the rate at which a clip counts its source: of its range, its media, the timeline."""
    references = clip.get("media_references")
    active = str(clip.get("active_media_reference_key") or _DEFAULT_MEDIA)
    media = references.get(active) if isinstance(references, dict) else clip.get("media_reference")
    available = media.get("available_range") if isinstance(media, dict) else None
    for range_ in (clip.get("source_range"), available):
        if isinstance(range_, dict) and (rate := rate_in(range_.get("start_time"))):
            return rate
    return float(timeline_rate)
