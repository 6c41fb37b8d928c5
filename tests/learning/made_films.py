"""Films of made evidence, in which an editor kept what a rule says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from shotlog.analyzers.clock import EditClock
from shotlog.learning import LabelledFilm, Source, SourceGroup, read_film
from shotlog.schema import Media, TimeRange
from tests.analyzers.edits import Event, Footage, cut_up

SECONDS = 120


def media_of(name: str) -> Media:
    return Media(path=f"/{name}.mov", content_id=name, container="mov", video=None, audio=None)


def made_film(number: int, feature: str = "speech", *, chance: bool = False) -> LabelledFilm:
    """A film of two minutes in which four stretches of 8 s differ in a feature, and were kept.

    Args:
        number: Number of the film, from which all its noise follows.
        feature: Name of the feature of :class:`Event`.
        chance: True where four other stretches were kept, drawn at random.
    """
    rng = np.random.default_rng(number)
    starts = [int(start) for start in 2 * rng.choice(np.arange(2, 55, 5), 4, replace=False)]
    events = [Event(start, 8, **{feature: 0.9}) for start in starts]  # type: ignore[arg-type]
    view = cut_up(Footage(SECONDS, events, seed=number), tuple(range(6, SECONDS, 7)))
    if chance:
        starts = [int(start) for start in 2 * rng.choice(np.arange(2, 55, 5), 4, replace=False)]
    kept = tuple(TimeRange(start=Fraction(start), duration=Fraction(8)) for start in sorted(starts))
    whole = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))
    source = Source(media_of(f"film {number}"), whole.duration, kept)
    group = SourceGroup((f"film {number}",), (source,))
    return read_film(group, EditClock.of(view), [whole])
