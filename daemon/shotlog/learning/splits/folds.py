"""Parts of a set of films, each left out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar


class Keyed(Protocol):
    """A film of whatever was learned of it."""

    @property
    def key(self) -> str:
        """Its identity by content."""


F = TypeVar("F", bound=Keyed)


def divide(films: Sequence[F], parts: int) -> Iterator[tuple[list[F], list[F]]]:
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
