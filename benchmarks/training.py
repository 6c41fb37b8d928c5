"""Models of highlights that are trained on made films: ``python benchmarks/highlights.py --json``.

In a film of 300 s lie 12 events, four of each kind of ``highlights.py``. ``train_auc_planted``: an
editor kept speech alone, which the heuristic ranks no higher than the rest. ``train_auc_null``: as
many stretches were kept, drawn at random. Both are AUCs on films that the model has not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from highlights import KINDS, Event, timeline

from shotlog.analyzers.clock import EditClock
from shotlog.learning.highlights import LabelledFilm, Source, SourceGroup, read_film, train
from shotlog.schema import TimeRange

SECONDS, LENGTH = 300, 8
PLACES = np.arange(12, 276, 22)
"""Starts of events, in seconds, before they are moved by up to 8 s."""
FILMS = 12


def measure(films: int = FILMS) -> dict[str, Any]:
    """Return both AUCs with their intervals, and that of the heuristic."""
    planted = train([film(seed, ("speech",)) for seed in range(films)]).report
    null = train([film(seed) for seed in range(films)]).report
    return {
        "train_films": films,
        "train_auc_planted": planted.rankings["model"].auc.model_dump(),
        "train_auc_planted_heuristic": planted.rankings["heuristic"].auc.model_dump(),
        "train_auc_null": null.rankings["model"].auc.model_dump(),
    }


def film(seed: int, kept_kinds: Sequence[str] = ()) -> LabelledFilm:
    """Return a film in which events of some kinds were kept; of none, stretches drawn at random."""
    rng = np.random.default_rng(seed)
    starts = PLACES + rng.integers(0, 8, len(PLACES))
    kinds = rng.permutation(list(KINDS) * 4)
    events = [
        Event(str(kind), float(start), LENGTH, KINDS[str(kind)])
        for kind, start in zip(kinds, starts, strict=True)
    ]
    view = timeline(SECONDS, events, rng)
    kept = sorted(starts[np.isin(kinds, kept_kinds)])
    if not kept_kinds:
        kept = sorted(rng.choice(np.arange(4, SECONDS - 12, 10), 4, replace=False))
    parts = tuple(TimeRange(start=Fraction(int(s)), duration=Fraction(LENGTH)) for s in kept)
    whole = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))
    media = view.shots[0].media.model_copy(update={"content_id": f"film {seed}"})
    source = Source(media, whole.duration, parts)
    return read_film(SourceGroup((f"film {seed}",), (source,)), EditClock.of(view), [whole])
