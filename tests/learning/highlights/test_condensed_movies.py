"""The tables of CondensedMovies: films and videos that are here, and tables that are not usable."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.learning.highlights import find_movies
from shotlog.schema import LabelsMissing, ShotlogError, TableUnreadable

CLIPS = """videoid,year,clip_idx,clip_tot,upload_year,title,clip_name,imdbid
aaa,1999,1,2,2011,One,"Hello, you",tt1
bbb,1999,2,2,2011,One,Bye,tt1
ccc,2001,1,1,2012,Two,Again,tt2
ddd,2003,1,1,2012,Three,Gone,tt3
eee,2003,1,1,2012,Two,No duration,tt2
"""
DURATIONS = "videoid,duration\naaa,120\nbbb,95.5\nccc,132\nddd,100\n"
HERE = ("tt1", "tt2", "aaa", "bbb", "ccc", "ddd", "eee")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Tables, a map, and the files that it names."""
    (tmp_path / "clips.csv").write_text(CLIPS)
    (tmp_path / "durations.csv").write_text(DURATIONS)
    for name in HERE:
        (tmp_path / f"{name}.mp4").touch()
    lines = [f"{name},{name}.mp4" for name in (*HERE, "tt3", "zzz")]
    (tmp_path / "map.csv").write_text("\n".join(["id,path", *lines]))
    (tmp_path / "zzz.mp4").touch()
    return tmp_path


def refusal(tables: Path) -> str:
    with pytest.raises(ShotlogError) as caught:
        find_movies(tables, tables / "map.csv")
    assert isinstance(caught.value, (LabelsMissing, TableUnreadable))
    return f"{caught.value} {caught.value.problem.hint}"


def test_films_are_found_with_the_videos_that_are_here(tables: Path) -> None:
    one, two = find_movies(tables, tables / "map.csv").movies
    assert (one.imdbid, one.path) == ("tt1", tables / "tt1.mp4")
    assert [video.duration for video in one.videos] == [120, Fraction(191, 2)]
    assert [video.path.stem for video in two.videos] == ["ccc"]


def test_what_is_not_here_is_told_with_its_number(tables: Path) -> None:
    assert find_movies(tables, tables / "map.csv").warnings == (
        "5 videos of 3 films in the tables",
        "1 videos are of films that are not here",
        "1 videos have no duration in the tables",
        "1 ids of the map are in no table",
        "1 files of the map do not exist",
    )


def test_without_films_it_says_that_there_is_nothing_to_compare_with(tables: Path) -> None:
    with pytest.raises(LabelsMissing, match="none of what was left") as caught:
        find_movies(tables, None)
    assert "--media-map" in caught.value.problem.hint


def test_one_film_alone_is_refused_with_the_reasons(tables: Path) -> None:
    (tables / "tt2.mp4").unlink()
    told = refusal(tables)
    assert "of 1 films the files are here" in told
    assert "2 files of the map do not exist" in told


def without_column(tables: Path) -> None:
    text = (tables / "clips.csv").read_text()
    (tables / "clips.csv").write_text(text.replace("imdbid", "film").replace("videoid", "video"))


def absent(tables: Path) -> None:
    (tables / "durations.csv").unlink()


def no_number(tables: Path) -> None:
    (tables / "durations.csv").write_text("videoid,duration\naaa,long\n")


def no_text(tables: Path) -> None:
    (tables / "clips.csv").write_bytes(b"videoid,imdbid\n\xff\xfe,tt1\n")


def short_row(tables: Path) -> None:
    (tables / "map.csv").write_text("id,path\ntt1\n")


def twice(tables: Path) -> None:
    (tables / "map.csv").write_text("id,path\ntt1,a.mp4\ntt1,b.mp4\n")


def one_file_for_two(tables: Path) -> None:
    (tables / "map.csv").write_text("id,path\ntt1,a.mp4\ntt2,a.mp4\n")


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (without_column, "clips.csv: it has no column videoid, imdbid. It needs: videoid, imdbid."),
        (absent, "durations.csv: it cannot be read: No such file"),
        (no_number, "'long' is no duration in seconds"),
        (no_text, "clips.csv: it is damaged"),
        (short_row, "map.csv: row 1 has no path"),
        (twice, "map.csv: tt1 is there twice"),
        (one_file_for_two, "a.mp4 is there under 2 ids"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(
    tables: Path, damage: Callable[[Path], None], part: str
) -> None:
    damage(tables)
    assert part in refusal(tables)
