"""Markers of editors, carried from the timeline that was logged to the selects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import TimeRange
from shotlog.selects.moving import MovedShot
from shotlog_otio import NewMarker, Reading


@dataclass(frozen=True)
class EditorMarker:
    """A marker in a timeline that is an editor's: not ours, or ours and changed.

    Attributes:
        content: Its texts and its colour; its range on the timeline.
        clip: Id of the clip that it stands on; None for the timeline.
    """

    content: NewMarker
    clip: str | None


def editor_markers(reading: Reading) -> tuple[EditorMarker, ...]:
    """Return the markers of a timeline that are an editor's, of those that it shows.

    A marker of ours that nobody has changed is none: selects get new ones of their own.
    """
    found = []
    for item in reading.markers:
        marker = item.marker
        if item.shown is None or (marker.tag is not None and not marker.edited):
            continue
        content = NewMarker(item.shown, marker.name, marker.note, marker.colour, marker.tag)
        clip = None if item.clip is None else reading.clips[item.clip].range.id
        found.append(EditorMarker(content, clip))
    return tuple(found)


def carry_markers(
    markers: Iterable[EditorMarker], shots: Sequence[MovedShot]
) -> tuple[list[NewMarker], list[tuple[NewMarker, ...]]]:
    """Return the markers of editors for the selects.

    A marker belongs to the shots in which it begins, and ends where they end. A point stays one.

    Args:
        markers: The markers in the timeline that was logged.
        shots: The shots of the selects, in order.

    Returns:
        Those of the timeline, on its clock, and for each shot those of its clip, in media time.
    """
    ordered = sorted(markers, key=lambda each: each.content.range.start)
    starts = [each.content.range.start for each in ordered]
    on_timeline: list[NewMarker] = []
    on_clips: list[tuple[NewMarker, ...]] = []
    for moved in shots:
        span = moved.pick.logged.shot.timeline
        begun = ordered[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        on_clip = []
        for each in begun:
            media = _in_media(each.content.range, moved)
            if media is None or each.clip not in (None, moved.before.id):
                continue
            if each.clip is None:
                on_timeline.append(_at(each.content, moved.on_timeline(media)))
            else:
                on_clip.append(_at(each.content, media))
        on_clips.append(tuple(on_clip))
    return on_timeline, on_clips


def _in_media(range_: TimeRange, moved: MovedShot) -> TimeRange | None:
    """Return the range of the media that a shot shows during a range; of a point one frame."""
    frame = 1 / moved.pick.log.edit.rate
    return moved.shown_during(TimeRange(start=range_.start, duration=range_.duration or frame))


def _at(content: NewMarker, range_: TimeRange) -> NewMarker:
    length = range_.duration if content.range.duration else Fraction(0)
    placed = TimeRange(start=range_.start, duration=length)
    return NewMarker(placed, content.name, content.note, content.colour, content.tag)
