"""Films of made evidence, in which an editor kept what a rule says."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from shotlog.analyzers.clock import EditClock
from shotlog.highlights.trained import WindowBlocks
from shotlog.learning.highlights import LabelledFilm, Source, SourceGroup, read_film
from shotlog.schema import EditView, Media, TimeRange
from tests.analyzers.edits import Event, Footage, cut_up
from tests.highlights.vectors import VECTORS, random_vectors, with_vectors

SECONDS = 120
BLOCKS = WindowBlocks.of_models(VECTORS)
"""All blocks of a network, with a model whose vectors are given."""


def media_of(name: str) -> Media:
    return Media(path=f"/{name}.mov", content_id=name, container="mov", video=None, audio=None)


def made_film(
    number: int,
    feature: str = "speech",
    *,
    chance: bool = False,
    blocks: WindowBlocks | None = None,
) -> LabelledFilm:
    """A film of two minutes in which four stretches of 8 s differ in a feature, and were kept.

    Args:
        number: Number of the film, from which all its noise follows.
        feature: Name of the feature of :class:`Event`.
        chance: True where four other stretches were kept, drawn at random.
        blocks: The features of a network; the vectors in them are noise.
    """
    rng = np.random.default_rng(number)
    starts = _starts(rng)
    events = [Event(start, 8, **{feature: 0.9}) for start in starts]  # type: ignore[arg-type]
    view = cut_up(Footage(SECONDS, events, seed=number), tuple(range(6, SECONDS, 7)))
    if chance:
        starts = _starts(rng)
    return _film(number, with_vectors(view, random_vectors(SECONDS // 2, number)), starts, blocks)


def seen_film(
    number: int,
    *,
    chance: bool = False,
    loudness: float = 0,
    without: Sequence[str] = (),
    blocks: WindowBlocks = BLOCKS,
) -> LabelledFilm:
    """A film of two minutes in which four stretches of 8 s differ in their vectors, and were kept.

    Args:
        number: Number of the film, from which all its noise follows.
        chance: True where four other stretches were kept, drawn at random.
        loudness: Decibels by which they are louder, too.
        without: Names of measures that gave nothing.
        blocks: The features of a network.
    """
    rng = np.random.default_rng(number)
    starts = _starts(rng)
    vectors = random_vectors(SECONDS // 2, number)
    for start in starts:
        vectors[start // 2 : start // 2 + 4, 1:] += 0.5
    # Cuts between vectors: a vector on both sides of a cut belongs to no shot.
    footage = Footage(SECONDS, [Event(start, 8, loudness) for start in starts], seed=number)
    view = cut_up(footage, tuple(range(6, SECONDS, 8)), without)
    if chance:
        starts = _starts(rng)
    return _film(number, with_vectors(view, vectors), starts, blocks)


def _starts(rng: np.random.Generator) -> list[int]:
    return [int(start) for start in 2 * rng.choice(np.arange(2, 55, 5), 4, replace=False)]


def _film(
    number: int, view: EditView, starts: Sequence[int], blocks: WindowBlocks | None
) -> LabelledFilm:
    kept = tuple(TimeRange(start=Fraction(start), duration=Fraction(8)) for start in sorted(starts))
    whole = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))
    source = Source(media_of(f"film {number}"), whole.duration, kept)
    group = SourceGroup((f"film {number}",), (source,))
    return read_film(group, EditClock.of(view), [whole], blocks)
