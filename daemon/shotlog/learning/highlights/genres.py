"""The genres of films, as tables tell them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shotlog.learning.tables import read_table
from shotlog.schema import TableUnreadable

Genres = Mapping[str, frozenset[str]]
"""The genres of each film, by its name."""

_MOVIE_INFO: Final = "movie_info.csv"


def read_genres(path: Path) -> Genres:
    """Return the genres of films in a table with the columns film and genre.

    A film with several genres has them with ``|`` between, or several rows.

    Args:
        path: The table. ``film`` is the name of a timeline's file, or an imdbid.

    Raises:
        TableUnreadable: It is absent or damaged, or lacks columns.
    """
    genres: dict[str, frozenset[str]] = {}
    for row in read_table(path, "film", "genre"):
        told = frozenset(name.strip() for name in row["genre"].split("|") if name.strip())
        genres[row["film"]] = genres.get(row["film"], frozenset()) | told
    return genres


def read_movie_genres(folder: Path) -> Genres:
    """Return the genres of the films of CondensedMovies by imdbid; none without movie_info.csv.

    Its column ``genre`` holds a list in the form of Python: ``['Action', 'Drama']``.

    Args:
        folder: The folder of the tables.

    Raises:
        TableUnreadable: It is damaged, or lacks columns.
    """
    path = folder / _MOVIE_INFO
    if not path.exists():
        return {}
    rows = read_table(path, "imdbid", "genre")
    return {row["imdbid"]: _listed(row["genre"], path) for row in rows}


def _listed(text: str, path: Path) -> frozenset[str]:
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = f"'{text}' is no list of genres, such as ['Action', 'Drama']"
        raise TableUnreadable(str(path), message)
    return frozenset(names)
