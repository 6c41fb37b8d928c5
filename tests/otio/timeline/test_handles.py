"""What transitions show of clips beyond the cut is told as handles; ranges stay at the cut."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import ClipRange
from tests.otio.timeline.test_ramps import ramp
from tests.otio.timelines import clip, frames_of, gap, read, stack, timeline, track, warp

Frames = Fraction | int


def seen(found: ClipRange) -> tuple[Frames, Frames]:
    return found.seen.start * 24, found.seen.end * 24


def named(found: ClipRange) -> tuple[str, Frames, Frames]:
    return found.name, found.head * 24, found.tail * 24


def dissolve(before: float = 3, after: float = 2) -> Any:
    """A transition from so many frames before the cut to so many after it."""
    sides = (otio.opentime.RationalTime(n, 24) for n in (before, after))
    return otio.schema.Transition(in_offset=next(sides), out_offset=next(sides))


def handles(folder: Path, *items: Any, around: Any = None) -> list[tuple[Frames, Frames]]:
    inside = track(*items)
    edit = read(folder, timeline(track(around(inside)) if around else inside))
    return [(found.head * 24, found.tail * 24) for found in edit.clips]


def test_a_dissolve_shows_each_clip_beyond_the_cut(tmp_path: Path) -> None:
    items = clip("a", (5, 10)), dissolve(), clip("b", (20, 7)), clip("c", (1, 2))
    assert handles(tmp_path, *items) == [(0, 2), (3, 0), (0, 0)]
    edit = read(tmp_path, timeline(track(*items)))
    assert [frames_of(c) for c in edit.clips[:2]] == [(0, 10, 5, 15), (10, 17, 20, 27)]
    assert list(map(seen, edit.clips)) == [(5, 17), (17, 27), (1, 3)]


def test_a_fade_shows_no_more_than_its_clip(tmp_path: Path) -> None:
    items = dissolve(0, 6), clip("a", (5, 10)), dissolve(4, 0), gap(9)
    assert handles(tmp_path, *items) == [(0, 0)]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [(warp(2), (6, 4)), (warp(0.5), (Fraction(3, 2), 1)), (warp(-2), (6, 4)), (warp(0), (0, 0))],
)
def test_handles_are_counted_in_seconds_of_the_source(
    tmp_path: Path, effect: Any, expected: tuple[int, int]
) -> None:
    items = clip("x"), dissolve(), clip("a", (20, 10), effect), dissolve(), clip("y")
    assert handles(tmp_path, *items)[1] == expected


def test_a_clip_that_runs_backwards_has_its_head_at_the_end_of_its_source(tmp_path: Path) -> None:
    items = clip("x"), dissolve(3, 0), clip("a", (20, 10), warp(-1)), dissolve(0, 2), clip("y")
    backwards = read(tmp_path, timeline(track(*items))).clips[1]
    assert frames_of(backwards) == (10, 20, 20, 30)
    assert seen(backwards) == (18, 33)


def test_handles_of_a_ramp_run_at_the_speed_of_its_ends(tmp_path: Path) -> None:
    keys = ((0, 0), (10, 20), (50, 30), (60, 35))
    items = clip("x"), dissolve(), clip("a", (0, 60), ramp(keys)), dissolve(), clip("y")
    assert handles(tmp_path, *items)[1] == (6, 1)


def test_a_nest_that_trims_a_clip_off_at_a_dissolve_shows_no_handle(tmp_path: Path) -> None:
    items = clip("a", (5, 10)), dissolve(), clip("b", (20, 10))

    def trimmed(source: tuple[int, int]) -> Any:
        return lambda inside: stack(inside, source=source)

    assert handles(tmp_path, *items, around=trimmed((0, 20))) == [(0, 2), (3, 0)]
    assert handles(tmp_path, *items, around=trimmed((12, 8))) == [(0, 0)]
    assert handles(tmp_path, *items, around=trimmed((0, 9))) == [(0, 0)]


def test_a_nest_that_runs_backwards_shows_the_tail_first(tmp_path: Path) -> None:
    items = clip("a", (5, 10)), dissolve(), clip("b", (20, 10))
    backwards = handles(
        tmp_path, *items, around=lambda inside: stack(inside, source=(0, 20), effects=(warp(-1),))
    )
    assert backwards == [(0, 3), (2, 0)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5.0])
def test_a_transition_of_no_length_shows_nothing(tmp_path: Path, value: float) -> None:
    items = clip("a", (5, 10)), dissolve(value, value), clip("b", (20, 10))
    assert handles(tmp_path, *items) == [(0, 0), (0, 0)]


def test_a_dissolve_between_nests_shows_the_clips_at_their_ends(tmp_path: Path) -> None:
    first = stack(track(clip("a", (0, 10)), clip("b", (20, 10))), source=(0, 15))
    second = stack(track(clip("c", (40, 30))), source=(10, 10), effects=(warp(2),))
    edit = read(tmp_path, timeline(track(first, dissolve(3, 2), second)))
    assert list(map(named, edit.clips)) == [
        ("a", 0, 0),
        ("b", 0, 2),  # b has five more frames in its nest
        ("c", 6, 0),  # at double speed
    ]


def test_a_nest_has_no_more_to_show_than_it_holds(tmp_path: Path) -> None:
    first = stack(track(clip("a", (0, 10)), clip("b", (20, 10))), source=(0, 19))
    second = stack(track(clip("c", (40, 30)), clip("d", (5, 9))), source=(30, 9))
    edit = read(tmp_path, timeline(track(first, dissolve(3, 2), second)))
    assert list(map(named, edit.clips)) == [
        ("a", 0, 0), ("b", 0, 1), ("d", 0, 0),
    ]  # fmt: skip
