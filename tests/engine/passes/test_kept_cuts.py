"""Cuts are found once for the same evidence, and never taken from other evidence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import Cache, analyze, cache_key, load_analyzers
from shotlog.media.cuts import BuiltinCuts, CutMeasure, find_cuts
from shotlog.schema import Cut, Edit, Log, MediaUnreadable, Series, TimeRange
from tests.engine.passes.test_segmentation import one_clip, two_scenes

CUT = 29
"""A frame that no other refers to, so that its place must be measured."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_scenes(tmp_path_factory.mktemp("film") / "film.mp4", CUT)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "c.sqlite") as store:
        yield store


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[TimeRange]:
    """The ranges that were searched for cuts."""
    spans: list[TimeRange] = []

    def counted(series: Series, span: TimeRange) -> list[Cut]:
        spans.append(span)
        return find_cuts(series, span)

    monkeypatch.setattr("shotlog.media.cuts.builtin.find_cuts", counted)
    return spans


def cuts_of(log: Log) -> list[Fraction]:
    return [cut.at for cut in log.cuts["V1/0"]]


def trimmed(edit: Edit, frames: int) -> Edit:
    """Return the edit with its one clip shortened at the end."""
    (clip,) = edit.clips
    shorter = TimeRange(start=clip.source.start, duration=frames / edit.rate)
    return edit.model_copy(
        update={"clips": (clip.model_copy(update={"source": shorter, "timeline": shorter}),)}
    )


def test_a_rerun_searches_for_no_cuts_and_gives_the_same_log_byte_for_byte(
    film: Path, cache: Cache, searched: list[TimeRange]
) -> None:
    analyzers = load_analyzers()
    first = analyze(one_clip(film), analyzers, cache)
    assert len(searched) == 1
    again = analyze(one_clip(film), analyzers, cache)
    assert len(searched) == 1
    assert again.model_dump_json() == first.model_dump_json()
    assert cuts_of(first) == [Fraction(CUT, 25)]


def test_another_finder_finds_anew(
    film: Path, cache: Cache, searched: list[TimeRange], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze(one_clip(film), [], cache)
    monkeypatch.setattr(BuiltinCuts, "version", "other")
    analyze(one_clip(film), [], cache)
    assert len(searched) == 2


def test_another_range_is_searched_anew(
    film: Path, cache: Cache, searched: list[TimeRange]
) -> None:
    assert cuts_of(analyze(one_clip(film), [], cache)) == [Fraction(CUT, 25)]
    assert cuts_of(analyze(trimmed(one_clip(film), CUT), [], cache)) == []
    assert [span.duration for span in searched] == [Fraction(60, 25), Fraction(CUT, 25)]


def test_other_evidence_gives_other_cuts(film: Path, cache: Cache) -> None:
    first = analyze(one_clip(film), [], cache)
    (shot, _) = first.shots
    span, key = first.edit.clips[0].source, cache_key(CutMeasure())
    rows = cache.read(shot.content_id, key, span)
    assert rows is not None
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute("DELETE FROM piece WHERE measure=?", (key,))
    alike = Series(rows.tick, rows.first, rows.last, np.repeat(rows.values[:1], len(rows), axis=0))
    cache.add(shot.content_id, key, span, alike)
    assert cuts_of(analyze(one_clip(film), [], cache)) == []


def test_damaged_cuts_are_found_anew(film: Path, cache: Cache, searched: list[TimeRange]) -> None:
    first = analyze(one_clip(film), [], cache)
    assert cache.path is not None
    with closing(sqlite3.connect(cache.path)) as db, db:
        assert db.execute("UPDATE conclusion SET text = X'7b7d'").rowcount == 1
    for _ in range(2):
        assert analyze(one_clip(film), [], cache) == first
    assert len(searched) == 2


def test_a_cut_that_could_not_be_placed_is_placed_by_the_next_run(
    film: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise MediaUnreadable(str(film), "the share is away")

    with monkeypatch.context() as patch:
        patch.setattr("shotlog.engine.passes.segmentation.measure_pictures", unreadable)
        assert cuts_of(analyze(one_clip(film), [], cache)) != [Fraction(CUT, 25)]
    assert cuts_of(analyze(one_clip(film), [], cache)) == [Fraction(CUT, 25)]
