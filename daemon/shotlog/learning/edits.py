"""Edits of the media that is learned from, for the engine."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import Final

from shotlog.analyzers.clock import STEP
from shotlog.schema import (
    ClipRange,
    Edit,
    Media,
    MediaReference,
    TimeMap,
    TimeRange,
    prevailing_rate,
)

_RATE: Final = Fraction(25)
"""Frames per second of an edit of media without a usual rate."""


def make_edit(name: str, parts: Iterable[tuple[Media, TimeRange]]) -> Edit:
    """Return an edit of parts of media, one after the other; its clips are ``V1/0``, ``V1/1``, ...

    Each begins at a step of the clock, so that windows of a part hold nothing of another.

    Args:
        name: Its name.
        parts: Media, and the range of each in media time.
    """
    clips: list[ClipRange] = []
    used: list[Media] = []
    at = Fraction(0)
    for number, (media, source) in enumerate(parts):
        used.append(media)
        clips.append(
            ClipRange(
                id=f"V1/{number}",
                name=media.path,
                media=MediaReference(path=media.path, start=Fraction(0), sequence=media.sequence),
                source=source,
                timeline=TimeRange(start=at, duration=source.duration),
                time_map=TimeMap(timeline_start=at, source_start=source.start),
            )
        )
        at = ceil((at + source.duration) / STEP) * STEP
    return Edit(name=name, rate=prevailing_rate(used) or _RATE, duration=at, clips=tuple(clips))
