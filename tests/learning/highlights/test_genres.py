"""Genres of films, as tables tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.learning.highlights import read_genres, read_movie_genres
from shotlog.schema import TableUnreadable


def test_a_film_may_have_several_genres_in_one_row_or_in_several(tmp_path: Path) -> None:
    table = tmp_path / "genres.csv"
    table.write_text("film,genre\none.otio,Drama|Comedy\ntwo.otio,Crime\none.otio,Crime\n")
    assert read_genres(table) == {
        "one.otio": {"Drama", "Comedy", "Crime"},
        "two.otio": {"Crime"},
    }


def test_the_lists_of_condensed_movies_are_read(tmp_path: Path) -> None:
    assert read_movie_genres(tmp_path) == {}
    (tmp_path / "movie_info.csv").write_text(
        "imdbid,genre,country\ntt1,\"['Action', 'Drama']\",['USA']\ntt2,[],[]\n"
    )
    assert read_movie_genres(tmp_path) == {"tt1": {"Action", "Drama"}, "tt2": set()}


@pytest.mark.parametrize("genre", ["Drama", "[1]", "__import__('os')", "[" * 300])
def test_a_genre_that_is_no_list_is_named(tmp_path: Path, genre: str) -> None:
    (tmp_path / "movie_info.csv").write_text(f'imdbid,genre\ntt1,"{genre}"\n')
    with pytest.raises(TableUnreadable, match="is no list of genres"):
        read_movie_genres(tmp_path)


def test_a_table_without_its_columns_is_named(tmp_path: Path) -> None:
    table = tmp_path / "genres.csv"
    table.write_text("name,genre\none.otio,Drama\n")
    with pytest.raises(TableUnreadable, match="it has no column film"):
        read_genres(table)
