"""Films that share clips: nothing of one is learned from while another is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scipy.cluster.hierarchy import DisjointSet

from shotlog.learning.clips.labelled import LabelledClip


def tie_films(
    clips: Sequence[LabelledClip], copies: Iterable[tuple[str, str]]
) -> list[tuple[str, ...]]:
    """Return films in groups that share files or copies of clips, in order of their names.

    Args:
        clips: The clips of all films.
        copies: Pairs of films that share clips; of other films they do not count.
    """
    films = DisjointSet([clip.film for clip in clips])
    of_file: dict[str, str] = {}
    for clip in clips:
        films.merge(clip.film, of_file.setdefault(str(clip.path), clip.film))
    for one, other in copies:
        if one in films and other in films:
            films.merge(one, other)
    return sorted(tuple(sorted(group)) for group in films.subsets())
