"""A timeline in plain frames becomes the edit that the editor shows."""

from __future__ import annotations

import json
import os
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.bridge import PlainEdit, to_edit
from shotlog.schema import ClipRange, Edit, TimelineEmpty, TimeRange, nearest_frame
from tests.bridge.talk import CLIP, EDIT, Line
from tests.strategies import RATES


def read(edit: Line) -> Edit:
    return to_edit(PlainEdit.model_validate_json(json.dumps(edit), strict=True))


def clip(on: object = "25", **change: object) -> ClipRange:
    """The only clip of a timeline, which runs at the rate ``on``."""
    (made,) = read({**EDIT, "rate": on, "clips": [{**CLIP, **change}]}).clips
    return made


def test_frames_become_exact_seconds() -> None:
    made = clip(
        [24000, 1001], source_in=86500, source_out=86550, media_start=86400,
        timeline_in=10, timeline_out=58,
    )  # fmt: skip

    assert made.source.start == Fraction(86500, 25)
    assert made.timeline.start == Fraction(10 * 1001, 24000)
    assert made.media is not None
    assert made.media.start == Fraction(86400, 25)


@pytest.mark.parametrize("told", [[24000, 1001], "24000/1001", "23.976", "23.98", [2398, 100]])
def test_a_rate_is_the_one_that_is_meant(told: object) -> None:
    assert read({**EDIT, "rate": told}).rate == Fraction(24000, 1001)


def test_a_clip_at_its_own_speed_is_at_speed_1_though_its_frames_were_rounded() -> None:
    made = clip([24000, 1001], source_in=0, source_out=51, timeline_out=48)

    assert made.speed == 1
    assert made.source.duration == made.timeline.duration == Fraction(48 * 1001, 24000)


def test_ranges_of_other_lengths_are_a_speed() -> None:
    assert clip(source_in=0, source_out=200).speed == 4


@pytest.mark.parametrize("speed", [[-1, 2], "-1/2", "-0.5"])
def test_a_clip_that_runs_backwards_begins_with_its_last_frame(speed: object) -> None:
    made = clip(source_in=100, source_out=125, speed=speed)

    assert made.time_map.to_source(made.timeline.start) == Fraction(125, 25)
    assert made.time_map.to_source(made.timeline.end) == Fraction(100, 25)


def test_a_freeze_frame_holds_the_one_frame_that_it_shows() -> None:
    made = clip(source_in=100, source_out=101, speed=0)

    assert made.source == TimeRange(start=Fraction(4), duration=Fraction(1, 25))
    assert made.time_map.to_source(made.timeline.end) == 4


def test_a_speed_that_does_not_fit_the_ranges_is_doubted_aloud() -> None:
    assert clip(speed=2).warnings
    assert not clip(speed=1).warnings


def test_a_clip_without_media_is_a_problem_of_that_clip_alone() -> None:
    edit = read({**EDIT, "clips": [CLIP, {**CLIP, "id": "b", "media": None}]})
    problems = {made.id: made.problem for made in edit.clips}

    assert problems["a"] is None
    assert problems["b"] is not None
    assert (problems["b"].code, problems["b"].clip) == ("media-missing", "b")


def test_clips_are_sorted_as_the_timeline_shows_them() -> None:
    later = {**CLIP, "id": "z", "timeline_in": 50, "timeline_out": 100}
    edit = read({**EDIT, "start": 90000, "clips": [later, CLIP]})

    assert [made.id for made in edit.clips] == ["a", "z"]
    assert edit.duration == 4
    assert edit.start == 3600


def test_a_cut_between_two_frames_is_kept_exactly() -> None:
    forwards, backwards = clip(subframe="1/4"), clip(subframe="1/4", speed=-1)

    assert forwards.source.start == Fraction(401, 100)  # frame 100 and a quarter of the next
    assert backwards.source.end == Fraction(601, 100)


@pytest.mark.parametrize("part", ["-1/4", 1])
def test_a_part_of_a_frame_is_less_than_one(part: object) -> None:
    with pytest.raises(ValueError, match="subframe is at least 0 and less than 1"):
        clip(subframe=part)


def test_the_length_of_the_media_is_told_where_it_is_known() -> None:
    known, unknown = clip(media_frames=500).media, clip().media

    assert known is not None
    assert unknown is not None
    assert (known.duration, unknown.duration) == (Fraction(20), None)


def test_an_image_sequence_is_told_by_its_pattern() -> None:
    made = clip(media="/s/a.0001.exr", pattern="/s/a.%04d.exr", first=1)

    assert made.media is not None
    assert made.media.sequence is not None
    assert made.media.sequence.first == 1
    assert made.media.sequence.rate == 25


def test_an_edit_without_clips_says_so() -> None:
    with pytest.raises(TimelineEmpty):
        read({**EDIT, "clips": []})


@given(
    rate=st.sampled_from(RATES), own=st.sampled_from(RATES), start=st.integers(0, 10**6),
    length=st.integers(1, 10**5), first=st.integers(0, 10**6),
    speed=st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(-1), Fraction(-4)]),
)  # fmt: skip
def test_every_frame_of_the_timeline_shows_a_source_frame_of_the_clip(
    rate: Fraction, own: Fraction, start: int, length: int, first: int, speed: Fraction
) -> None:
    shown = nearest_frame(length / rate * abs(speed), own)
    made = clip(
        str(rate), rate=str(own), source_in=first, source_out=first + shown,
        timeline_in=start, timeline_out=start + length, speed=str(speed),
    )  # fmt: skip

    assert made.time_map.range_to_source(made.timeline) == made.source
    assert not made.warnings


def test_media_whose_name_is_no_utf_8_is_told_as_a_url() -> None:
    made = clip(media="file:///media/caf%E9.mov")
    assert made.media is not None
    assert os.fsencode(made.media.path) == b"/media/caf\xe9.mov"


def test_the_key_points_of_a_ramp_are_frames_of_the_timeline_and_of_the_source() -> None:
    made = clip(
        source_in=1000, source_out=1030, media_start=1000, timeline_in=100, timeline_out=160,
        ramp=[[100, 1000], [110, 1010], [150, "1020"], [[160, 1], [1030, 1]]],
    )  # fmt: skip

    assert made.source == TimeRange.between(Fraction(1000, 25), Fraction(1030, 25))
    shown = {n: made.time_map.to_source(Fraction(n, 25)) * 25 for n in (100, 105, 130, 155)}
    assert shown == {100: 1000, 105: 1005, 130: 1015, 155: 1025}
    assert made.speed == Fraction(1, 2)
    assert not made.warnings


def test_a_ramp_may_reach_beyond_its_clip_and_its_range_follows_from_both() -> None:
    made = clip(
        source_in=0, source_out=90, timeline_in=10, timeline_out=30,
        ramp=[[0, 0], [20, 20], [60, 40]],
    )  # fmt: skip

    assert made.source == TimeRange.between(Fraction(10, 25), Fraction(25, 25))
    assert [bend.at * 25 for bend in made.time_map.bends] == [20]
    assert "does not fit" in made.warnings[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ramp": [[0, 0]]}, "two points"),
        ({"ramp": [[5, 0], [5, 1]]}, "must rise"),
        ({"ramp": [[0, 0], [5, 5]], "speed": 1}, "not both"),
        ({"ramp": [[0, 0], [5, 5.5]]}, "no floating point"),
        ({"head": -1}, "greater than or equal"),
    ],
)
def test_a_ramp_that_is_none_is_refused(change: Line, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        clip(**change)


def test_handles_are_source_frames() -> None:
    made = clip([24000, 1001], source_in=100, source_out=125, rate=25, head=5, tail=10)

    assert (made.head, made.tail) == (Fraction(1, 5), Fraction(2, 5))


def test_the_clips_of_audio_tracks_are_the_sound() -> None:
    heard = {**CLIP, "id": "A1/0", "media": "/talk.wav", "enabled": False}
    edit = read({**EDIT, "sound": [heard]})

    (made,) = edit.sound
    assert made.media is not None
    assert made.media.path == heard["media"]
    assert not made.enabled
    assert len(edit.clips) == len(EDIT["clips"])


def test_a_clip_of_sound_needs_an_id_of_its_own() -> None:
    with pytest.raises(ValueError, match="two clips have the same id"):
        read({**EDIT, "sound": EDIT["clips"]})
