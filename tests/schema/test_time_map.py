"""The map between source and timeline: straight, and bent by a speed ramp."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import Bend, ClipRange, TimeMap, TimeRange
from tests.strategies import moments, ranges, speeds, time_maps

STEPPED = TimeMap.through(
    [(Fraction(at), Fraction(source)) for at, source in ((0, 0), (10, 10), (50, 20), (60, 30))]
)
"""At full speed to 10 s, at a quarter to 50 s, then at full speed."""

THERE_AND_BACK = TimeMap.through(
    [(Fraction(at), Fraction(source)) for at, source in ((0, 0), (5, 5), (8, 5), (11, 2), (20, 11))]
)
"""Five seconds forwards, a hold of three, three backwards, then forwards again."""


def span(start: int | Fraction, end: int | Fraction) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


@given(moments(), moments(), speeds(), moments())
def test_source_and_timeline_are_inverse(
    timeline: Fraction, source: Fraction, speed: Fraction, moment: Fraction
) -> None:
    time_map = TimeMap(timeline_start=timeline, source_start=source, speed=speed)
    assert time_map.to_timeline(time_map.to_source(moment)) == moment


@given(moments(), moments(), speeds(), moments(), moments(), speeds(), moments())
def test_the_map_of_a_nest_equals_its_two_maps_in_turn(
    a: Fraction, b: Fraction, k: Fraction, c: Fraction, d: Fraction, m: Fraction, moment: Fraction
) -> None:
    outer = TimeMap(timeline_start=a, source_start=b, speed=k)
    inner = TimeMap(timeline_start=c, source_start=d, speed=m)
    assert outer.after(inner).to_source(moment) == inner.to_source(outer.to_source(moment))


def test_a_freeze_frame_shows_one_moment_all_the_time() -> None:
    frozen = TimeMap(timeline_start=Fraction(3), source_start=Fraction(7), speed=Fraction(0))
    assert {frozen.to_source(Fraction(n, 3)) for n in range(9, 30)} == {Fraction(7)}
    with pytest.raises(ZeroDivisionError):
        frozen.to_timeline(Fraction(7))


@given(time_maps())
def test_a_map_survives_json(time_map: TimeMap) -> None:
    assert TimeMap.model_validate_json(time_map.model_dump_json()) == time_map


def test_a_map_without_bends_is_written_as_before_there_were_any() -> None:
    text = '{"timeline_start":"1","source_start":"2/3","speed":"-1"}'
    assert TimeMap.model_validate_json(text).model_dump_json() == text


def test_bends_are_in_order_and_after_the_start() -> None:
    zero, one = (Bend(at=Fraction(n), speed=Fraction(2)) for n in (0, 1))
    TimeMap(timeline_start=0, source_start=0, bends=(zero, one))
    for start, bends in ((0, (one, zero)), (0, (one, one)), (1, (zero, one))):
        with pytest.raises(ValidationError, match="bend"):
            TimeMap(timeline_start=start, source_start=0, bends=bends)


def test_a_ramp_shows_each_source_moment_where_its_points_say() -> None:
    shown = {0: 0, 5: 5, 10: 10, 30: 15, 50: 20, 55: 25, 60: 30}
    assert {at: STEPPED.to_source(Fraction(at)) for at in shown} == shown
    assert {at: STEPPED.to_timeline(Fraction(shown[at])) for at in shown} == {
        at: at for at in shown
    }
    assert STEPPED.to_source(Fraction(-3)) == -3
    assert STEPPED.to_source(Fraction(62)) == 32
    assert STEPPED.mean_speed(span(0, 60)) == Fraction(1, 2)


@given(st.lists(st.tuples(moments(), moments()), min_size=2, max_size=6))
def test_a_map_goes_through_its_points(points: list[tuple[Fraction, Fraction]]) -> None:
    known = sorted(dict(points).items())
    assume(len(known) > 1)
    time_map = TimeMap.through(known)
    assert [time_map.to_source(at) for at, _ in known] == [source for _, source in known]
    for (a, c), (b, d) in pairwise(known):
        assert time_map.to_source((a + b) / 2) == (c + d) / 2


@pytest.mark.parametrize("points", [[], [(1, 1)], [(1, 1), (1, 2)], [(2, 1), (1, 2)]])
def test_points_that_make_no_map_are_refused(points: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="point"):
        TimeMap.through([(Fraction(at), Fraction(source)) for at, source in points])


@given(time_maps(), moments())
def test_the_first_moment_that_shows_a_source_moment_shows_it(
    time_map: TimeMap, moment: Fraction
) -> None:
    assume(not time_map.is_freeze)
    source = time_map.to_source(moment)
    first = time_map.to_timeline(source)
    assert time_map.to_source(first) == source
    if time_map.speed_at(first) and time_map.speed_at(moment):
        assert first <= moment


def test_what_a_ramp_never_shows_has_no_moment() -> None:
    with pytest.raises(ValueError, match="never shows 9"):
        TimeMap.through([(Fraction(at), Fraction(8 - abs(at))) for at in (-1, 0, 1)]).to_timeline(
            Fraction(9)
        )


@given(time_maps(), time_maps(), moments())
def test_the_map_of_a_ramped_nest_equals_its_two_maps_in_turn(
    outer: TimeMap, inner: TimeMap, moment: Fraction
) -> None:
    both = outer.after(inner)
    for at in (moment, *(bend.at for bend in both.bends)):
        assert both.to_source(at) == inner.to_source(outer.to_source(at))


@given(time_maps(), ranges(), st.integers(0, 8))
def test_a_range_of_the_source_holds_all_that_a_range_of_the_timeline_shows(
    time_map: TimeMap, item: TimeRange, eighth: int
) -> None:
    shown = time_map.range_to_source(item)
    source = time_map.to_source(item.start + item.duration * Fraction(eighth, 8))
    assert shown.start <= source <= shown.end
    edges = {time_map.to_source(bend.at) for bend in time_map.bends if item.contains(bend.at)}
    edges |= {time_map.to_source(item.start), time_map.to_source(item.end)}
    assert {shown.start, shown.end} == {min(edges), max(edges)}


@given(time_maps(), ranges())
def test_a_range_of_the_timeline_holds_all_moments_that_show_a_range_of_the_source(
    time_map: TimeMap, item: TimeRange
) -> None:
    assume(not time_map.is_freeze)
    shown = time_map.range_to_timeline(time_map.range_to_source(item))
    holds = [time_map.speed, time_map.speed_at(Fraction(10**6))]
    if all(holds):  # a hold without end shows its moment for ever
        assert shown.start <= item.start
        assert item.end <= shown.end
    for edge in (shown.start, shown.end):
        source = time_map.range_to_source(item)
        assert source.start <= time_map.to_source(edge) <= source.end


@given(time_maps(), ranges())
def test_the_pieces_of_a_range_are_straight_and_show_what_the_map_shows(
    time_map: TimeMap, item: TimeRange
) -> None:
    pieces = time_map.pieces(item)
    assert sum(piece.duration for piece, _ in pieces) == item.duration
    assert all(a.end == b.start for (a, _), (b, _) in pairwise(pieces))
    for piece, straight in pieces:
        assert not straight.bends
        for moment in (piece.start, piece.start + piece.duration / 3, piece.end):
            assert straight.to_source(moment) == time_map.to_source(moment)


@given(time_maps(), ranges(), st.fractions(0, 1, max_denominator=20))
def test_a_map_within_a_range_is_the_same_there(
    time_map: TimeMap, item: TimeRange, part: Fraction
) -> None:
    moment = item.start + item.duration * part
    assert time_map.within(item).to_source(moment) == time_map.to_source(moment)


@given(time_maps(), moments(), moments(), moments())
def test_a_moved_map_shows_the_same_later(
    time_map: TimeMap, later: Fraction, more: Fraction, moment: Fraction
) -> None:
    moved = time_map.shifted(later, more)
    assert moved.to_source(moment + later) == time_map.to_source(moment) + more


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (span(0, 2), [span(0, 2)]),
        (span(2, 4), [span(2, 4), span(9, 13)]),
        (span(4, 6), [span(4, 9), span(13, 15)]),
        (span(2, 11), [span(2, 20)]),
        (span(12, 13), []),
        (span(5, 6), [span(5, 8), span(14, 15)]),
    ],
)
def test_every_stretch_that_shows_a_range_is_found(
    source: TimeRange, shown: list[TimeRange]
) -> None:
    assert THERE_AND_BACK.find(source, span(0, 20)) == shown


def clip(time_map: TimeMap, timeline: TimeRange, head: int = 0, tail: int = 0) -> ClipRange:
    source = time_map.range_to_source(timeline)
    return ClipRange(
        id="V1/0", name="", media=None, source=source, timeline=timeline, time_map=time_map,
        head=head, tail=tail,
    )  # fmt: skip


def test_the_speed_of_a_ramped_clip_is_its_mean() -> None:
    assert clip(STEPPED, span(0, 60)).speed == Fraction(1, 2)
    assert clip(STEPPED, span(5, 20)).speed == Fraction(1, 2)
    assert clip(THERE_AND_BACK, span(0, 14)).speed == Fraction(5, 14)


@pytest.mark.parametrize(
    ("speed", "seen"),
    [(1, span(-1, 6)), (2, span(-1, 10)), (-1, span(-6, 1)), (0, span(0, 0))],
)
def test_handles_lie_in_the_direction_in_which_a_clip_runs(speed: int, seen: TimeRange) -> None:
    straight = TimeMap(timeline_start=0, source_start=0, speed=speed)
    assert clip(straight, span(0, 4), head=1, tail=2).seen == seen


def test_handles_of_a_ramp_go_on_where_it_begins_and_ends() -> None:
    assert clip(THERE_AND_BACK, span(0, 10), head=1, tail=2).seen == span(-1, 5)
    assert clip(THERE_AND_BACK, span(0, 11), tail=3).seen == span(-1, 5)


def test_a_clip_without_handles_is_written_as_before_there_were_any() -> None:
    plain = clip(TimeMap(timeline_start=0, source_start=0), span(0, 4))
    assert not {"head", "tail"} & plain.model_dump(mode="json").keys()
    assert plain.seen == plain.source
