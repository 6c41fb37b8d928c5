"""Media of a bundle is extracted to a cache once, and removed from it later."""

from __future__ import annotations

import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog_otio import read_edit
from shotlog_otio.references import BundledMedia, CacheLimits
from tests.otio.timelines import as_data, clip, stack, timeline, track

MEDIA = {"media/a b.mov": b"first" * 1000, "media/c.mov": b"second" * 1000}


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _bundle(folder: Path, *urls: str) -> Path:
    return _bundle_of(folder, timeline(track(*(clip(url, media=url) for url in urls))))


def _bundle_of(folder: Path, made: Any) -> Path:
    path = folder / "edit.otioz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("content.otio", json.dumps(as_data(made)))
        for name, content in MEDIA.items():
            bundle.writestr(name, content)
    return path


def _kept(folder: Path) -> list[Path]:
    files = (p for p in (folder / "cache").rglob("*") if p.is_file())
    return sorted(files, key=lambda p: p.name)


@pytest.mark.parametrize("url", ["media/a b.mov", "./media/a b.mov", "media/a%20b.mov"])
def test_a_member_is_put_into_the_cache(tmp_path: Path, url: str) -> None:
    (found,) = read_edit(_bundle(tmp_path, url)).clips
    assert found.media is not None
    path = Path(found.media.path)
    assert path.read_bytes() == MEDIA["media/a b.mov"]
    assert path.name == "a b.mov"
    assert _kept(tmp_path) == [path]


def test_a_bundle_that_opentimelineio_made_is_read(tmp_path: Path) -> None:
    media = tmp_path / "ä b.mov"
    media.write_bytes(b"picture")
    made = timeline(track(clip("a", media=media.as_uri())))
    path = tmp_path / "theirs.otioz"
    otio.adapters.write_to_file(made, str(path))
    (found,) = read_edit(path).clips
    assert found.media is not None
    assert Path(found.media.path).read_bytes() == b"picture"


def test_media_that_no_clip_uses_stays_in_the_bundle(tmp_path: Path) -> None:
    read_edit(_bundle(tmp_path, "media/c.mov"))
    assert [p.name for p in _kept(tmp_path)] == ["c.mov"]


def test_media_of_tracks_of_sound_is_extracted_to_be_heard(tmp_path: Path) -> None:
    sound = stack(track(clip("s", media="media/c.mov")))
    made = timeline(
        track(clip("a", media="media/a b.mov")),
        track(clip("s", media="media/c.mov"), sound, kind="Audio"),
    )
    read_edit(_bundle_of(tmp_path, made))
    assert sorted(p.name for p in _kept(tmp_path)) == ["a b.mov", "c.mov"]


def test_reading_again_copies_nothing_and_leads_to_the_same_place(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov")
    first = read_edit(path)
    (kept,) = _kept(tmp_path)
    kept.write_bytes(b"x" * len(MEDIA["media/c.mov"]))
    assert read_edit(path) == first
    assert kept.read_bytes().startswith(b"xx")


def test_half_a_file_in_the_cache_is_replaced(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov")
    read_edit(path)
    (kept,) = _kept(tmp_path)
    kept.write_bytes(b"half")
    read_edit(path)
    assert kept.read_bytes() == MEDIA["media/c.mov"]


def test_a_member_that_is_not_there_costs_its_clip_only(tmp_path: Path) -> None:
    gone, there = read_edit(_bundle(tmp_path, "media/gone.mov", "media/c.mov")).clips
    assert gone.problem is not None
    assert "not in the bundle" in gone.problem.message
    assert there.problem is None


def test_a_damaged_member_costs_its_clip_only_and_leaves_nothing(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov", "media/a b.mov")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"secondsecond", b"secondSECOND", 1))
    damaged, there = read_edit(path).clips
    assert damaged.problem is not None
    assert damaged.problem.code == "media-unreadable"
    assert there.problem is None
    assert [p.name for p in _kept(tmp_path)] == ["a b.mov"]


def test_a_cache_that_cannot_be_written_is_a_problem_of_the_clip(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    (found,) = read_edit(_bundle(tmp_path, "media/c.mov")).clips
    assert found.problem is not None
    assert found.problem.code == "media-unreadable"


def test_an_absolute_path_in_a_bundle_stays_what_it_is(tmp_path: Path) -> None:
    (found,) = read_edit(_bundle(tmp_path, "/media/c.mov")).clips
    assert found.media is not None
    assert found.media.path == "/media/c.mov"


@pytest.mark.parametrize("name", ["../../etc/x.mov", "..", "/abs/..", "a\\..\\b.mov", ".hidden"])
def test_no_name_leads_out_of_the_cache(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.otioz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(name, b"x")
    place = BundledMedia(path, tmp_path / "kept").extract(name)
    assert place.resolve().parent.parent == (tmp_path / "kept").resolve()


def test_media_that_was_not_used_for_long_leaves_the_cache(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov", "media/a b.mov")
    old, _ = (BundledMedia(path).extract(name) for name in MEDIA)
    long_ago = time.time() - CacheLimits().age - 60
    os.utime(old, (long_ago, long_ago))
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr("media/new.mov", b"new")
    BundledMedia(path).extract("media/new.mov")
    assert [p.name for p in _kept(tmp_path)] == ["c.mov", "new.mov"]


def test_using_media_again_keeps_it_in_the_cache(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov")
    place = BundledMedia(path).extract("media/c.mov")
    long_ago = time.time() - CacheLimits().age - 60
    os.utime(place, (long_ago, long_ago))
    BundledMedia(path).extract("media/c.mov")
    BundledMedia(path).extract("media/a b.mov")
    assert place in _kept(tmp_path)


def test_a_full_cache_lets_the_oldest_go_but_nothing_of_today(tmp_path: Path) -> None:
    path = _bundle(tmp_path, "media/c.mov")
    yesterday = time.time() - CacheLimits().in_use - 60
    for name in MEDIA:
        place = BundledMedia(path).extract(name)
        if place.name == "a b.mov":
            os.utime(place, (yesterday, yesterday))
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr("media/new.mov", b"new")
    BundledMedia(path, limits=CacheLimits(size=100)).extract("media/new.mov")
    assert [p.name for p in _kept(tmp_path)] == ["c.mov", "new.mov"]
