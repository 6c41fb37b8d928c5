"""The files that clips of an AAF name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import FORMAT, inspect


def one_clip(tmp_path: Path, **facts: Any) -> Path:
    return make(
        tmp_path / "cut.aaf",
        lambda film: film.track(film.sequence(), film.clip(film.master("a", **facts), 0, 10)),
    )


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///E:/SHOW%20REEL/a%C3%A9.mxf", "E:/SHOW REEL/aé.mxf"),
        ("file:///D%3A/Avid%20MediaFiles/MXF/1/a.mxf", "D:/Avid MediaFiles/MXF/1/a.mxf"),
        ("file://VSD/Media/a.mxf", "//VSD/Media/a.mxf"),
        ("file:///mac-232//Users/Shared/a.mxf", "/mac-232//Users/Shared/a.mxf"),
    ],
)
def test_places_are_decoded_from_their_urls(tmp_path: Path, url: str, path: str) -> None:
    [clip] = inspect(one_clip(tmp_path, url=url)).clips
    assert clip.media == path


def test_the_original_stands_in_where_no_file_is_named(tmp_path: Path) -> None:
    [clip] = inspect(one_clip(tmp_path, original="file:///cards/a.mov")).clips
    assert clip.media == "/media/a.mxf"
    [clip] = inspect(one_clip(tmp_path, url=None, original="file:///cards/a.mov")).clips
    assert clip.media == "/cards/a.mov"


def test_a_clip_without_any_place_is_a_problem_of_its_own(tmp_path: Path) -> None:
    found = inspect(one_clip(tmp_path, url=None))
    assert [(c.media, c.record_out) for c in found.clips] == [(None, 10)]
    assert "names no media" in found.problems[0].message


def test_media_in_the_aaf_itself_are_a_problem_of_the_clip(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        master = film.master("a", url=None)
        film.track(film.sequence(), film.clip(master, 0, 10))
        essence = film.file.create.EssenceData()
        essence.mob_id = next(iter(master.slots)).segment.mob_id
        film.file.content.essencedata.append(essence)
        essence.open("w").write(b"film")

    [problem] = inspect(make(tmp_path / "cut.aaf", build)).problems
    assert problem.message == "its media lie in the AAF itself"


def test_a_disk_of_a_mac_is_found_without_its_name(tmp_path: Path) -> None:
    film = tmp_path / "a b.mxf"
    film.write_bytes(b"film")
    url = f"file:///edit-4/{film.as_posix().replace(' ', '%20')}"
    [clip] = FORMAT.read(one_clip(tmp_path, url=url)).clips
    assert clip.media is not None
    assert clip.media.path == str(film)


def test_a_clip_whose_master_is_not_in_the_file_costs_itself_alone(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        gone = film.clip(film.master("gone"), 0, 10)
        gone.mob_id = film.file.create.MasterMob("x").mob_id
        film.track(film.sequence(), gone, film.clip(film.master("a"), 0, 10))

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert [(c.name, c.record_in) for c in found.clips] == [("", 0), ("a", 10)]
    assert [(p.index, p.message) for p in found.problems] == [
        (0, "its master clip is not in the file")
    ]


def test_a_ring_of_references_ends(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        master = film.master("a", url=None, tape=None)
        [slot] = master.slots
        source = slot.segment.mob
        next(iter(source.slots)).segment = film.clip(source, 0, 10)
        film.track(film.sequence(), film.clip(master, 0, 10))

    [clip] = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert (clip.name, clip.media) == ("a", None)


def test_a_master_clip_of_several_files_shows_the_one_that_lies_there(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        master, second = film.master("first", 100), film.master("second", 100)
        [slot], [other] = master.slots, second.slots
        parts = (film.clip(slot.segment.mob, 0, 100), film.clip(other.segment.mob, 20, 80))
        slot.segment = film.run(*parts)
        film.track(film.sequence(), *(film.clip(master, at, 10) for at in (50, 130, 60)))

    clips = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert [(c.name, c.media, c.source_in * 24) for c in clips] == [
        ("first", "/media/first.mxf", 50),
        ("first", "/media/second.mxf", 50),
        ("first", "/media/first.mxf", 60),
    ]
