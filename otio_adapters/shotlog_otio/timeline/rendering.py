"""The facts of a timeline for renders, from those of its items."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shotlog.schema import (
    ClipRange,
    LeftOut,
    LevelKey,
    PictureFade,
    RenderFacts,
    SoundLevel,
    TimeRange,
)
from shotlog_otio.timeline.facts import ItemFacts, Level, LevelPoint
from shotlog_otio.timeline.nodes import Node
from shotlog_otio.timeline.trim import VisiblePart

_TITLES = ("title", "text", "caption")
"""Words by which what generates a picture is a title; all others are generators."""

_NOISE = 1e-9
"""Differences of gains that come of floating-point numbers."""


@dataclass(frozen=True)
class ItemWithFacts:
    """An item that is shown, and the items around it.

    Attributes:
        id: Its address, as in the ids of clips.
        node: The item.
        start: Its start on the clock of the item around it.
        around: The visible part of the item around it.
        shown: Its own visible part.
    """

    id: str
    node: Node
    start: Fraction
    around: VisiblePart
    shown: VisiblePart

    def moment(self, at: Fraction) -> Fraction | None:
        """Return the moment of the timeline at a moment from the start of the item."""
        course = self.around.map
        if course.is_freeze:
            return None
        with suppress(ValueError):  # a ramp that never shows it
            return course.to_timeline(self.start + at)
        return None

    def range(self, part: TimeRange | None) -> TimeRange | None:
        """Return the range of the timeline that shows a part; None where none of it is shown."""
        if part is None:
            return self.shown.window
        first, last = self.moment(part.start), self.moment(part.end)
        if first is None or last is None:
            return self.shown.window
        return TimeRange.between(min(first, last), max(first, last)).intersection(
            self.around.window
        )


def render_facts_of(
    items: Iterable[ItemWithFacts], pictures: Sequence[ClipRange], sound: Sequence[ClipRange]
) -> RenderFacts:
    """Return what a render must know of a timeline beyond its clip ranges.

    Args:
        items: The items that have facts or a picture that the editor makes, switched on.
        pictures: All clips of picture.
        sound: All clips of sound.
    """
    by_id: dict[str, list[tuple[ItemWithFacts, ItemFacts]]] = defaultdict(list)
    left_out: list[LeftOut] = []
    clips = (*pictures, *sound)
    ids = {clip.id for clip in clips}
    for item in items:
        facts = item.node.facts() if item.node.facts is not None else ItemFacts()
        by_id[item.id].append((item, facts))
        left_out += _left_out(item, facts, item.id if item.id in ids else None)
    levels, muted = [], set()
    for clip in clips:
        around = [pair for name in _addresses(clip.id) for pair in by_id.get(name, ())]
        courses = [course for pair in around for course in _courses(*pair)]
        if keys := _keys(courses, clip.timeline, (clip.head, clip.tail)):
            levels.append(SoundLevel(clip=clip.id, keys=keys))
        if any(facts.muted for _, facts in around):
            muted.add(clip.id)
    left_out.sort(key=lambda part: (part.range is None, part.range and part.range.start))
    return RenderFacts(
        levels=tuple(levels),
        fades=tuple(
            fade
            for clip in pictures
            for name in _addresses(clip.id)
            for item, facts in by_id.get(name, ())
            for fade in _fades(item, facts, clip)
        ),
        muted=frozenset(muted),
        left_out=tuple(dict.fromkeys(left_out)),
    )


def _addresses(clip: str) -> Iterator[str]:
    """Yield the addresses of everything around a clip, the timeline first, and its own."""
    yield ""
    parts = clip.split("/")
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _left_out(item: ItemWithFacts, facts: ItemFacts, clip: str | None) -> Iterator[LeftOut]:
    node = item.node
    kind = node.media.generator if node.media is not None else None
    if kind is not None:
        title = any(word in f"{kind} {node.name}".casefold() for word in _TITLES)
        name = node.name or kind.removeprefix("a ").removeprefix("an ")
        yield LeftOut(
            kind="title" if title else "generator", name=name, range=item.shown.window, clip=clip
        )
    for part in facts.unfollowed:
        shown = item.range(part.range)
        if shown is not None:
            yield LeftOut(kind=part.kind, name=part.name, range=shown, clip=clip)


def _courses(item: ItemWithFacts, facts: ItemFacts) -> Iterator[Level]:
    """Yield the levels of an item on the clock of the timeline."""
    for level in facts.levels:
        placed = [LevelPoint(at, p.gain) for p in level if (at := item.moment(p.at)) is not None]
        if len(placed) == len(level):
            # What runs backwards has its points backwards.
            reverse = item.around.map.speed < 0
            yield tuple(reversed(placed) if reverse else placed)


def _fades(item: ItemWithFacts, facts: ItemFacts, clip: ClipRange) -> Iterator[PictureFade]:
    """Yield the fades of an item in which a clip of it is shown, on the clock of the timeline."""
    shown = TimeRange.between(clip.timeline.start - clip.head, clip.timeline.end + clip.tail)
    for fade in facts.fades:
        first, last = item.moment(fade.range.start), item.moment(fade.range.end)
        if first is None or last is None or first == last:
            continue
        whole = TimeRange.between(min(first, last), max(first, last))
        if whole.intersection(shown) is not None:
            # What runs backwards fades the other way.
            yield PictureFade(
                clip=clip.id, range=whole, appears=fade.appears == (first < last), to=fade.to
            )


def _keys(
    courses: Sequence[Level], window: TimeRange, handles: tuple[Fraction, Fraction]
) -> tuple[LevelKey, ...]:
    """Return the product of levels over a clip; none where it is 1 all along.

    Where two change at once, their product is bent: with a key in the middle of each such stretch
    the error is at most a sixteenth of the louder gain.
    """
    if not courses:
        return ()
    first, last = window.start - handles[0], window.end + handles[1]
    knots = {first, last, *(p.at for course in courses for p in course if first < p.at < last)}
    moments = sorted(knots)
    if len(courses) > 1:
        moments = sorted({*moments, *((a + b) / 2 for a, b in pairwise(moments))})
    keys: list[LevelKey] = []
    for at in moments:
        before, after = 1.0, 1.0
        for course in courses:
            early, late = _gains(course, at)
            before, after = before * early, after * late
        if before != after and first < at < last:
            keys.append(LevelKey(at=at, gain=before))
        keys.append(LevelKey(at=at, gain=before if at == last else after))
    return _thinned(keys)


def _gains(course: Level, at: Fraction) -> tuple[float, float]:
    """Return the gain just before a moment and from it on."""
    times = [point.at for point in course]
    number = bisect_right(times, at)
    if number == 0:
        return course[0].gain, course[0].gain
    here = course[number - 1]
    if here.at == at:
        first = next(point for point in course if point.at == at)
        return first.gain, here.gain
    if number == len(course):
        return here.gain, here.gain
    following = course[number]
    part = float((at - here.at) / (following.at - here.at))
    gain = here.gain + (following.gain - here.gain) * part
    return gain, gain


def _thinned(keys: Sequence[LevelKey]) -> tuple[LevelKey, ...]:
    """Return keys without those on the line of their neighbours; none where all are 1."""
    kept: list[LevelKey] = []
    for number, key in enumerate(keys):
        after = keys[number + 1] if number + 1 < len(keys) else key
        if not kept or key.gain != _between(kept[-1], after, key):
            kept.append(key)
    while len(kept) > 1 and kept[-1].gain == kept[-2].gain:
        del kept[-1]  # the level stays after the last key, and before the first one
    while len(kept) > 1 and kept[0].gain == kept[1].gain:
        del kept[0]
    return () if [key.gain for key in kept] == [1] else tuple(kept)


def _between(before: LevelKey, after: LevelKey, key: LevelKey) -> float | None:
    """Return the gain of a key where it lies on the line between two others, else None."""
    if not before.at < key.at < after.at:
        return None
    part = float((key.at - before.at) / (after.at - before.at))
    line = before.gain + (after.gain - before.gain) * part
    return key.gain if abs(line - key.gain) < _NOISE else None
