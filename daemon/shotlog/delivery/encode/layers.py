"""The layers of a timeline: which clips are seen at each frame of a render, and how much."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from shotlog.engine.sources import LocatedClip
from shotlog.schema import PictureFade, TimeRange

_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class FrameGrid:
    """The frames of a render on the timeline's clock.

    Attributes:
        start: Start of the first frame, in seconds.
        rate: Frames per second.
        frames: Number of frames.
    """

    start: Fraction
    rate: Fraction
    frames: int

    def moment(self, number: int) -> Fraction:
        """Return the start of a frame."""
        return self.start + number / self.rate

    def first_at(self, moment: Fraction) -> int:
        """Return the number of the first frame that starts at a moment or later, in the grid."""
        return min(max(math.ceil((moment - self.start) * self.rate), 0), self.frames)

    @property
    def range(self) -> TimeRange:
        """The range that the frames show."""
        return TimeRange(start=self.start, duration=self.frames / self.rate)


@dataclass(frozen=True)
class PictureLayer:
    """A clip with the whole range in which it is seen, transitions included.

    Attributes:
        clip: The clip with its media.
        range: The range, on the timeline's clock.
        place: Numbers of its track and of its item there and, in a nest, of those below; what is
            higher, and on a track later, is in front.
        fade_in: The transition in which it appears; None for a cut.
        fade_out: The transition in which it disappears where no other clip appears in it.
        fades: Its further fades.
    """

    clip: LocatedClip
    range: TimeRange
    place: tuple[int, ...]
    fade_in: TimeRange | None = None
    fade_out: TimeRange | None = None
    fades: tuple[PictureFade, ...] = ()

    @property
    def changes(self) -> Iterator[TimeRange]:
        """The ranges in which its opacity changes."""
        yield from (fade for fade in (self.fade_in, self.fade_out) if fade is not None)
        yield from (fade.range for fade in self.fades if fade.to == "transparent")

    def fades_within(self, span: TimeRange) -> bool:
        """Return true where it is not wholly opaque all through a range."""
        if any(fade.intersection(span) for fade in self.changes):
            return True
        return self.opacity(span.start) < 1

    def opacity(self, moment: Fraction) -> float:
        """Return its opacity at a moment, from 0 to 1; evenly over a transition."""
        shown = 1.0
        if self.fade_in is not None:
            shown *= _share(self.fade_in, moment)
        if self.fade_out is not None:
            shown *= 1 - _share(self.fade_out, moment)
        return shown * self._faded(moment, "transparent")

    def brightness(self, moment: Fraction) -> float:
        """Return the share of its picture that is left of fades from and to black, from 0 to 1."""
        return self._faded(moment, "black")

    def _faded(self, moment: Fraction, to: str) -> float:
        left = 1.0
        for fade in (fade for fade in self.fades if fade.to == to):
            share = _share(fade.range, moment)
            left *= share if fade.appears else 1 - share
        return left


@dataclass(frozen=True)
class Segment:
    """Successive frames in which the same layers are seen.

    Attributes:
        first: Number of the first frame.
        end: Number after that of the last frame.
        layers: Numbers of the layers, from the back to the front; empty for black.
    """

    first: int
    end: int
    layers: tuple[int, ...]


def build_layers(
    clips: Sequence[LocatedClip],
    *,
    fades: Collection[PictureFade] = (),
    overlaps_fade: bool = True,
) -> list[PictureLayer]:
    """Return the layers of clips, by their start.

    A transition lies over the cut between two clips that follow each other on a track: from the
    head of the later one to the tail of the earlier one, or, as some programs write it, where the
    two overlap. The later one appears in front of the other, evenly; a wipe is drawn so too.

    Args:
        clips: The clips.
        fades: Fades of theirs beyond those between two of them.
        overlaps_fade: False for sound whose clips, where they overlap, are both heard in full.
    """
    places = [_place(each.clip.id) for each in clips]
    starts = {
        (place[0], each.clip.timeline.start) for place, each in zip(places, clips, strict=True)
    }
    tails: dict[tuple[int, Fraction], Fraction] = {}
    for place, each in zip(places, clips, strict=True):
        cut = (place[0], each.clip.timeline.end)
        tail = _on_timeline(each, each.clip.tail, last=True)
        tails[cut] = max(tails.get(cut, Fraction(0)), tail)
    overlaps = _overlaps(places, clips) if overlaps_fade else {}
    further: dict[str, list[PictureFade]] = defaultdict(list)
    for fade in fades:
        further[fade.clip].append(fade)
    layers = []
    for number, (place, each) in enumerate(zip(places, clips, strict=True)):
        span = each.clip.timeline
        before = _on_timeline(each, each.clip.head, last=False)
        after = _on_timeline(each, each.clip.tail, last=True)
        common = tails.get((place[0], span.start), Fraction(0))
        fade_in = overlaps.get(number)
        if before or common:
            fade_in = TimeRange.between(span.start - before, span.start + common)
        fade_out = None
        if after and (place[0], span.end) not in starts:
            fade_out = TimeRange.between(span.end, span.end + after)
        whole = TimeRange.between(span.start - before, span.end + after)
        own = tuple(further[each.clip.id])
        # A fade beside a gap is told whole; the clip's handles hold only a part of it.
        fade_in = None if _is_within(fade_in, own, appears=True) else fade_in
        fade_out = None if _is_within(fade_out, own, appears=False) else fade_out
        layers.append(PictureLayer(each, whole, place, fade_in, fade_out, own))
    return sorted(layers, key=lambda layer: layer.range.start)


def _is_within(part: TimeRange | None, fades: Sequence[PictureFade], *, appears: bool) -> bool:
    """Return true where a fade of the clip holds a range."""
    return part is not None and any(
        fade.appears == appears and fade.range.intersection(part) == part for fade in fades
    )


def _overlaps(
    places: Sequence[tuple[int, ...]], clips: Sequence[LocatedClip]
) -> dict[int, TimeRange]:
    """Return where a clip overlaps the one before it on its track, by the clip's number."""
    tracks: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        tracks[place[:-1]].append(number)
    found = {}
    for numbers in tracks.values():
        numbers.sort(key=lambda n: (clips[n].clip.timeline.start, places[n]))
        for earlier, later in pairwise(numbers):
            first, second = clips[earlier].clip.timeline, clips[later].clip.timeline
            if second.start < first.end <= second.end:
                found[later] = TimeRange.between(second.start, first.end)
    return found


def segments(
    layers: Sequence[PictureLayer], grid: FrameGrid, see_through: Collection[int]
) -> Iterator[Segment]:
    """Yield the segments of a render, in order, without gaps between them.

    Args:
        layers: The layers, by their start.
        grid: The frames.
        see_through: Numbers of the layers that never hide what is behind them.
    """
    edges = {0, grid.frames}
    for layer in layers:
        for span in (layer.range, *layer.changes):
            edges |= {grid.first_at(span.start), grid.first_at(span.end)}
    active: list[int] = []
    waiting = 0
    ordered = sorted(edges)
    for first, end in pairwise(ordered):
        while waiting < len(layers) and grid.first_at(layers[waiting].range.start) <= first:
            active.append(waiting)
            waiting += 1
        active = [n for n in active if grid.first_at(layers[n].range.end) > first]
        span = TimeRange.between(grid.moment(first), grid.moment(end))
        hiding = {n for n in active if n not in see_through and not layers[n].fades_within(span)}
        stacked = sorted(active, key=lambda n: layers[n].place)
        yield Segment(first, end, _seen(stacked, hiding))


def _seen(ordered: Sequence[int], hiding: Collection[int]) -> tuple[int, ...]:
    """Return the layers that are seen, from the back: none behind the front one that hides."""
    for place in reversed(range(len(ordered))):
        if ordered[place] in hiding:
            return tuple(ordered[place:])
    return tuple(ordered)


def _place(clip: str) -> tuple[int, ...]:
    """Return the numbers in a clip's id: ``V1/2/V3/0`` gives (1, 2, 3, 0)."""
    return tuple(int(number) for number in _NUMBER.findall(clip)) or (0,)


def _on_timeline(located: LocatedClip, seconds: Fraction, *, last: bool) -> Fraction:
    """Return seconds of source at an end of a clip as seconds of the timeline."""
    clip = located.clip
    if not seconds:
        return Fraction(0)
    pieces = [piece for _, piece in clip.time_map.pieces(clip.timeline)] or [clip.time_map]
    speed = abs(pieces[-1 if last else 0].speed)
    return seconds / speed if speed else Fraction(0)


def _share(span: TimeRange, moment: Fraction) -> float:
    return min(1.0, max(0.0, float((moment - span.start) / span.duration)))
