"""CondensedMovies: clips that editors of trailers' channels picked of films, as labels.

The tables of https://github.com/m-bain/CondensedMovies, ``data/metadata`` (Bain, Nagrani, Brown and
Zisserman, "Condensed Movies: Story Based Retrieval with Contextual Embeddings", ACCV 2020):
clips.csv names the film of each video, durations.csv the seconds of it without the outro. They hold
what was picked alone, and neither its place in the film nor what was left. So the films are needed,
and the files of the videos, which are found in them by their sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.learning.tables import read_table
from shotlog.schema import LabelsMissing, TableUnreadable

CLIPS: Final = "clips.csv"
"""The table by which a folder is known to hold the data set."""
_DURATIONS: Final = "durations.csv"
_NEEDS_FILMS: Final = (
    "Name the files of two films or more, and of videos of each, in a table with the columns id and"
    " path, and give it with --media-map: an imdbid stands for a film, a videoid for a video."
)

TERMS: Final = """
The picks are those of CondensedMovies (https://github.com/m-bain/CondensedMovies), whose videos are
published by others under terms of their own.
"""
"""What the licence of a model says of them."""


@dataclass(frozen=True)
class Video:
    """A video of a film.

    Attributes:
        path: Its file.
        duration: Seconds of it that are of the film.
    """

    path: Path
    duration: Fraction


@dataclass(frozen=True)
class Movie:
    """A film with its videos.

    Attributes:
        imdbid: Its number at IMDb, as the tables have it.
        path: Its file.
        videos: Its videos.
    """

    imdbid: str
    path: Path
    videos: tuple[Video, ...]


@dataclass(frozen=True)
class FoundMovies:
    """Films that can be learned from.

    Attributes:
        movies: The films, by their numbers.
        warnings: How many videos and films cannot be used, and why.
    """

    movies: tuple[Movie, ...]
    warnings: tuple[str, ...]


def find_movies(folder: Path, media_map: Path | None) -> FoundMovies:
    """Find the films of the data set whose files are here.

    Args:
        folder: The folder with clips.csv and durations.csv.
        media_map: A table with the columns id and path; paths are relative to its folder.

    Raises:
        TableUnreadable: A table is absent or damaged, or lacks columns.
        LabelsMissing: There are fewer than two films with videos.
    """
    clips = {
        row["videoid"]: row["imdbid"] for row in read_table(folder / CLIPS, "videoid", "imdbid")
    }
    table = folder / _DURATIONS
    durations = {
        row["videoid"]: _seconds(row["duration"], table)
        for row in read_table(table, "videoid", "duration")
    }
    positives = f"it holds {len(clips)} videos that were picked, and none of what was left"
    if media_map is None:
        raise LabelsMissing(str(folder), positives, _NEEDS_FILMS)
    files = _media_map(media_map)
    here = {name: path for name, path in files.items() if path.exists()}
    movies, reasons = _matched(clips, durations, here)
    reasons["files of the map do not exist"] = len(files) - len(here)
    told = [f"{count} {reason}" for reason, count in reasons.items() if count]
    warnings = (f"{len(clips)} videos of {len(set(clips.values()))} films in the tables", *told)
    if len(movies) < 2:
        message = f"{positives}; of {len(movies)} films the files are here ({'; '.join(told)})"
        raise LabelsMissing(str(folder), message, _NEEDS_FILMS)
    return FoundMovies(tuple(movies), warnings)


def _matched(
    clips: Mapping[str, str], durations: Mapping[str, Fraction], files: Mapping[str, Path]
) -> tuple[list[Movie], Counter[str]]:
    """Return the films that have a file and videos, and how many were left out, by reason."""
    reasons: Counter[str] = Counter()
    videos: dict[str, list[Video]] = {}
    numbers = set(clips.values())
    for name, path in sorted(files.items()):
        if name in numbers:
            continue
        if name not in clips:
            reasons["ids of the map are in no table"] += 1
        elif clips[name] not in files:
            reasons["videos are of films that are not here"] += 1
        elif name not in durations:
            reasons["videos have no duration in the tables"] += 1
        else:
            videos.setdefault(clips[name], []).append(Video(path, durations[name]))
    films = sorted(numbers & files.keys())
    reasons["films have no video here"] = sum(number not in videos for number in films)
    found = [Movie(n, files[n], tuple(videos[n])) for n in films if n in videos]
    return found, reasons


def _media_map(path: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for row in read_table(path, "id", "path"):
        if row["id"] in files:
            message = f"{row['id']} is there twice"
            raise TableUnreadable(str(path), message, "Leave one file for each id.")
        files[row["id"]] = path.parent / row["path"]
    common, count = next(iter(Counter(files.values()).most_common(1)), (path, 1))
    if count > 1:
        message = f"{common} is there under {count} ids"
        raise TableUnreadable(str(path), message, "Give every film and every video its own file.")
    return files


def _seconds(text: str, path: Path) -> Fraction:
    try:
        seconds = Fraction(text)
    except (ValueError, ZeroDivisionError):
        seconds = Fraction(0)
    if seconds <= 0:
        message = f"'{text}' is no duration in seconds"
        raise TableUnreadable(str(path), message)
    return seconds
