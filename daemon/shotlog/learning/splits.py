"""Splits by film: no film is both learned from and judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog.learning.films import LabelledFilm


def divide(
    films: Sequence[LabelledFilm], parts: int
) -> Iterator[tuple[list[LabelledFilm], list[LabelledFilm]]]:
    """Yield the films to learn from and those that are left out, for each part.

    Which films are together follows from their content alone, whatever their names and order.

    Args:
        films: Two films at least.
        parts: Largest number of parts; with fewer films each is a part.
    """
    ordered = sorted(films, key=lambda film: film.key)
    count = min(parts, len(ordered))
    for part in range(count):
        left = ordered[part::count]
        yield [film for film in ordered if film not in left], left
