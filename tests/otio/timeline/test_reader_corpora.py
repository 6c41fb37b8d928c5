"""Real timelines, read to the frame. The facts were worked out by hand from the files.

A row of a table is: id, first and last frame (excluded) on the timeline, first and last frame
(excluded) of the source, speed; all in frames of the timeline's rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest

from shotlog.schema import Edit
from shotlog_otio import read_edit
from tests.otio.timelines import frames_of

Row = tuple[str, int | Fraction, int | Fraction, int | Fraction, int | Fraction, int | Fraction]


@pytest.fixture(scope="session")
def generic(data_dir: Path) -> Path:
    return data_dir / "timelines" / "otio"


@pytest.fixture(scope="session")
def resolve(data_dir: Path) -> Path:
    return data_dir / "resolve" / "otio"


def _rows(edit: Edit) -> list[Row]:
    rows: list[Row] = []
    for clip in edit.clips:
        start, end, first, last = frames_of(clip, edit.rate)
        rows.append((clip.id, start, end, first, last, clip.speed))
    return rows


def _check(edit: Edit, rate: int, start: int, length: int | Fraction, rows: Sequence[Row]) -> None:
    assert edit.rate == rate
    assert edit.start * rate == start
    assert edit.duration * rate == length
    assert _rows(edit) == list(rows)


def _problems(edit: Edit) -> dict[str, str]:
    return {clip.id: clip.problem.code for clip in edit.clips if clip.problem}


MXF = r"E:\SHOWREEL\NBC UNIVERSAL\more 13th st\1128797.mxf"


def test_resolve_one_clip(resolve: Path) -> None:
    edit = read_edit(resolve / "ambiguity_base.otio")
    _check(edit, 50, 180000, 1500, [("V1/0", 0, 1500, 1800000, 1801500, 1)])
    (clip,) = edit.clips
    assert clip.media is not None
    assert clip.media.path == MXF
    assert clip.media.start == 36000
    assert clip.media.duration == 30
    assert edit.name == "ambiguity_base"
    assert not clip.problem
    assert not clip.warnings


def test_resolve_a_dissolve_leaves_the_trimmed_ranges(resolve: Path) -> None:
    rows = [("V1/0", 0, 596, 1800000, 1800596, 1), ("V1/2", 596, 1500, 1800596, 1801500, 1)]
    edit = read_edit(resolve / "ambiguity_ref2.otio")
    _check(edit, 50, 180000, 1500, rows)
    # The dissolve lies over both sides of the cut.
    assert [clip.head for clip in edit.clips] == [0, 1]
    assert [clip.tail for clip in edit.clips] == [1, 0]


def test_resolve_half_speed_uses_half_of_the_media(resolve: Path) -> None:
    rows = [("V1/0", 0, 1500, 1800000, 1800750, Fraction(1, 2))]
    _check(read_edit(resolve / "ambiguity_ref4_retime_50pct.otio"), 50, 180000, 1500, rows)


def test_resolve_a_speed_ramp_is_followed_exactly(resolve: Path) -> None:
    edit = read_edit(resolve / "ambiguity_ref5_speedramp_stepped.otio")
    (clip,) = edit.clips
    assert clip.problem is None
    # 516 frames at full speed, 1944 at a quarter, 496 at full speed: 1498 frames of media.
    _check(edit, 50, 180000, 2956, [("V1/0", 0, 2956, 1800000, 1801498, Fraction(1498, 2956))])
    key_frames = {0: 0, 516: 516, 2460: 1002, 2957: 1499}
    shown = {n: clip.time_map.to_source(Fraction(n, 50)) * 50 - 1800000 for n in key_frames}
    assert shown == key_frames


def test_resolve_titles_gaps_and_tracks_of_sound(resolve: Path) -> None:
    edit = read_edit(resolve / "ambiguity_torture_ref.otio")
    rows = [
        ("V1/0", 0, 250, 1800000, 1800250, 1),
        ("V1/1", 250, 500, 0, 250, 1),
        ("V1/2", 500, 1750, 1800250, 1801500, 1),
        ("V1/3", 1750, 3250, 1800000, 1801500, 1),
    ]
    _check(edit, 50, 180000, 3250, rows)
    assert _problems(edit) == {"V1/1": "media-missing"}


def test_resolve_double_speed_of_an_image_sequence(resolve: Path) -> None:
    edit = read_edit(resolve / "ayon_clip_img_seq_2x_speed_resolve.otio")
    _check(edit, 24, 0, 11, [("V1/0", 0, 11, 39, 61, 2)])
    media = edit.clips[0].media
    assert media is not None
    assert media.sequence is not None
    folder = r"C:\Users\robin\OneDrive\Bureau\dev_ayon\data\img_sequence\tif"
    assert media.sequence.pattern == rf"{folder}\output.%04d.tif"
    assert media.sequence.first == 1001
    assert media.sequence.rate == 24


def test_resolve_backwards_from_the_frame_that_the_trim_leaves(resolve: Path) -> None:
    # 100 pictures backwards, 39 trimmed off the head: pictures 60 down to 20
    edit = read_edit(resolve / "ayon_clip_img_seq_reverse_speed_no_tc.otio")
    _check(edit, 24, 0, 41, [("V1/0", 0, 41, 20, 61, -1)])
    assert edit.clips[0].time_map.to_source(Fraction(0)) * 24 == 61


def test_resolve_other_rates_than_the_media(resolve: Path) -> None:
    edit = read_edit(resolve / "ayon_clip_qt_embedded_tc.otio")
    _check(edit, 25, 0, 44, [("V1/0", 0, 44, 90032, 90076, 1)])
    media = edit.clips[0].media
    assert media is not None
    assert media.start == 3600
    assert media.duration == Fraction(100, 24)
    plain = read_edit(resolve / "ayon_clip_movie_with_handles.otio")
    _check(plain, 25, 0, 171, [("V1/0", 0, 171, 0, 171, 1)])


def test_a_clip_between_gaps(generic: Path) -> None:
    _check(read_edit(generic / "clip_example.otio"), 24, 0, 19, [("V1/1", 8, 11, 3, 6, 1)])


def test_a_generator_in_a_track_of_the_oldest_kind(generic: Path) -> None:
    edit = read_edit(generic / "generator_reference_test.otio")
    _check(edit, 24, 0, 50, [("V1/0", 0, 50, 0, 50, 1)])
    assert _problems(edit) == {"V1/0": "no-picture"}


def test_image_sequences(generic: Path) -> None:
    edit = read_edit(generic / "image_sequence_example.otio")
    _check(edit, 24, 0, 30, [("V1/0", 0, 30, 86410, 86440, 1)])
    media = edit.clips[0].media
    assert media is not None
    assert media.path == str(generic / "sample_sequence" / "sample_sequence.1001.exr")
    assert media.start == 3600

    edit = read_edit(generic / "img_seq_media_reference.otio")
    _check(edit, 24, 86400, 159, [("V1/0", 0, 159, 900000, 900159, 1)])
    media = edit.clips[0].media
    assert media is not None
    assert media.sequence is not None
    assert media.sequence.pattern == "/tmp/PREGRADE MIXDOWN.%d.exr"  # noqa: S108


def test_fractions_of_frames_are_kept(generic: Path) -> None:
    edit = read_edit(generic / "multiinstance.otio")
    cut, end = Fraction(483075, 1000), Fraction(483075, 1000) + Fraction(799, 3)
    _check(edit, 25, 0, end, [("V1/0", 0, cut, 0, cut, 1), ("V1/1", cut, end, cut, end, 1)])
    assert edit.clips[0].media is not None
    assert edit.clips[0].media.path == "E:/MM-Test/30sek-749f.wmv"


def test_several_tracks(generic: Path) -> None:
    rows = [
        ("V1/0", 0, 720, 0, 720, 1),
        ("V2/1", 482, 962, 0, 480, 1),
        ("V1/2", 803, 1525, 0, 722, 1),
        ("V3/1", 1198, 1838, 0, 640, 1),
        ("V1/4", 1957, 2677, 0, 720, 1),
    ]
    _check(read_edit(generic / "multitrack.otio"), 24, 0, 3282, rows)


def test_nests_with_time_effects(generic: Path) -> None:
    rows: list[Row] = [
        ("V1/0", 0, 238, 135, 373, 1),
        ("V1/1/V1/0", 238, 269, 373, 404, 1),
        ("V1/2", 269, 302, 101, 134, 1),
        # 24 frames at 47/55 take 28 4/47 of the nest's 29
        ("V1/3/V1/0", 302, 302 + Fraction(24 * 55, 47), 429, 453, Fraction(47, 55)),
        ("V1/4", 331, 394, 179, 242, 1),
        ("V1/5/V1/0", 394, 398, 471, 472, 0),
        ("V1/6", 398, 636, 135, 373, 1),
    ]
    _check(read_edit(generic / "nested_example.otio"), 24, 0, 636, rows)


@pytest.mark.parametrize("name", ["premiere_example.otio", "premiere_example.marker3_future.otio"])
def test_premiere_with_markers_of_today_and_tomorrow(generic: Path, name: str) -> None:
    edit = read_edit(generic / name)
    rows = [
        ("V2/1", 13, 113, 0, 100, 1),
        ("V3/1", 15, 956, 108000, 108941, 1),
        ("V2/3", 165, 322, 0, 157, 1),
        ("V2/4", 322, 557, 0, 235, 1),
        ("V1/1", 536, 636, 0, 100, 1),  # 50 frames at 15 are 100 at 30
        ("V4/1", 956, 1164, 133, 341, 1),
        ("V4/3", 1164, 1246, 18, 100, 1),
    ]
    # the sound of track 5 ends last: 956 + 221 + 94 frames
    _check(edit, 30, 0, 1271, rows)
    assert _problems(edit) == {"V3/1": "no-picture"}
    media = edit.clips[0].media
    assert media is not None
    assert media.path == "D:/media/sc01_sh010_anim.mov"


def test_an_edl_whose_track_starts_at_its_record_timecode(generic: Path) -> None:
    edit = read_edit(generic / "screening_example.otio")
    starts = (86501, 86557, 86601, 86641, 86753, 86501, 86628, 86722, 86501)
    lengths = (31, 50, 28, 115, 101, 161, 170, 136, 257)
    rows: list[Row] = []
    at = 0
    for index, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        rows.append((f"V1/{index}", at, at + length, start, start + length, 1))
        at += length
    _check(edit, 24, 86243, 1049, rows)


def test_transitions_at_both_ends(generic: Path) -> None:
    rows = [
        ("V1/1", 0, 50, 0, 50, 1),
        ("V1/3", 50, 100, 0, 50, 1),
        ("V1/4", 100, 150, 0, 50, 1),
    ]
    edit = read_edit(generic / "transition_test.otio")
    _check(edit, 24, 0, 150, rows)
    assert set(_problems(edit).values()) == {"media-missing"}


def test_stills_and_switched_off_clips_of_a_resolve_animatic(generic: Path) -> None:
    edit = read_edit(generic / "effects.otio")
    lengths = (444, 0, 56, 13, 18, 30, 34, 18, 16, 42, 145, 202, 37, 70)  # 1 is a transition
    rows: list[Row] = []
    starts = accumulate(lengths, initial=0)
    rows.extend(
        (f"V1/{index}", at, at + length, 0, length, 1)
        for index, (at, length) in enumerate(zip(starts, lengths, strict=False))
        if length
    )
    rows.extend((f"V{number}/0", 0, 444, 0, 444, 1) for number in (2, 3, 4))
    upper = [(0, 500), (500, 316), (816, 211), (1027, 98)]
    rows.extend((f"V5/{i}", at, at + n, 0, n, 1) for i, (at, n) in enumerate(upper))
    assert sorted(_rows(edit)) == sorted(rows)
    assert edit.duration * 24 == 1125
    assert [clip.id for clip in edit.clips if not clip.enabled] == ["V3/0", "V4/0"]
    assert _problems(edit) == {f"V5/{index}": "media-missing" for index in range(4)}


LENGTHS = (
    *(120, 10, 10, 10, 10, 10, 10),
    *(120, 120, 120, 120, 120, 120, 120, 120, 120),
    *(100, 100, 100, 100, 100, 99, 50, 33, 10, 9),
    *(100, 100, 100, 100, 100, 98, 50, 33, 10, 9),
    *(100, 100, 100, 100, 100),
)
"""Frames on the timeline of every clip of the time warp suite, in order."""


SPEEDS: tuple[int | Fraction | None, ...] = (
    *(1, 1, 1, 1, 0, 0, 0),
    *(1, Fraction(99, 100), Fraction(9, 10), Fraction(1, 2), Fraction(1, 10)),
    *(Fraction(101, 100), Fraction(11, 10), 2, 10),
    *(Fraction(99, 100), Fraction(9, 10), Fraction(1, 2), Fraction(33, 100), Fraction(5, 100)),
    *(Fraction(100, 99), 2, Fraction(100, 33), 10, Fraction(100, 9)),
    *([None] * 10),
    *(-1, Fraction(-51, 100), -1, Fraction(-31, 100), -1),
)
"""Their speeds; None for the trim-to-fill effects, whose curve the file does not hold."""


def test_the_time_warp_suite_is_right_to_the_frame(generic: Path) -> None:
    edit = read_edit(generic / "time_warp_test_suite.otio")
    firsts = [0] * len(LENGTHS)
    firsts[2], firsts[3], firsts[5], firsts[6] = 50, 110, 50, 119
    firsts[37], firsts[39] = 49, 69  # the reversed 50 % and 30 %
    at = -1
    assert len(edit.clips) == len(LENGTHS)
    facts = zip(edit.clips, LENGTHS, SPEEDS, firsts, strict=True)
    for number, (clip, length, speed, first) in enumerate(facts):
        at += number not in (2, 3, 5, 6)  # a frame of gap, but within the segments and freezes
        known = Fraction(1 if speed is None else speed)
        used = length * abs(known) if known else 1
        expected = (at, at + length, 86400 + first, 86400 + first + used)
        assert frames_of(clip) == expected
        assert clip.speed == known
        assert bool(clip.problem) == (speed is None)
        at += length
    assert edit.duration * 24 == at
    assert edit.start == 3600


def test_the_time_warp_suite_uses_the_frames_that_its_names_tell(generic: Path) -> None:
    edit = read_edit(generic / "time_warp_test_suite.otio")
    # "Fit-to-fill N frames into M": the clip is M frames long and uses exactly N
    fits = {28: 99, 30: 90, 32: 50, 34: 33, 36: 5, 38: 100, 40: 100, 42: 100, 44: 100, 46: 100}
    used = {clip.id: clip.source.duration * 24 for clip in edit.clips}
    assert {index: used[f"V1/{index}"] for index in fits} == fits
    # "Reverse 50%" and "Reverse 30%" start at the last of the 100 frames
    ends = {clip.id: clip.source.end * 24 for clip in edit.clips}
    assert ends["V1/70"] == ends["V1/74"] == 86500


def test_every_file_of_the_corpora_is_among_these_tests(generic: Path, resolve: Path) -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    names = [path.name for folder in (generic, resolve) for path in folder.glob("*.otio")]
    assert len(names) == 22
    assert [name for name in names if name not in tested] == []
