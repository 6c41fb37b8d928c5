"""Speeds that keys describe: straight, held, backwards and bent."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from shotlog_otio.timeline import retiming_by_keys

_RATE = Fraction(24)
Key = tuple[Fraction, Fraction]


def keys(*pairs: tuple[int, int]) -> list[Key]:
    """Keys of frames and frames of media."""
    return [(Fraction(at), value / _RATE) for at, value in pairs]


def shown(listed: list[Key], first: int, frames: int) -> list[Fraction]:
    """The media frame that each frame of a clip shows, by its map."""
    retiming = retiming_by_keys(listed, first, frames, _RATE)
    moments = [retiming.map_from(Fraction(0)).to_source(n / _RATE) for n in range(frames)]
    return [moment * _RATE for moment in moments]


def test_a_key_on_the_last_frame_holds_nothing() -> None:
    retiming = retiming_by_keys(keys((0, 10), (9, 28)), 0, 10, _RATE)

    assert retiming.speed == 2
    assert retiming.curve is None


def test_beyond_the_keys_a_frame_is_held() -> None:
    assert shown(keys((2, 5), (4, 9)), 0, 8) == [5, 5, 5, 7, 9, 9, 9, 9]


def test_a_trimmed_clip_starts_between_two_keys() -> None:
    assert shown(keys((0, 0), (10, 30)), 4, 3) == [12, 15, 18]


def test_backwards_the_first_frame_ends_where_the_range_does() -> None:
    retiming = retiming_by_keys(keys((0, 20), (10, 10)), 0, 5, _RATE)

    # Frames 20 down to 16.
    assert [retiming.content.start * _RATE, retiming.content.end * _RATE] == [16, 21]
    assert retiming.speed == -1


def test_a_single_frame_has_the_speed_around_it() -> None:
    assert retiming_by_keys(keys((0, 0), (10, 20)), 3, 1, _RATE).speed == 2
    assert retiming_by_keys(keys((5, 7)), 0, 1, _RATE).speed == 0


@given(
    st.dictionaries(st.integers(0, 60), st.integers(0, 200), min_size=1, max_size=6),
    st.integers(0, 60),
    st.integers(1, 40),
)
def test_every_frame_shows_what_the_keys_say(
    points: dict[int, int], first: int, frames: int
) -> None:
    listed = keys(*sorted(points.items()))
    retiming = retiming_by_keys(listed, first, frames, _RATE)
    course = [_said(sorted(points.items()), first + n) for n in range(frames)]
    falling = any(b < a for a, b in pairwise(course))
    # A ramp that turns has frames that are counted from their ends, and others from their starts.
    assume(retiming.curve is None or not falling)
    # Backwards the whole of the frame is shown that a key is on.
    shift = 1 if retiming.speed < 0 else 0
    expected = [value + shift for value in course]

    assert shown(listed, first, frames) == expected
    assert retiming.length == frames / _RATE


def _said(points: list[tuple[int, int]], at: int) -> Fraction:
    if at <= points[0][0]:
        return Fraction(points[0][1])
    for (begin, before), (end, after) in pairwise(points):
        if at <= end:
            return before + Fraction((after - before) * (at - begin), end - begin)
    return Fraction(points[-1][1])


def test_at_any_speed_backwards_the_range_ends_with_the_frame_that_is_shown_first() -> None:
    for last, used in ((0, 20), (15, 5)):  # twice as fast, and half as fast
        retiming = retiming_by_keys(keys((0, 20), (10, last)), 0, 10, _RATE)
        assert [retiming.content.start * _RATE, retiming.content.end * _RATE] == [21 - used, 21]
