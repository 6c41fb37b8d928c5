"""The new range of a marker that an editor has moved."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shotlog.corrections.present import PresentMarker, PresentTimeline
from shotlog.corrections.records import RecordedMarker
from shotlog.corrections.written import WrittenLabels
from shotlog.schema import LoggedShot, TimeRange


@dataclass(frozen=True)
class Moved:
    """The new place of a marker.

    Attributes:
        range: Its range, in media time; None where it stands on other media now, or on media that
            cannot be located.
    """

    range: TimeRange | None


def find_move(
    marker: RecordedMarker,
    now: PresentMarker,
    timeline: PresentTimeline,
    logged: LoggedShot,
    written: WrittenLabels,
    *,
    backwards: bool,
) -> Moved | None:
    """Return the new place of a marker; None where it still marks what it did.

    It does so where it has its place on the timeline, whatever was cut under it, and where the same
    moment of the media is under it, wherever its clip went.

    Args:
        marker: The marker as it was written.
        now: The marker now.
        timeline: The timeline now.
        logged: Its shot.
        written: The labels of the whole range that it was written for.
        backwards: True where the clip ran backwards.
    """
    if marker.shown is None or now.shown is None:
        return None
    frame = timeline.frame
    # A program that knows points alone, or single frames, tells no length.
    points = min(marker.length, now.length) <= frame
    same_length = points or abs(marker.length - now.length) * 2 <= frame
    if same_length and abs(marker.shown.start - now.shown.start) * 2 <= frame:
        return None
    place = timeline.place_of(now)
    if place is None or place.content_id != logged.content_id:
        return Moved(None)
    speed = _speed(logged)
    first = _moment_under(marker.shown, written, -speed if backwards else speed)
    if same_length and abs(place.moment - first) * 2 <= frame * max(speed, Fraction(1)):
        return None
    if not points and abs(marker.shown.duration - written.shown.duration) <= frame:
        return Moved(place.range)
    # One that is shorter than its range, by the user's settings, keeps standing for as much.
    kept = TimeRange(start=place.moment, duration=written.source.duration)
    return Moved(kept.intersection(place.clip) or kept)


def _moment_under(shown: TimeRange, written: WrittenLabels, speed: Fraction) -> Fraction:
    """Return the moment of the media at which a marker was written.

    It may be later than the start of its range by a part of a frame, or by the frames to the next
    one without a marker.
    """
    edge = written.source.end if speed < 0 else written.source.start
    return edge + (shown.start - written.shown.start) * speed


def _speed(logged: LoggedShot) -> Fraction:
    length = logged.shot.timeline.duration
    return logged.shot.source.duration / length if length else Fraction(1)
