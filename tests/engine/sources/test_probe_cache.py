"""Media are probed once, and with a cache once for all runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from shotlog.engine import Cache, ProbeCache, analyze
from shotlog.engine.sources import fact_key, identity_key
from shotlog.media import MediaState, probe
from shotlog.schema import (
    ClipRange,
    Edit,
    Media,
    MediaMissing,
    MediaReference,
    MediaUnreadable,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    write_video(path, np.zeros((5, 32, 64, 3), np.uint8), Fraction(25))
    return path


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were really probed."""
    paths: list[str] = []

    def counted(reference: MediaReference) -> Media:
        paths.append(reference.path)
        return probe(reference)

    monkeypatch.setattr("shotlog.engine.sources.probe_cache.probe", counted)
    return paths


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths whose content was read to know who they are."""
    paths: list[str] = []
    content_id = MediaState.content_id

    def counted(state: MediaState) -> str:
        paths.append(state.path)
        return content_id(state)

    monkeypatch.setattr(MediaState, "content_id", counted)
    return paths


def of(path: Path) -> MediaReference:
    return MediaReference(path=str(path))


def test_a_second_run_does_not_probe_a_file_that_was_moved(
    film: Path, tmp_path: Path, probed: list[str]
) -> None:
    with Cache(tmp_path / "c.sqlite") as cache:
        first = ProbeCache(cache).get(of(film))
        moved = film.rename(tmp_path / "moved.mp4")
        second = ProbeCache(cache).get(of(moved))
    assert probed == [str(film)]
    assert second == first.model_copy(update={"path": str(moved)})


def test_a_file_of_other_content_or_ending_is_probed(
    film: Path, tmp_path: Path, probed: list[str]
) -> None:
    with Cache(None) as cache:
        probe_cache = ProbeCache(cache)
        probe_cache.get(of(film))
        other = film.rename(tmp_path / "film.m4v")
        probe_cache.get(of(other))
        write_video(film, np.zeros((6, 32, 64, 3), np.uint8), Fraction(25))
        assert ProbeCache(cache).get(of(film)).duration == Fraction(6, 25)
    assert probed == [str(film), str(other), str(film)]


def test_the_error_of_a_file_is_the_same_without_a_cache(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    with Cache(None) as cache:
        probe_cache = ProbeCache(cache)
        for _ in range(2):
            with pytest.raises(MediaUnreadable):
                probe_cache.get(of(tmp_path / "text.mp4"))
            with pytest.raises(MediaMissing):
                probe_cache.get(of(tmp_path / "gone.mp4"))


def test_an_invalid_fact_is_replaced_by_a_new_probe(film: Path, probed: list[str]) -> None:
    with Cache(None) as cache:
        first = ProbeCache(cache).get(of(film))
        key = fact_key(of(film), first.content_id)
        cache.note_fact(key, '{"path": "film.mp4"}')
        assert ProbeCache(cache).get(of(film)) == first
    assert len(probed) == 2


def test_a_file_with_unchanged_dates_is_not_hashed_again(
    film: Path, tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.container.identity._RECENT", 0)
    with Cache(tmp_path / "c.sqlite") as cache:
        first = ProbeCache(cache).get(of(film))
        hashed.clear()
        assert ProbeCache(cache).get(of(film)) == first
        assert hashed == []
        film.touch()
        assert ProbeCache(cache).get(of(film)) == first
        assert hashed == [str(film)]


def test_a_file_in_the_place_of_one_with_equal_size_and_date_is_noticed(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.container.identity._RECENT", 0)
    with Cache(tmp_path / "c.sqlite") as cache:
        first = ProbeCache(cache).get(of(film))
        date, content = film.stat().st_mtime_ns, film.read_bytes()
        other = tmp_path / "other.mp4"
        other.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        os.utime(other, ns=(date, date))
        other.replace(film)
        assert (film.stat().st_size, film.stat().st_mtime_ns) == (len(content), date)
        assert ProbeCache(cache).get(of(film)).content_id != first.content_id


def test_a_file_written_a_moment_ago_is_hashed_again(film: Path, hashed: list[str]) -> None:
    with Cache(None) as cache:
        first = ProbeCache(cache).get(of(film))
        hashed.clear()
        assert ProbeCache(cache).get(of(film)) == first
    assert hashed == [str(film)]


def test_a_rerun_opens_no_media_file(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    open_media, open_file = av.open, Path.open

    def counted_media(file: str, *args: Any, **options: Any) -> Any:
        opened.append(file.removeprefix("file:"))
        return open_media(file, *args, **options)

    def counted_file(path: Path, *args: Any, **options: Any) -> Any:
        opened.append(str(path))
        return open_file(path, *args, **options)

    monkeypatch.setattr("av.open", counted_media)
    monkeypatch.setattr(Path, "open", counted_file)
    monkeypatch.setattr("shotlog.media.container.identity._RECENT", 0)
    whole = TimeRange(start=Fraction(0), duration=Fraction(5, 25))
    clip = ClipRange(
        id="V1/0",
        name="A",
        media=of(film),
        source=whole,
        timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    edit = Edit(name="cut", rate=Fraction(25), duration=whole.duration, clips=(clip,))
    for opens in (True, False):
        with Cache(tmp_path / "c.sqlite") as cache:
            assert len(analyze(edit, [], cache).shots) == 1
        assert (str(film) in opened) == opens
        opened.clear()


def test_one_path_has_one_fact_after_many_writes(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.container.identity._RECENT", 0)
    with Cache(tmp_path / "c.sqlite") as cache:
        for _ in range(3):
            film.touch()
            ProbeCache(cache).get(of(film))
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as db:
        assert db.execute("SELECT COUNT(*) FROM fact WHERE key LIKE 'identity%'").fetchone() == (1,)


def test_a_name_that_is_not_utf8_has_a_key(film: Path) -> None:
    odd = MediaReference.model_construct(path=os.fsdecode(os.fsencode(film) + b"\xff"))
    assert identity_key(odd) != identity_key(of(film))


def test_a_changed_file_is_reported_once(
    film: Path,
) -> None:
    with Cache(None) as cache:
        probe_cache = ProbeCache(cache)
        before = probe_cache.get(of(film)).content_id
        assert probe_cache.forget_changed() == frozenset()
        write_video(film, np.zeros((6, 32, 64, 3), np.uint8), Fraction(25))
        assert probe_cache.forget_changed() == {before}
        assert probe_cache.forget_changed() == frozenset()
        assert probe_cache.get(of(film)).duration == Fraction(6, 25)
