"""Results of stages: kept by their keys, put aside where they are damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shotlog.delivery.recipe import FilmClip, FilmClips, StageStore
from shotlog.schema import TimeRange

KEY = "ab" * 16


@pytest.fixture
def clips() -> FilmClips:
    span = TimeRange.model_validate({"start": "1/3", "duration": "2"})
    return FilmClips(clips=(FilmClip(name="one", range=span, score=0.1 + 0.2),))


def test_a_result_comes_back_as_it_was(tmp_path: Path, clips: FilmClips) -> None:
    store = StageStore(tmp_path)
    store.keep("highlights", KEY, clips)
    assert StageStore(tmp_path).read("highlights", KEY, FilmClips) == clips
    assert store.size > 0
    assert store.clear() == 1
    assert store.read("highlights", KEY, FilmClips) is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"clips": 3}', b"\xff"])
def test_a_damaged_result_is_put_aside(tmp_path: Path, clips: FilmClips, content: bytes) -> None:
    store = StageStore(tmp_path)
    store.keep("highlights", KEY, clips)
    file = tmp_path / "highlights" / f"{KEY}.json"
    file.write_bytes(content)
    assert store.read("highlights", KEY, FilmClips) is None
    assert not file.exists()
    assert any(content == each.read_bytes() for each in file.parent.iterdir())


def test_a_folder_that_cannot_be_made_keeps_nothing_and_costs_nothing(
    tmp_path: Path, clips: FilmClips
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = StageStore(tmp_path / "file")
    store.keep("highlights", KEY, clips)
    assert store.read("highlights", KEY, FilmClips) is None
    assert StageStore(None).read("highlights", KEY, FilmClips) is None


def test_the_results_that_were_used_longest_ago_make_room(
    tmp_path: Path, clips: FilmClips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.delivery.recipe.store._MOST", 3)
    store = StageStore(tmp_path)
    for number in range(3):
        store.keep("highlights", f"{number:032x}", clips)
        file = tmp_path / "highlights" / f"{number:032x}.json"
        os.utime(file, (1000 + number, 1000 + number))
    assert store.read("highlights", f"{0:032x}", FilmClips) == clips
    store.keep("highlights", f"{3:032x}", clips)
    kept = [number for number in range(4) if store.read("highlights", f"{number:032x}", FilmClips)]
    assert kept == [0, 2, 3]
