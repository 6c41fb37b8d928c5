"""Labelled windows: what counts as kept, what as left, and what has no label."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from shotlog.analyzers.clock import EditClock
from shotlog.learning.highlights import LabelledFilm, Source, SourceGroup, read_film
from shotlog.schema import TimeRange
from tests.analyzers.edits import SOUND, Footage, cut_up
from tests.learning.highlights.made_films import media_of

SECONDS = 21
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))


def film(*kept: tuple[str, str], without: Sequence[str] = ()) -> LabelledFilm:
    parts = tuple(TimeRange.between(Fraction(a), Fraction(b)) for a, b in kept)
    source = Source(media_of("film"), WHOLE.duration, parts)
    view = cut_up(Footage(SECONDS), (7, 14), without)
    return read_film(SourceGroup(("film",), (source,)), EditClock.of(view), [WHOLE])


def test_a_window_is_kept_from_its_half_on() -> None:
    found = film(("4", "7"), ("10", "10.5"))
    seconds = (found.starts / 4).tolist()
    assert {s for s, kept in zip(seconds, found.kept, strict=True) if kept} == {4, 6}
    assert 10 not in seconds  # a quarter of it was kept: neither kept nor left
    assert seconds[-1] == 18  # the last second is no whole window


def test_parts_of_one_window_count_together() -> None:
    found = film(("4", "4.5"), ("5", "5.5"))
    assert found.kept.tolist().count(True) == 1


def test_a_part_may_reach_beyond_the_last_window() -> None:
    found = film(("17", "21"))
    assert found.kept.tolist() == [False] * 8 + [True] * 2


def test_the_place_of_a_window_counts_from_the_start_of_its_source() -> None:
    found = film(("4", "8"))
    np.testing.assert_allclose(found.place, (np.arange(10) * 2 + 1) / SECONDS)


def test_the_mean_of_a_window_leaves_out_what_is_unknown() -> None:
    found = film(("4", "8"))
    series = np.tile([1.0, np.nan, 3.0, np.nan], len(found.z) // 4)
    np.testing.assert_allclose(found.means(series), 2.0)


def test_without_sound_windows_are_judged_by_picture() -> None:
    found = film(("4", "8"), without=SOUND)
    assert len(found.starts) == 10
    assert np.isfinite(found.features).all()
