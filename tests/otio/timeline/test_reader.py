"""Timelines become clip ranges, exactly."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import ClipRange, TimelineEmpty, TimelineUnreadable, TimeRange
from shotlog_otio import read_edit
from tests.otio.timelines import (
    as_data,
    clip,
    frames_of,
    gap,
    read,
    saved,
    span,
    stack,
    timeline,
    track,
    warp,
)

NTSC_24 = Fraction(24000, 1001)


def _only(folder: Path, item: Any) -> ClipRange:
    (found,) = read(folder, item).clips
    return found


def test_clips_gaps_and_transitions_lie_one_after_the_other(tmp_path: Path) -> None:
    dissolve = otio.schema.Transition(
        in_offset=otio.opentime.RationalTime(3, 24), out_offset=otio.opentime.RationalTime(2, 24)
    )
    edit = read(
        tmp_path,
        timeline(track(clip("a", (5, 10)), dissolve, clip("b", (0, 7)), gap(4), clip("c", (1, 2)))),
    )
    assert [c.id for c in edit.clips] == ["V1/0", "V1/2", "V1/4"]
    assert [frames_of(c) for c in edit.clips] == [(0, 10, 5, 15), (10, 17, 0, 7), (21, 23, 1, 3)]
    assert edit.duration == Fraction(23, 24)


def test_every_video_track_is_read_and_no_audio_track(tmp_path: Path) -> None:
    edit = read(
        tmp_path,
        timeline(track(clip("a")), track(clip("s"), kind="Audio"), track(gap(1), clip("b"))),
    )
    assert [(c.id, c.name) for c in edit.clips] == [("V1/0", "a"), ("V2/1", "b")]
    assert edit.clips[1].path == ("tracks", "children", 2, "children", 1)


def test_a_track_of_an_unknown_kind_is_left_out_with_a_warning(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a")), track(clip("b"), kind="Subtitle")))
    assert [c.name for c in edit.clips] == ["a"]
    assert "Subtitle" in edit.warnings[0]


def test_a_path_leads_to_its_clip_in_the_json(tmp_path: Path) -> None:
    nest = stack(track(clip("b")), track(gap(2), clip("c")))
    made = timeline(track(clip("a"), nest))
    for found in read(tmp_path, made).clips:
        item = as_data(made)
        for key in found.path:
            item = item[key]
        assert item["name"] == found.name


def test_ids_name_tracks_from_one_and_children_by_index_through_nests(tmp_path: Path) -> None:
    nest = stack(track(clip("s"), kind="Audio"), track(clip("b")), track(gap(2), clip("c")))
    edit = read(tmp_path, timeline(track(gap(1)), track(clip("a"), nest)))
    assert {c.name: c.id for c in edit.clips} == {"a": "V2/0", "b": "V2/1/V1/0", "c": "V2/1/V2/1"}


def test_clips_that_lie_in_a_stack_or_in_a_nested_track_have_unique_ids(tmp_path: Path) -> None:
    edit = read(
        tmp_path,
        timeline(track(stack(clip("a"), clip("b"), stack(clip("c"))), track(clip("d"), clip("e")))),
    )
    ids = {c.name: c.id for c in edit.clips}
    assert ids == {
        "a": "V1/0/V1/0",
        "b": "V1/0/V2/0",
        "c": "V1/0/V3/0/V1/0",
        "d": "V1/1/V1/0",
        "e": "V1/1/V1/1",
    }


def test_clips_come_in_timeline_order_lower_tracks_first(tmp_path: Path) -> None:
    edit = read(
        tmp_path, timeline(track(clip("a"), clip("d")), track(clip("b", (0, 5)), clip("c")))
    )
    assert "".join(c.name for c in edit.clips) == "abcd"


def test_a_disabled_item_disables_all_that_lies_in_it(tmp_path: Path) -> None:
    nest = stack(track(clip("c")), enabled=False)
    edit = read(
        tmp_path,
        timeline(track(clip("a", enabled=False), clip("b"), nest), track(clip("d"), enabled=False)),
    )
    assert {c.name: c.enabled for c in edit.clips} == {
        "a": False,
        "b": True,
        "c": False,
        "d": False,
    }


def test_a_track_shows_only_its_own_range(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a"), clip("b"), clip("c"), source=(15, 8))))
    assert {c.name: frames_of(c) for c in edit.clips} == {"b": (0, 5, 5, 10), "c": (5, 8, 0, 3)}
    assert edit.duration == Fraction(8, 24)


def test_the_outermost_stack_shows_only_its_own_range(tmp_path: Path) -> None:
    made = timeline(track(clip("a"), clip("b")))
    made.tracks.source_range = span((4, 10))
    edit = read(tmp_path, made)
    assert [frames_of(c) for c in edit.clips] == [(0, 6, 4, 10), (6, 10, 0, 4)]
    assert edit.duration == Fraction(10, 24)


def test_a_nest_is_trimmed_and_sped_up_with_all_that_lies_in_it(tmp_path: Path) -> None:
    nest = stack(track(clip("a"), clip("b")), source=(4, 6), effects=(warp(2),))
    edit = read(tmp_path, timeline(track(gap(3), nest)))
    # six frames of timeline show nest frames 4 to 16: a from 4 to 10, b from 0 to 6
    assert [frames_of(c) for c in edit.clips] == [(3, 6, 4, 10), (6, 9, 0, 6)]
    assert [c.speed for c in edit.clips] == [2, 2]


def test_speeds_of_nests_and_clips_multiply(tmp_path: Path) -> None:
    nest = stack(track(clip("a", (10, 20), warp(-0.5))), source=(0, 5), effects=(warp(2),))
    found = _only(tmp_path, timeline(track(nest)))
    # 5 frames show nest frames 0 to 10, where the clip runs back from 20 by 5 frames
    assert found.speed == -1
    assert frames_of(found) == (0, 5, 15, 20)


def test_a_reversed_nest_shows_its_last_clip_first(tmp_path: Path) -> None:
    nest = stack(track(clip("a"), clip("b", (50, 10))), source=(0, 20), effects=(warp(-1),))
    edit = read(tmp_path, timeline(track(nest)))
    assert [(c.name, *frames_of(c)) for c in edit.clips] == [
        ("b", 0, 10, 50, 60),
        ("a", 10, 20, 0, 10),
    ]
    assert edit.clips[0].time_map.to_source(Fraction(0)) == Fraction(60, 24)


def test_a_backwards_clip_runs_from_the_end_of_its_range(tmp_path: Path) -> None:
    found = _only(tmp_path, timeline(track(clip("a", (20, 8), warp(-2)))))
    assert frames_of(found) == (0, 8, 20, 36)
    assert found.time_map.to_source(Fraction(0)) == Fraction(36, 24)
    assert found.time_map.to_source(Fraction(8, 24)) == Fraction(20, 24)


@pytest.mark.parametrize("effect", [otio.schema.FreezeFrame(), warp(0)])
def test_a_freeze_holds_the_one_frame_that_is_shown(tmp_path: Path, effect: Any) -> None:
    found = _only(tmp_path, timeline(track(clip("a", (7, 30), effect))))
    assert frames_of(found) == (0, 30, 7, 8)
    assert found.speed == 0


def test_a_frozen_nest_shows_the_one_clip_under_its_frame(tmp_path: Path) -> None:
    freeze = otio.schema.FreezeFrame()
    nest = stack(track(clip("a"), clip("b", (3, 10))), source=(12, 6), effects=(freeze,))
    found = _only(tmp_path, timeline(track(gap(1), nest)))
    assert (found.name, *frames_of(found)) == ("b", 1, 7, 5, 6)


def test_a_frozen_moment_in_reverse_is_the_frame_that_ends_there(tmp_path: Path) -> None:
    reversed_ = stack(track(clip("a"), clip("b", (50, 10))), source=(0, 20), effects=(warp(-1),))
    frozen = stack(track(reversed_), source=(0, 6), effects=(otio.schema.FreezeFrame(),))
    found = _only(tmp_path, timeline(track(frozen)))
    assert (found.name, *frames_of(found)) == ("b", 0, 6, 59, 60)


def test_a_freeze_within_a_frozen_nest_that_runs_backwards_holds_its_own_frame(
    tmp_path: Path,
) -> None:
    inner = stack(track(clip("a", (7, 10), otio.schema.FreezeFrame())), effects=(warp(-1),))
    frozen = stack(track(inner), source=(0, 6), effects=(otio.schema.FreezeFrame(),))
    assert frames_of(_only(tmp_path, timeline(track(frozen)))) == (0, 6, 7, 8)


@pytest.mark.parametrize(
    ("frames", "effect", "frame"),
    [
        (29.97, otio.schema.FreezeFrame(), 30),  # 29.99997 at 24
        (29.9703, warp(-1), 39),  # seen backwards from 40.0003 at 24
    ],
)
def test_a_freeze_may_miss_its_frame_by_a_rounding(
    tmp_path: Path, frames: float, effect: Any, frame: int
) -> None:
    made = clip("a", (0, 10), effect)
    made.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(frames, 23.976), otio.opentime.RationalTime(10, 24)
    )
    frozen = stack(track(made), source=(0, 6), effects=(otio.schema.FreezeFrame(),))
    assert frames_of(_only(tmp_path, timeline(track(frozen)))) == (0, 6, frame, frame + 1)


def test_a_freeze_falls_on_the_frames_of_its_media(tmp_path: Path) -> None:
    made = clip("a", (86400, 40), otio.schema.FreezeFrame(), available=(86400, 100))
    made.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(90001, 25), otio.opentime.RationalTime(50, 25)
    )
    # 90001 frames at 25 are 3600.04 s, 0.96 frames into media that starts at 3600 s
    found = _only(tmp_path, timeline(track(made)))
    assert found.source == TimeRange(start=Fraction(3600), duration=Fraction(1, 24))


def test_a_still_is_not_recognised_by_its_name(tmp_path: Path) -> None:
    found = _only(
        tmp_path, timeline(track(clip("a", (0, 444), media="/m/a.png", available=(0, 1))))
    )
    assert frames_of(found) == (0, 444, 0, 444)
    assert found.speed == 1
    assert not found.problem
    assert not found.warnings


def test_an_unknown_time_effect_is_a_problem_of_its_clip_alone(tmp_path: Path) -> None:
    unknown = otio.schema.TimeEffect(effect_name="Ramp")
    edit = read(tmp_path, timeline(track(clip("a", (5, 10), unknown), clip("b"))))
    first, second = edit.clips
    assert first.problem is not None
    assert (first.problem.code, first.problem.clip) == ("retime-unsupported", "V1/0")
    assert "Ramp" in first.problem.message
    assert second.problem is None
    assert frames_of(second) == (10, 20, 0, 10)


def test_an_unknown_time_effect_on_a_nest_reaches_every_clip_in_it(tmp_path: Path) -> None:
    nest = stack(track(clip("a"), clip("b")), effects=(otio.schema.TimeEffect(),))
    edit = read(tmp_path, timeline(track(nest, clip("c"))))
    assert [c.problem and c.problem.code for c in edit.clips] == [
        "nest-retime-unsupported",
        "nest-retime-unsupported",
        None,
    ]


@pytest.mark.parametrize("scalar", [math.nan, math.inf])
def test_a_speed_that_is_no_number_is_a_problem(tmp_path: Path, scalar: float) -> None:
    found = _only(tmp_path, timeline(track(clip("a", (0, 10), warp(scalar)))))
    assert found.problem is not None
    assert found.problem.code == "retime-unsupported"


def test_an_effect_that_is_switched_off_counts_for_nothing(tmp_path: Path) -> None:
    effect = warp(4)
    effect.enabled = False
    assert _only(tmp_path, timeline(track(clip("a", (0, 10), effect)))).speed == 1


def test_premiere_counts_the_range_of_a_sped_up_clip_in_media(tmp_path: Path) -> None:
    made = timeline(track(clip("a", (10, 20), warp(2)), clip("b")))
    made.metadata["PremierePro_OTIO"] = {"MetadataVersion": "1.0"}
    assert [frames_of(c) for c in read(tmp_path, made).clips] == [(0, 10, 10, 30), (10, 20, 0, 10)]


def test_a_clip_that_runs_backwards_in_premiere_carries_a_warning(tmp_path: Path) -> None:
    made = timeline(track(clip("a", (10, 20), warp(-2))))
    made.tracks.metadata["PremierePro_OTIO"] = {}
    found = _only(tmp_path, made)
    assert frames_of(found) == (0, 10, 10, 30)
    assert "backwards" in found.warnings[0]


def test_mixed_rates_stay_exact(tmp_path: Path) -> None:
    made = timeline(
        track(clip("a", (0, 10), rate=23.976), clip("b", (0, 10), rate=25), clip("c", (0, 1)))
    )
    edit = read(tmp_path, made)
    assert [c.timeline.start for c in edit.clips] == [
        0,
        10 / NTSC_24,
        10 / NTSC_24 + Fraction(10, 25),
    ]


def test_the_global_start_gives_rate_and_start(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a")), start=(86400, 23.976023976023978)))
    assert (edit.rate, edit.start) == (NTSC_24, 86400 / NTSC_24)


@pytest.mark.parametrize("start", [None, (0, 1)])
def test_without_a_start_the_rate_of_most_clips_counts(
    tmp_path: Path, start: tuple[float, float] | None
) -> None:
    made = timeline(
        track(clip("a", rate=30), clip("b", rate=29.97), clip("c", rate=29.97)), start=start
    )
    edit = read(tmp_path, made)
    assert edit.rate == Fraction(30000, 1001)
    assert edit.start == 0


def test_a_timeline_in_milliseconds_gets_a_rate_by_assumption(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a", (500, 1000), available=None, rate=1000))))
    assert edit.clips[0].source.start == Fraction(1, 2)
    assert edit.rate == 24
    assert "frame rate" in edit.warnings[0]


def test_a_global_start_that_is_no_time_is_passed_over(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a")), start=(math.nan, 24)))
    assert edit.start == 0
    assert edit.rate == 24
    assert "global start" in edit.warnings[0]


@pytest.mark.parametrize("start", [86400, 20])
def test_a_track_that_starts_at_its_record_timecode_loses_nothing(
    tmp_path: Path, start: int
) -> None:
    edit = read(tmp_path, timeline(track(clip("a"), clip("b"), source=(-start, 20))))
    assert [frames_of(c) for c in edit.clips] == [(0, 10, 0, 10), (10, 20, 0, 10)]
    assert edit.start == Fraction(start, 24)
    assert "timecode" in edit.warnings[0]


def test_without_a_source_range_all_of_the_media_is_used(tmp_path: Path) -> None:
    found = _only(tmp_path, timeline(track(clip("a", None, available=(86400, 50)))))
    assert frames_of(found) == (0, 50, 86400, 86450)
    assert found.media is not None
    assert found.media.start == 3600
    assert found.media.duration == Fraction(50, 24)


def test_without_an_available_range_the_media_start_is_not_known(tmp_path: Path) -> None:
    found = _only(tmp_path, timeline(track(clip("a", (5, 6), available=None))))
    assert found.media is not None
    assert (found.media.start, found.media.duration) == (None, None)
    assert found.problem is None


def test_a_clip_without_any_range_is_a_problem_and_a_warning(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a", None, available=None), clip("b"))))
    empty, after = edit.clips
    assert empty.problem is not None
    assert empty.problem.code == "clip-empty"
    assert empty.timeline.duration == 0
    assert frames_of(after) == (0, 10, 0, 10)
    assert "V1/0" in edit.warnings[0]


def test_a_clip_without_length_is_a_problem(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a"), clip("b", (5, 0)), clip("c"))))
    found = edit.clips[1]
    assert found.problem is not None
    assert (found.problem.code, *frames_of(found)) == ("clip-empty", 10, 10, 5, 5)


@pytest.mark.parametrize("source", [(0, -5), (0, math.nan), (math.inf, 5), (0, 1e308), (-1e308, 5)])
def test_a_range_that_is_no_range_costs_one_clip_only(
    tmp_path: Path, source: tuple[float, float]
) -> None:
    edit = read(tmp_path, timeline(track(clip("bad", source), clip("b"))))
    assert [c.problem and c.problem.code for c in edit.clips] == ["clip-empty", None]


@pytest.mark.parametrize("rate", [0, -24, math.nan])
def test_a_rate_that_is_no_rate_costs_one_clip_only(tmp_path: Path, rate: float) -> None:
    edit = read(tmp_path, timeline(track(clip("bad", rate=rate), clip("b"))))
    assert [c.problem and c.problem.code for c in edit.clips] == ["clip-empty", None]
    assert edit.rate == 24


def test_a_nest_whose_range_is_no_range_shows_all_that_lies_in_it(tmp_path: Path) -> None:
    nest = stack(track(clip("a"), clip("b")), source=(0, math.nan))
    edit = read(tmp_path, timeline(track(nest, clip("c"))))
    assert [frames_of(c)[:2] for c in edit.clips] == [(0, 10), (10, 20), (20, 30)]
    assert edit.warnings[0].startswith("V1/0: ")


def test_a_clip_of_a_century_costs_no_other_clip(tmp_path: Path) -> None:
    century = 100 * 365 * 86400 * 24.0
    long = clip("long", (0, century))
    edit = read(tmp_path, timeline(track(long, long.deepcopy(), clip("b"))))
    assert [c.problem for c in edit.clips] == [None, None, None]
    assert edit.clips[2].timeline.start * 24 == 2 * century


def test_a_bad_available_range_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    found = _only(tmp_path, timeline(track(clip("a", available=(0, -3)))))
    assert found.problem is None
    assert found.media is not None
    assert found.media.start is None
    assert "passed over" in found.warnings[0]


def test_names_may_repeat(tmp_path: Path) -> None:
    edit = read(tmp_path, timeline(track(clip("a"), clip("a"), clip("a"))))
    assert len({c.id for c in edit.clips}) == 3


def test_the_file_names_a_timeline_that_has_no_name(tmp_path: Path) -> None:
    made = timeline(track(clip("a")))
    made.name = ""
    assert read(tmp_path, made).name == "edit"


def test_a_lone_clip_track_or_stack_is_read(tmp_path: Path) -> None:
    for item, ids in (
        (clip("a"), ["V1/0"]),
        (track(clip("a"), clip("b")), ["V1/0", "V1/1"]),
        (stack(track(clip("a")), track(clip("b"))), ["V1/0", "V2/0"]),
    ):
        assert [c.id for c in read(tmp_path, item).clips] == ids


def test_the_one_timeline_in_a_bin_is_read(tmp_path: Path) -> None:
    inner = otio.schema.SerializableCollection("reel", [clip("x"), timeline(track(clip("a")))])
    found = _only(tmp_path, otio.schema.SerializableCollection("bin", [clip("y"), inner]))
    assert found.name == "a"
    assert found.path == (
        *("children", 1, "children", 1),
        *("tracks", "children", 0, "children", 0),
    )


def test_a_bin_of_several_timelines_or_of_none_is_refused(tmp_path: Path) -> None:
    two = [timeline(track(clip("a"))), timeline(track(clip("b")))]
    for members in (two, [clip("a")]):
        with pytest.raises(TimelineUnreadable, match="timelines"):
            read(tmp_path, otio.schema.SerializableCollection("bin", members))


@pytest.mark.parametrize(
    "made",
    [timeline(), timeline(track()), timeline(track(gap(5))), timeline(track(clip(), kind="Audio"))],
)
def test_a_timeline_without_picture_is_an_error_with_a_reason(tmp_path: Path, made: Any) -> None:
    with pytest.raises(TimelineEmpty):
        read(tmp_path, made)


def test_a_nest_a_hundred_levels_deep_is_read(tmp_path: Path) -> None:
    item = clip("a", (5, 10))
    for _ in range(50):
        item = stack(track(item))
    assert frames_of(_only(tmp_path, timeline(track(item)))) == (0, 10, 5, 15)


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("a"), stack(track(clip("b"))))))
    assert read_edit(path) == read_edit(path)
