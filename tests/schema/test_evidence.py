"""Tracks: rows by what they were taken from."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import FrameNeed, Row, Series, TimeRange
from tests.strategies import ranges, rates


def _rows() -> st.SearchStrategy[list[Row]]:
    spans = st.tuples(st.integers(-50, 50), st.integers(0, 5))
    return st.lists(spans, max_size=30).map(
        lambda pairs: [Row(a, a + n, [float(a), float(n)]) for a, n in pairs]
    )


@given(_rows(), rates(), ranges())
def test_within_keeps_exactly_the_rows_taken_from_the_range(
    rows: list[Row], rate: Fraction, span: TimeRange
) -> None:
    series = Series.of(1 / rate, rows, 2)
    kept = series.within(span)
    expected = sorted(
        {
            (r.first, r.last)
            for r in rows
            if span.start <= r.first / rate and r.last / rate < span.end
        }
    )
    assert list(zip(kept.first.tolist(), kept.last.tolist(), strict=True)) == expected
    assert kept.values[:, 0].tolist() == [float(first) for first, _ in expected]


@given(_rows(), _rows())
def test_merging_keeps_every_row_once_in_order(some: list[Row], others: list[Row]) -> None:
    tick = Fraction(1, 25)
    merged = Series.of(tick, some, 2).merged([Series.of(tick, others, 2)])
    whole = Series.of(tick, some + others, 2)
    assert np.array_equal(merged.first, whole.first)
    assert np.array_equal(merged.last, whole.last)
    assert np.array_equal(merged.values, whole.values)


def test_a_track_without_rows_keeps_its_columns() -> None:
    assert Series.of(Fraction(1), [], 7).values.shape == (0, 7)


def test_pictures_of_reference_frames_are_small() -> None:
    FrameNeed(frames="reference", width=640, height=640)
    with pytest.raises(ValidationError, match="at most 640 pixels a side; ask for all frames"):
        FrameNeed(frames="reference", width=64, height=642)
