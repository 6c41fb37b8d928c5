"""Films with videos of theirs as groups of sources: what the videos show was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shotlog.analyzers.clock import Numbers
from shotlog.engine.sources import ProbeCache
from shotlog.learning.highlights.condensed_movies import Movie
from shotlog.learning.highlights.excerpts import LoudnessReader, find_excerpt, sound_of
from shotlog.learning.highlights.source_groups import (
    FoundGroups,
    Source,
    SourceGroup,
    edit_of,
    join_groups,
)
from shotlog.schema import (
    ClipEmpty,
    Edit,
    EditAnalyzer,
    Log,
    Media,
    MediaReference,
    NoPicture,
    Problem,
    ShotlogError,
    TimeRange,
    union,
)

Measurement = Callable[[Edit, EditAnalyzer], Log]
"""Analyses an edit by one analyzer."""


def place_movies(
    movies: Sequence[Movie], probe_cache: ProbeCache, measure: Measurement
) -> FoundGroups:
    """Find videos in their films by their sound, which is all that is decoded.

    Args:
        movies: The films.
        probe_cache: Probes their files.
        measure: Analyses an edit.
    """
    groups: list[SourceGroup] = []
    problems: list[Problem] = []
    lost: list[str] = []
    for movie in movies:
        group, unusable = probe_movie(movie, probe_cache)
        problems += unusable
        if group is None:
            continue
        reader = LoudnessReader()
        problems += measure(sound_of(edit_of(group)), reader).problems
        placed, missing = place_videos(group, reader.found)
        lost += missing
        groups += [placed] if placed.picks else []
    joined, shared = join_groups(groups)
    count = f"{len(lost)} videos were not found in their films by their sound"
    told = (f"{count}, such as {lost[0]}",) if lost else ()
    return FoundGroups(joined, tuple(problems), told + shared)


def probe_movie(movie: Movie, probe_cache: ProbeCache) -> tuple[SourceGroup | None, list[Problem]]:
    """Return the film and then its videos as sources, and the files that cannot be used.

    Videos end where their outro begins. Without the film, or without any video, there is None.
    """
    problems: list[Problem] = []
    sources: list[Source] = []
    for path, longest in ((movie.path, None), *((v.path, v.duration) for v in movie.videos)):
        try:
            media = _film(path, probe_cache)
        except ShotlogError as error:
            problems.append(error.problem)
            if longest is None:
                return None, problems
            continue
        length = media.duration or longest
        assert length is not None  # noqa: S101 # _film refuses it
        sources.append(Source(media, min(length, longest or length), ()))
    group = SourceGroup((movie.imdbid,), tuple(sources)) if len(sources) > 1 else None
    return group, problems


def _film(path: Path, probe_cache: ProbeCache) -> Media:
    media = probe_cache.get(MediaReference(path=str(path.absolute())))
    if media.video is None:
        raise NoPicture(media.path)
    if not media.duration:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    return media


def place_videos(
    group: SourceGroup, loudness: Mapping[str, Numbers]
) -> tuple[SourceGroup, tuple[str, ...]]:
    """Return the film alone, with the parts that its videos show, and the videos not found in it.

    Args:
        group: The film and its videos, by :func:`probe_movie`.
        loudness: Their loudness by the ids that
            :func:`~shotlog.learning.highlights.edit_of` gives them.
    """
    film, *videos = group.sources
    heard = loudness.get("V1/0")
    kept: list[TimeRange] = []
    lost: list[str] = []
    for number, video in enumerate(videos, start=1):
        own = loudness.get(f"V1/{number}")
        start = None if heard is None or own is None else find_excerpt(heard, own)
        if start is None:
            lost.append(video.media.path)
            continue
        end = min(start + video.duration, film.duration)
        kept.append(TimeRange.between(start, end))
    placed = Source(film.media, film.duration, tuple(union(kept)))
    return SourceGroup(group.names, (placed,)), tuple(lost)
