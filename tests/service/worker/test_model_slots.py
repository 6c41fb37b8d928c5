"""Who goes when a device has no room: enough of those that were used longest ago, no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shotlog.service.worker import GIB, reserved_bytes, select_victims

SIZES = st.lists(st.integers(1, 1000), max_size=8)


def test_nobody_goes_where_nothing_is_short() -> None:
    assert select_victims([5, 5], 0) == []
    assert select_victims([], -3) == []


def test_nobody_goes_where_all_together_would_not_make_the_room() -> None:
    assert select_victims([5, 5], 11) is None
    assert select_victims([], 1) is None


def test_who_was_used_longest_ago_goes_first() -> None:
    assert select_victims([5, 5, 5], 5) == [0]
    assert select_victims([5, 5, 5], 6) == [0, 1]


def test_a_small_one_is_spared_where_the_next_makes_the_room_alone() -> None:
    assert select_victims([1, 9, 9], 9) == [1]


@given(SIZES, st.integers(-10, 4000))
def test_enough_go_and_each_of_them_is_needed(held: list[int], short: int) -> None:
    going = select_victims(held, short)
    if going is None:
        assert sum(held) < short
        return
    freed = sum(held[place] for place in going)
    assert freed >= short
    assert all(freed - held[place] < short for place in going)


@given(SIZES, st.integers(-10, 4000))
def test_nobody_goes_who_was_used_after_enough_others(held: list[int], short: int) -> None:
    going = select_victims(held, short)
    if going:
        assert sum(held[: going[-1]]) < short


def test_a_tenth_is_left_to_the_editing_program_and_never_less_than_1_gib() -> None:
    assert reserved_bytes(24 * GIB) == 24 * GIB // 10
    assert reserved_bytes(8 * GIB) == GIB
