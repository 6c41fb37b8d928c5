"""The frames of a shot that an image-text model sees."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.models.words import sample_frames
from shotlog.schema import TimeRange

TICK = Fraction(1, 25)


def frames(start: int, count: int, tick: Fraction = TICK) -> list[int]:
    """Return the ticks of the frames of a shot of so many ticks."""
    shot = TimeRange(start=start * tick, duration=count * tick)
    return [int(moment / tick) for moment in sample_frames(shot, tick)]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [100]),
        (2, [100, 101]),
        (3, [100, 101, 102]),
        (6, [101, 103, 105]),
        (75, [112, 137, 162]),
        (300, [150, 250, 350]),
        (301, [137, 212, 288, 363]),
    ],
)
def test_the_frames_are_the_middles_of_equal_parts(count: int, expected: list[int]) -> None:
    assert frames(100, count) == expected


def test_long_shots_have_a_frame_every_four_seconds_up_to_sixteen() -> None:
    assert [len(frames(0, 25 * seconds)) for seconds in (12, 13, 40, 64, 65, 3600)] == [
        3, 4, 10, 16, 16, 16,
    ]  # fmt: skip


def test_a_shot_between_two_frames_shows_the_earlier_one() -> None:
    shot = TimeRange(start=Fraction(1, 3), duration=Fraction(1, 100))
    assert sample_frames(shot, Fraction(1)) == (shot.start,)


@given(
    start=st.fractions(0, 1000, max_denominator=90_000),
    duration=st.fractions(Fraction(1, 1000), 200, max_denominator=90_000),
    tick=st.sampled_from(
        [Fraction(1, 25), Fraction(1001, 24000), Fraction(1, 90_000), Fraction(2)]
    ),
)
def test_every_frame_lies_within_its_shot_in_order(
    start: Fraction, duration: Fraction, tick: Fraction
) -> None:
    shot = TimeRange(start=start, duration=duration)
    moments = sample_frames(shot, tick)
    assert 1 <= len(moments) <= 16
    assert all(shot.contains(moment) for moment in moments)
    assert all(before < after for before, after in pairwise(moments))
    assert moments == (start,) or all(moment % tick == 0 for moment in moments)
    assert sample_frames(shot, tick) == moments


@given(first=st.integers(0, 10_000), count=st.integers(1, 3000), shift=st.integers(0, 10_000))
def test_a_shot_elsewhere_in_the_file_has_its_frames_at_the_same_places(
    first: int, count: int, shift: int
) -> None:
    assert frames(first + shift, count) == [tick + shift for tick in frames(first, count)]
