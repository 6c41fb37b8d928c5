"""From a timeline in plain frames to an edit in exact time."""

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


def edit_of(plain: PlainEdit) -> Edit:
    """The edit that a caller told of.

    Raises:
        TimelineEmpty: it has no clips.
    """
    if not plain.clips:
        raise TimelineEmpty(plain.name, hint="Give at least one clip.")
    clips = sorted(
        (_clip(clip, plain.rate) for clip in plain.clips), key=lambda c: c.timeline.start
    )
    return Edit(
        name=plain.name,
        rate=plain.rate,
        start=plain.start / plain.rate,
        drop_frame=plain.drop_frame,
        duration=max(clip.timeline.end for clip in clips),
        clips=tuple(clips),
    )


def _clip(plain: PlainClip, rate: Fraction) -> ClipRange:
    shown = TimeRange.between(plain.timeline_in / rate, plain.timeline_out / rate)
    told = TimeRange.between(plain.source_in / plain.rate, plain.source_out / plain.rate)
    speed = _speed(plain, told, shown, rate) if plain.speed is None else plain.speed
    source = _source(plain, told, shown, speed)
    offline = MediaMissing(
        plain.name or plain.id, "the editor names no media file", "Relink the clip, then run again."
    ).problem
    return ClipRange(
        id=plain.id,
        name=plain.name,
        media=_media(plain),
        source=source,
        timeline=shown,
        time_map=TimeMap(
            timeline_start=shown.start,
            source_start=source.end if speed < 0 else source.start,
            speed=speed,
        ),
        enabled=plain.enabled,
        problem=None if plain.media else offline.model_copy(update={"clip": plain.id}),
        warnings=_doubts(plain, told, source),
    )


def _speed(plain: PlainClip, told: TimeRange, shown: TimeRange, rate: Fraction) -> Fraction:
    """What both ranges say. Editors cut both to whole frames, so a frame's difference is none."""
    frame = max(1 / plain.rate, 1 / rate)
    if abs(told.duration - shown.duration) <= frame or not shown.duration:
        return Fraction(1)
    return told.duration / shown.duration


def _source(plain: PlainClip, told: TimeRange, shown: TimeRange, speed: Fraction) -> TimeRange:
    """What the timeline shows of the source: its own range is exact, the source's is rounded."""
    if not speed:
        return TimeRange(start=told.start, duration=1 / plain.rate)
    length = shown.duration * abs(speed)
    return TimeRange(start=told.end - length if speed < 0 else told.start, duration=length)


def _doubts(plain: PlainClip, told: TimeRange, source: TimeRange) -> tuple[str, ...]:
    """A warning where a speed that was told does not fit the ranges, by more than their rounding.

    Two frames: either end of the source may be off by one.
    """
    if plain.speed and abs(told.duration - source.duration) * plain.rate > 2:
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
    return MediaReference(
        path=plain.media, start=plain.media_start / plain.rate, sequence=sequence or None
    )
