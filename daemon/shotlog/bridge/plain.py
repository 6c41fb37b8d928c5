"""Conversion of a timeline in plain frames to an edit in exact time."""

from __future__ import annotations

from fractions import Fraction

from shotlog.bridge.edits import PlainClip, PlainEdit
from shotlog.schema import (
    ClipRange,
    Edit,
    ImageSequence,
    MediaMissing,
    MediaReference,
    TimelineEmpty,
    TimeMap,
    TimeRange,
)


def to_edit(plain: PlainEdit) -> Edit:
    """Convert a caller's edit.

    Raises:
        TimelineEmpty: It has no clips.
    """
    if not plain.clips:
        raise TimelineEmpty(plain.name, hint="Give at least one clip.")
    clips, sound = (
        sorted((_clip(clip, plain.rate) for clip in kind), key=lambda c: c.timeline.start)
        for kind in (plain.clips, plain.sound)
    )
    return Edit(
        name=plain.name,
        rate=plain.rate,
        start=plain.start / plain.rate,
        drop_frame=plain.drop_frame,
        duration=max(clip.timeline.end for clip in clips),
        clips=tuple(clips),
        sound=tuple(sound),
    )


def _clip(plain: PlainClip, rate: Fraction) -> ClipRange:
    shown = TimeRange.between(plain.timeline_in / rate, plain.timeline_out / rate)
    first, end = plain.source_in + plain.subframe, plain.source_out + plain.subframe
    given = TimeRange.between(first / plain.rate, end / plain.rate)
    if plain.ramp:
        time_map = _ramp(plain, shown, rate)
        source = time_map.range_to_source(shown)
    else:
        speed = _speed(plain, given, shown, rate) if plain.speed is None else plain.speed
        source = _source(plain, given, shown, speed)
        first_shown = source.end if speed < 0 else source.start
        time_map = TimeMap(timeline_start=shown.start, source_start=first_shown, speed=speed)
    offline = MediaMissing(
        plain.name or plain.id, "the editor names no media file", "Relink the clip, then run again."
    ).problem
    return ClipRange(
        id=plain.id,
        name=plain.name,
        media=_media(plain),
        source=source,
        timeline=shown,
        time_map=time_map,
        head=plain.head / plain.rate,
        tail=plain.tail / plain.rate,
        enabled=plain.enabled,
        problem=None if plain.media else offline.model_copy(update={"clip": plain.id}),
        warnings=_speed_warnings(plain, given, source),
    )


def _speed(plain: PlainClip, given: TimeRange, shown: TimeRange, rate: Fraction) -> Fraction:
    """Return the speed that follows from both ranges."""
    # Editors round both ranges to whole frames, so a difference of one frame means speed 1.
    frame = max(1 / plain.rate, 1 / rate)
    if abs(given.duration - shown.duration) <= frame or not shown.duration:
        return Fraction(1)
    return given.duration / shown.duration


def _ramp(plain: PlainClip, shown: TimeRange, rate: Fraction) -> TimeMap:
    """Return the map through the key points of a ramp."""
    points = ((at / rate, (frame + plain.subframe) / plain.rate) for at, frame in plain.ramp)
    return TimeMap.through(points).within(shown)


def _source(plain: PlainClip, given: TimeRange, shown: TimeRange, speed: Fraction) -> TimeRange:
    """Return the source range that the timeline shows."""
    # Its length follows from the timeline range, which is exact; the source range is rounded.
    if not speed:
        return TimeRange(start=given.start, duration=1 / plain.rate)
    length = shown.duration * abs(speed)
    return TimeRange(start=given.end - length if speed < 0 else given.start, duration=length)


def _speed_warnings(plain: PlainClip, given: TimeRange, source: TimeRange) -> tuple[str, ...]:
    """Return a warning if a given speed does not fit the ranges."""
    # Two frames: rounding moves either end of the source range by up to one.
    if (plain.speed or plain.ramp) and abs(given.duration - source.duration) * plain.rate > 2:
        return (
            "its source range does not fit its speed and its length on the timeline; these two were"
            " taken",
        )
    return ()


def _media(plain: PlainClip) -> MediaReference | None:
    if plain.media is None:
        return None
    sequence = plain.pattern and ImageSequence(
        pattern=plain.pattern, first=plain.first, rate=plain.rate
    )
    frames = plain.media_frames
    return MediaReference(
        path=plain.media,
        start=plain.media_start / plain.rate,
        duration=None if frames is None else frames / plain.rate,
        sequence=sequence or None,
    )
