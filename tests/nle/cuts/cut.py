"""A cut in no format's terms, and what every reader must find in a file of it.

Lengths and places count in frames of the cut, first frames of sources in frames of their media.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

Frame = int | Fraction
Knots = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Media:
    """A media file.

    Attributes:
        name: Its name, without a suffix.
        rate: Frames per second.
        start: Frame of its start timecode; None where it has none.
        length: Its frames.
    """

    name: str
    rate: Fraction
    start: int | None
    length: int


@dataclass(frozen=True)
class Gap:
    """Frames of nothing."""

    length: int


@dataclass(frozen=True)
class Clip:
    """A part of a media file.

    Attributes:
        media: Its media.
        length: Its length in the cut.
        first: The first frame of the media that it uses, as time runs in the media.
        speed: Frames of media for one of the cut: negative backwards, 0 for a freeze frame.
        ramp: Points of (frame of the cut, frame of media at the cut's rate after ``first``) in
            place of a speed, from (0, 0) to the clip's end.
        name: Its name.
    """

    media: Media
    length: int
    first: int
    speed: Fraction = Fraction(1)
    ramp: Knots = ()
    name: str = ""

    @property
    def used(self) -> Fraction:
        """Frames of media that it uses, at the cut's rate."""
        return Fraction(self.ramp[-1][1]) if self.ramp else self.length * abs(self.speed)

    def shows(self, at: Frame) -> Fraction:
        """Return the frame of media after ``first`` that is shown at a frame of the clip."""
        for (x, y), (end, last) in pairwise(self.ramp):
            if at <= end:
                return y + (at - x) * Fraction(last - y, end - x)
        return self.used + at * self.speed if self.speed < 0 else at * self.speed


@dataclass(frozen=True)
class Nest:
    """A part of a cut in a cut: one track of clips and gaps, from ``first`` on."""

    items: tuple[Clip | Gap, ...]
    length: int
    first: int
    name: str = ""


Item = Clip | Gap | Nest


class Theirs(NamedTuple):
    """A marker of the editor on the timeline."""

    frame: int
    name: str


@dataclass(frozen=True)
class Cut:
    """A timeline.

    Attributes:
        rate: Frames per second.
        start: Frame of its start timecode.
        drop_frame: True where its timecode is drop-frame.
        tracks: The items of each track, the lowest first.
        theirs: The editor's own markers.
    """

    rate: Fraction
    start: int
    drop_frame: bool
    tracks: tuple[tuple[Item, ...], ...]
    theirs: tuple[Theirs, ...] = ()

    @property
    def length(self) -> int:
        return max(sum(item.length for item in track) for track in self.tracks)

    def placed(self) -> Iterator[tuple[int, int, Item]]:
        """Yield each item with the number of its track, from 0, and its first frame."""
        for number, track in enumerate(self.tracks):
            start = 0
            for item in track:
                yield number, start, item
                start += item.length

    def media(self) -> Iterator[Media]:
        """Yield the media of its clips, each once."""
        inner = (
            part
            for _, _, item in self.placed()
            for part in (item.items if isinstance(item, Nest) else (item,))
        )
        yield from dict.fromkeys(clip.media for clip in inner if isinstance(clip, Clip))


class Row(NamedTuple):
    """A clip as `shotlog inspect` must tell it."""

    track: str
    name: str
    record_in: int
    record_out: int
    source_in: Fraction
    source_out: Fraction
    speed: Fraction


def rows(cut: Cut) -> list[Row]:
    """Return what must be read of a cut: by start, lower tracks first."""
    found = []
    for number, start, item in cut.placed():
        track = f"V{number + 1}"
        if isinstance(item, Clip):
            found.append(_row(track, item, cut.rate, start, (0, item.length)))
        elif isinstance(item, Nest):
            found += _inside(track, item, cut.rate, start)
    return sorted(found, key=lambda row: row.record_in)


def _inside(track: str, nest: Nest, rate: Fraction, start: int) -> Iterator[Row]:
    at = -nest.first
    for item in nest.items:
        shown = max(at, 0), min(at + item.length, nest.length)
        if isinstance(item, Clip) and shown[0] < shown[1]:
            part = shown[0] - at, shown[1] - at
            yield _row(track, item, rate, start + at, part)
        at += item.length


def _row(track: str, clip: Clip, rate: Fraction, start: int, part: tuple[int, int]) -> Row:
    first = Fraction(clip.first) / clip.media.rate
    ends = [clip.shows(at) / rate for at in part]
    frame = 1 / clip.media.rate if clip.speed == 0 else 0
    record = start + part[0], start + part[1]
    source = first + min(ends), first + max(ends) + frame
    speed = abs(ends[1] - ends[0]) * rate / (part[1] - part[0])
    return Row(track, clip.name, *record, *source, -speed if clip.speed < 0 else speed)
