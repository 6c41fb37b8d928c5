"""Coverage: the ranges to measure so that every row is known."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shotlog.engine import missing_cells, missing_ranges
from shotlog.schema import SoundNeed, TimeRange, union


def _range(start: int, end: int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def _ranges() -> st.SearchStrategy[list[TimeRange]]:
    pair = st.tuples(st.integers(0, 60), st.integers(1, 20))
    return st.lists(pair.map(lambda p: _range(p[0], p[0] + p[1])), max_size=5)


@given(_ranges(), _ranges(), st.integers(0, 4))
def test_after_measuring_what_is_missing_every_row_is_known(
    wanted: list[TimeRange], pieces: list[TimeRange], reach: int
) -> None:
    known = pieces + missing_ranges(wanted, pieces, Fraction(reach))
    for item in union(wanted):
        for first in range(int(item.start), int(item.end)):
            for last in range(first, min(first + reach + 1, int(item.end))):
                assert any(p.start <= first and last < p.end for p in known), (first, last)


@given(_ranges(), _ranges(), st.integers(0, 4))
def test_nothing_is_measured_outside_what_is_wanted_or_far_from_what_is_new(
    wanted: list[TimeRange], pieces: list[TimeRange], reach: int
) -> None:
    plan = missing_ranges(wanted, pieces, Fraction(reach))
    assert plan == union(plan)
    inside = union(wanted)
    assert all(any(w.start <= p.start and p.end <= w.end for w in inside) for p in plan)


@given(_ranges(), _ranges(), st.integers(0, 4))
def test_what_was_measured_is_not_measured_again(
    wanted: list[TimeRange], pieces: list[TimeRange], reach: int
) -> None:
    plan = missing_ranges(wanted, pieces, Fraction(reach))
    assert missing_ranges(wanted, pieces + plan, Fraction(reach)) == []


def test_a_trimmed_clip_needs_nothing() -> None:
    assert missing_ranges([_range(12, 18)], [_range(10, 20)], Fraction(2)) == []


def test_a_longer_clip_needs_its_new_end_and_the_seam() -> None:
    assert missing_ranges([_range(10, 25)], [_range(10, 20)], Fraction(2)) == [_range(18, 25)]


def test_two_clips_that_touch_need_only_their_seam() -> None:
    pieces = [_range(0, 10), _range(10, 20)]
    assert missing_ranges([_range(0, 20)], pieces, Fraction(2)) == [_range(8, 12)]
    assert missing_ranges([_range(0, 20)], pieces, Fraction(0)) == []


def test_cells_are_whole_and_only_those_not_held() -> None:
    need = SoundNeed(cell=Fraction(4))
    assert missing_cells([_range(3, 9)], [], need) == [0, 1, 2]
    assert missing_cells([_range(3, 9)], [_range(0, 4), _range(4, 8)], need) == [2]
    assert missing_cells([_range(3, 9)], [_range(0, 7)], need) == [1, 2]
