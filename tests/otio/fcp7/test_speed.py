"""Speed changes: in- and out-points in retimed frames, the graph gives the frame of the media."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog_otio import InspectedClip, Reading
from tests.otio.fcp7.xmeml import (
    FORMAT,
    document,
    file,
    inspected,
    item,
    marker,
    one_clip,
    rate,
    remap,
    sequence,
    tag,
    told,
    track,
    write,
)


def retimed(folder: Path, first: int, last: int, effect: str, record: int = 48) -> InspectedClip:
    """A clip of 48 record frames, of a file of 1000 frames at 24."""
    return one_clip(
        folder, document(sequence(track(item(0, record, first, last, file() + effect))))
    )


def frames(clip: InspectedClip) -> tuple[Any, ...]:
    return clip.source_in * 24, clip.source_out * 24, clip.speed


def test_in_and_out_are_in_retimed_frames(tmp_path: Path) -> None:
    assert frames(retimed(tmp_path, 20, 68, remap(200))) == (40, 136, 2)
    assert frames(retimed(tmp_path, 20, 68, remap(50))) == (10, 34, Fraction(1, 2))


def test_the_graph_gives_the_frame_of_the_media(tmp_path: Path) -> None:
    # As Final Cut Pro 7 writes a clip whose first 100 frames of media were cut away.
    graph = [(0, 100), (20, 140), (68, 236), (450, 1000)]
    assert frames(retimed(tmp_path, 20, 68, remap(200, graph))) == (140, 236, 2)


def test_a_speed_that_was_computed_from_rounded_lengths_is_the_simple_one(tmp_path: Path) -> None:
    # Of a real export of Premiere Pro: 42211 frames in 8442 are 500.012 %, set by hand to 500.
    graph = [(0, 0), (20, 100), (177, 885), (8442, 42211)]
    clip = retimed(tmp_path, 20, 177, remap(500.012, graph), record=158)
    assert frames(clip) == (100, 100 + 158 * 5, 5)


def test_where_speed_and_graph_differ_the_graph_is_right(tmp_path: Path) -> None:
    graph = [(0, 0), (1000, 2000)]
    assert frames(retimed(tmp_path, 20, 68, remap(100, graph))) == (40, 136, 2)


@pytest.mark.parametrize(
    ("written", "speed"),
    [
        ("33.3333", Fraction(1, 3)),
        ("66.6667", Fraction(2, 3)),
        ("108.5", Fraction(217, 200)),  # typed, so exact
        ("33.33", Fraction(3333, 10000)),
        ("112.5", Fraction(9, 8)),
        ("1e+02", Fraction(1)),
        ("59.9401", Fraction(599401, 1000000)),
    ],
)
def test_speeds_are_exact(tmp_path: Path, written: str, speed: Fraction) -> None:
    assert retimed(tmp_path, 0, 48, remap(written)).speed == speed


def test_a_clip_that_runs_backwards_follows_its_graph(tmp_path: Path) -> None:
    # Frame 10 of the reversed clip is the end of frame 989 of the media.
    graph = [(0, 1000), (10, 990), (58, 942), (1000, 0)]
    for effect in (remap(-100, graph), remap(100, graph, reverse=True), remap(None, graph)):
        assert frames(retimed(tmp_path, 10, 58, effect)) == (942, 990, -1)


def test_a_rising_graph_is_turned_around_by_the_switch(tmp_path: Path) -> None:
    effect = remap(100, [(0, 0), (1000, 1000)], reverse=True)
    assert frames(retimed(tmp_path, 10, 58, effect)) == (942, 990, -1)


def test_a_reversed_clip_as_premiere_writes_it(tmp_path: Path) -> None:
    # Of 600 frames of media, frame 89 is shown first and frame 30 last.
    graph = [(0, 600), (510, 90), (570, 30), (600, 0)]
    clip = retimed(tmp_path, 510, 570, remap(-100, graph, reverse=True), record=60)
    assert frames(clip) == (30, 90, -1)


def test_the_late_first_key_frame_of_final_cut_pro_is_the_end_of_the_media(tmp_path: Path) -> None:
    graph = [(0, 1001), (48, 952), (1000, 1)]
    assert frames(retimed(tmp_path, 0, 48, remap(-100, graph))) == (952, 1000, -1)


def test_without_a_graph_a_reversed_clip_counts_from_the_end_of_its_media(tmp_path: Path) -> None:
    assert frames(retimed(tmp_path, 10, 58, remap(100, reverse=True))) == (942, 990, -1)
    assert frames(retimed(tmp_path, 10, 58, remap(-200))) == (884, 980, -2)


def test_without_any_length_the_out_point_of_a_reversed_clip_is_shown_first(tmp_path: Path) -> None:
    bare = file(inside=rate()) + remap(-100)
    found = inspected(tmp_path, document(sequence(track(item(0, 48, 10, 58, bare)))))
    assert frames(found.clips[0]) == (10, 58, -1)
    assert "length of its media is not written" in found.warnings[0]


def test_tools_that_write_frames_of_the_media_are_understood(tmp_path: Path) -> None:
    # 48 frames at 50 % show 24 of the media; out minus in are 24 as well.
    assert frames(retimed(tmp_path, 600, 624, remap(50))) == (600, 624, Fraction(1, 2))
    assert frames(retimed(tmp_path, 600, 624, remap(-50))) == (600, 624, Fraction(-1, 2))


def test_a_speed_of_zero_is_a_freeze_frame(tmp_path: Path) -> None:
    assert frames(retimed(tmp_path, 10, 58, remap(0))) == (10, 11, 0)
    assert frames(retimed(tmp_path, 10, 58, remap(None, [(0, 77), (100, 77)]))) == (77, 78, 0)


def test_a_filter_that_is_switched_off_does_nothing(tmp_path: Path) -> None:
    off = remap(200).replace("<filter>", "<filter><enabled>FALSE</enabled>")
    assert frames(retimed(tmp_path, 10, 58, off)) == (10, 58, 1)


RAMP = [(0, 0), (1, 1), (51, 51), (114, 126), (142, 154)]
"""Of a real export of Premiere Pro: 75 frames of the media in 63."""


def test_a_ramp_is_an_exact_map(tmp_path: Path) -> None:
    [read] = ramped(tmp_path, RAMP, first=0, record=143).clips
    shown = [
        read.range.time_map.to_source(Fraction(n, 24)) * 24 - 86400 for n in (0, 51, 72, 114, 143)
    ]
    assert told(*shown) == (0, 51, 76, 126, 155)
    assert read.range.problem is None
    assert told(read.range.source.start * 24, read.range.source.end * 24) == (86400, 86555)


def test_a_ramp_that_is_trimmed_at_both_ends(tmp_path: Path) -> None:
    # From frame 30 to frame 93 of the retimed clip: 21 at normal speed, 42 a fifth faster.
    [read] = ramped(tmp_path, RAMP, first=30, record=63).clips
    source = read.range.source
    assert told(source.start * 24 - 86400, source.end * 24 - 86400) == (30, 101)
    assert told(*(read.range.time_map.speed_at(Fraction(n, 24)) for n in (0, 21))) == (
        1, Fraction(25, 21),
    )  # fmt: skip


def test_a_ramp_may_turn_around_and_hold(tmp_path: Path) -> None:
    graph = [(0, 100), (24, 124), (48, 100), (72, 100)]
    [read] = ramped(tmp_path, graph, first=0, record=72).clips
    shown = [read.range.time_map.to_source(Fraction(n, 24)) * 24 - 86400 for n in (12, 24, 36, 60)]
    assert told(*shown) == (112, 124, 112, 100)
    source = read.range.source
    assert told(source.start * 24 - 86400, source.end * 24 - 86400) == (100, 124)


def test_a_graph_goes_on_straight_beyond_its_ends(tmp_path: Path) -> None:
    [read] = ramped(tmp_path, [(10, 0), (20, 20), (30, 30)], first=5, record=35).clips
    shown = [read.range.time_map.to_source(Fraction(n, 24)) * 24 - 86400 for n in (0, 5, 15, 35)]
    assert told(*shown) == (-10, 0, 20, 40)


def test_a_ramp_that_holds_all_the_time_is_a_freeze_frame(tmp_path: Path) -> None:
    graph = [(0, 0), (10, 77), (200, 77)]
    effect = remap(None, graph, variable=True)
    assert frames(retimed(tmp_path, 20, 68, effect)) == (77, 78, 0)


def test_a_ramp_with_one_speed_is_none(tmp_path: Path) -> None:
    # As DaVinci Resolve writes a constant speed.
    effect = remap(50, [(0, 0), (500, 250)], variable=True)
    assert frames(retimed(tmp_path, 20, 68, effect)) == (10, 34, Fraction(1, 2))


def test_the_smooth_part_of_a_ramp_is_told(tmp_path: Path) -> None:
    effect = remap(None, RAMP, variable=True).replace("</when>", "</when><inscale>0</inscale>", 1)
    text = document(sequence(track(item(0, 48, 0, 48, file() + effect))))
    assert "changes smoothly" in inspected(tmp_path, text).warnings[0]


def test_markers_on_a_ramp_stand_where_their_frame_is_shown(tmp_path: Path) -> None:
    # Frame 76 of the media is frame 72 of the retimed clip: 51 + (76 - 51) * 63 / 75.
    inside = file() + marker(76) + remap(None, RAMP, variable=True)
    found = inspected(tmp_path, document(sequence(track(item(0, 143, 0, 143, inside)))))
    assert [m.frame for m in found.markers] == [72]


def ramped(folder: Path, graph: list[tuple[int, int]], *, first: int, record: int) -> Reading:
    effect = remap(None, graph, variable=True)
    cut = track(item(0, record, first, first + record, file() + effect))
    return FORMAT.open(write(folder, document(sequence(cut))))


def test_a_nest_may_be_retimed(tmp_path: Path) -> None:
    nest = sequence(track(item(0, 96, 100), item(96, 192, 500)), name="nest", id_="2")
    cut = track(item(0, 48, 24, 72, nest + remap(200)))
    found = inspected(tmp_path, document(sequence(cut)))
    # Frames 48 to 144 of the nest, twice as fast.
    assert [(c.record_in, c.record_out, *frames(c)) for c in found.clips] == [
        (0, 24, 148, 196, 2), (24, 48, 500, 548, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("speed", ["NaN", "1e400", "fast", "1e30"])
def test_a_speed_that_is_none_costs_only_its_clip(tmp_path: Path, speed: str) -> None:
    cut = track(item(0, 24, inside=file() + remap(speed)), item(24, 48))
    found = inspected(tmp_path, document(sequence(cut)))
    assert [(c.record_in, c.record_out) for c in found.clips] == [(0, 24), (24, 48)]
    assert [problem.index for problem in found.problems] == [0]


def test_key_frames_of_others_effects_are_not_read(tmp_path: Path) -> None:
    other = tag("filter", tag("effect", tag("effectid", "opacity")))
    assert frames(retimed(tmp_path, 10, 58, other + remap(200))) == (20, 116, 2)
