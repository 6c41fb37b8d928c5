"""Hypothesis strategies for moments, ranges, rates and speeds."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from shotlog.schema import Bend, TimeMap, TimeRange

RATES = tuple(
    Fraction(n, d)
    for n, d in (
        (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1),
    )
)  # fmt: skip


def rates() -> st.SearchStrategy[Fraction]:
    """Return frame rates of real material."""
    return st.sampled_from(RATES)


def moments() -> st.SearchStrategy[Fraction]:
    """Return moments on frame boundaries of mixed rates, and between them."""
    on_frames = st.builds(lambda n, rate: n / rate, st.integers(-500, 500), rates())
    return st.one_of(on_frames, st.fractions(-20, 20, max_denominator=1000))


def ranges() -> st.SearchStrategy[TimeRange]:
    """Return ranges, some of them empty."""
    return st.builds(lambda a, b: TimeRange.between(min(a, b), max(a, b)), moments(), moments())


def speeds() -> st.SearchStrategy[Fraction]:
    """Return speeds that are not 0: slow, fast, backwards."""
    usual = [Fraction(n, d) for n, d in ((1, 1), (2, 1), (1, 2), (-1, 1), (-2, 1), (24, 25))]
    return st.one_of(st.sampled_from(usual), st.fractions(-8, 8, max_denominator=100).filter(bool))


def time_maps() -> st.SearchStrategy[TimeMap]:
    """Return maps: straight ones, ramps of several speeds, with holds and backward stretches."""
    changes = st.lists(st.tuples(moments(), st.one_of(speeds(), st.just(Fraction(0)))), max_size=4)
    return st.builds(_time_map, moments(), moments(), speeds(), changes)


def _time_map(
    start: Fraction, source: Fraction, speed: Fraction, changes: list[tuple[Fraction, Fraction]]
) -> TimeMap:
    later = {at: changed for at, changed in changes if at >= start}
    bends = tuple(Bend(at=at, speed=later[at]) for at in sorted(later))
    return TimeMap(timeline_start=start, source_start=source, speed=speed, bends=bends)
