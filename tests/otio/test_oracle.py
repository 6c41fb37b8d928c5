"""Nests of nests, against an oracle that asks for one moment at a time.

The oracle knows nothing of maps and windows: it walks down from one moment of the timeline, item
by item, and says which clips are seen and which source moment of each.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.otio.timeline.test_ramps import ramp
from tests.otio.timelines import clip, read, stack, timeline, track, warp

RATE = 24
NUDGE = Fraction(1, 10**6)
"""Frames into a frozen frame; far less than any of the speeds below makes of a frame."""


@dataclass(frozen=True)
class Item:
    """A clip (no children), track or stack; trim and speed as a file gives them, in frames.

    ``ramp`` is the frame of its own at which the speed changes, and the frames of its content that
    are shown then and at its end; in place of a speed.
    """

    kind: str
    trim: tuple[int, int] | None
    speed: Fraction
    children: tuple[Item, ...] = ()
    name: str = ""
    ramp: tuple[int, int, int] | None = None

    @property
    def whole(self) -> int:
        lengths = [child.length for child in self.children]
        return sum(lengths) if self.kind == "track" else max(lengths, default=0)

    @property
    def length(self) -> int:
        return self.trim[1] if self.trim else self.whole


def _seen(item: Item, at: Fraction) -> Iterator[tuple[str, Fraction]]:
    """Clips and their source moments, ``at`` frames after the item's first."""
    if not 0 <= at < item.length:
        return
    start = item.trim[0] if item.trim else 0
    if item.ramp:
        bend, first, last = item.ramp
        rest = Fraction(last - first, item.length - bend)
        inside = start + (at * Fraction(first, bend) if at < bend else first + (at - bend) * rest)
    elif item.speed == 0:
        inside = start + NUDGE
    elif item.speed > 0:
        inside = start + at * item.speed
    else:
        inside = start + (item.length - at) * -item.speed
    if item.kind == "clip":
        yield item.name, inside
    offset = 0
    for child in item.children:
        yield from _seen(child, inside - offset)
        offset += child.length if item.kind == "track" else 0


def _object(item: Item) -> Any:
    effects = () if item.speed == 1 else (warp(float(item.speed)),)
    if item.ramp:
        bend, first, last = item.ramp
        effects = (ramp(((0, 0), (bend, first), (item.length, last))),)
    if item.kind == "clip":
        return clip(item.name, item.trim, *effects, available=None)
    made = stack if item.kind == "stack" else track
    return made(*map(_object, item.children), source=item.trim, effects=effects)


def _named(item: Item, names: Iterator[int]) -> Item:
    children = tuple(_named(child, names) for child in item.children)
    name = f"c{next(names)}" if item.kind == "clip" else ""
    return Item(item.kind, item.trim, item.speed, children, name, item.ramp)


SPEEDS = st.sampled_from(
    [Fraction(s) for s in ("1", "1", "2", "1/2", "3/2", "-1", "-2", "-1/2", "0")]
)
TRIMS = st.tuples(st.integers(0, 8), st.integers(1, 9))
CLIPS = st.builds(Item, st.just("clip"), TRIMS, SPEEDS)


@st.composite
def _ramped(draw: st.DrawFn, items: st.SearchStrategy[Item]) -> Item:
    """An item with a ramp in place of its speed."""
    item = draw(items)
    length = item.trim[1] if item.trim else 0
    if length < 2:
        return item
    bend, first = draw(st.integers(1, length - 1)), draw(st.integers(1, 9))
    return replace(item, speed=Fraction(1), ramp=(bend, first, first + draw(st.integers(1, 9))))


ITEMS = st.recursive(
    CLIPS | _ramped(CLIPS),
    lambda inner: (
        (
            nests := st.builds(
                Item,
                st.sampled_from(["track", "stack"]),
                st.none() | TRIMS,
                SPEEDS,
                st.lists(inner, min_size=1, max_size=3).map(tuple),
            )
        )
        | _ramped(nests)
    ),
    max_leaves=8,
)

_FROZEN_BACKWARDS = Item(
    "stack",
    (0, 6),
    Fraction(0),
    (
        Item(
            "track",
            (0, 9),
            Fraction(-1),
            (Item("clip", (0, 5), Fraction(1)), Item("clip", (0, 4), Fraction(2))),
        ),
    ),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ITEMS, min_size=1, max_size=3))
@example([_FROZEN_BACKWARDS])
def test_every_moment_shows_the_frame_of_the_oracle(items: list[Item]) -> None:
    root = _named(Item("track", None, Fraction(1), tuple(items)), iter(range(1000)))
    made = timeline(_object(root))
    made.tracks.append(track(clip("base", (0, root.length + 1), available=None)))
    with tempfile.TemporaryDirectory() as folder:
        edit = read(Path(folder), made)
    for half in range(2 * root.length):
        at = Fraction(half, 2) + Fraction(1, 997)
        expected = dict(_seen(root, at))
        moment = at / RATE
        shown = {c.name: c for c in edit.clips if c.timeline.contains(moment) and c.name != "base"}
        assert shown.keys() == expected.keys()
        for name, found in shown.items():
            frame = expected[name]
            assert found.source.contains(frame / RATE)
            if not found.time_map.is_freeze:
                assert found.time_map.to_source(moment) * RATE == frame


@settings(max_examples=50, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=2), st.fractions(0, 1))
def test_source_and_timeline_lead_back_to_each_other(items: list[Item], part: Fraction) -> None:
    root = _named(Item("track", None, Fraction(1), tuple(items)), iter(range(1000)))
    made = timeline(_object(root), track(clip("base", (0, 5))))
    with tempfile.TemporaryDirectory() as folder:
        clips = read(Path(folder), made).clips
    for found in clips:
        if found.time_map.is_freeze:
            continue
        moment = found.timeline.start + part * found.timeline.duration
        assert found.time_map.to_timeline(found.time_map.to_source(moment)) == moment
        assert found.time_map.range_to_source(found.timeline) == found.source
        assert found.time_map.range_to_timeline(found.source) == found.timeline


def test_opentimelineio_agrees_where_nothing_is_retimed(tmp_path: Path) -> None:
    nest = stack(track(clip("a", (3, 9)), clip("b", (1, 5))), source=(2, 10))
    made = timeline(track(clip("x", (0, 7)), nest, clip("y", (2, 6))))
    clips = {c.name: c for c in read(tmp_path, made).clips}
    assert clips.keys() == {"a", "b", "x", "y"}
    for item in made.find_clips():
        start = item.source_range.start_time
        theirs = item.transformed_time(start, made.tracks)
        ours = clips[item.name].time_map.to_timeline(Fraction(start.value) / RATE)
        assert ours * RATE == theirs.value
